internal import DICOM

/// Functional groups of frames that are taken out (F-2).
enum FrameDimensions {
    /// The items of these frames. Dimension Index Values (0020,9157) count from 1 without gaps within an instance (PS3.3
    /// C.7.6.17), so each becomes its rank among those that are taken; so do the numbers that say the same of a frame.
    ///
    /// - Parameter pointers: the attributes that the dimensions are indices of, in their order.
    static func renumbered(_ list: FrameList, _ perFrame: [DataSet], pointers: [Tag]) -> [DataSetBuilder] {
        var items = list.frameNumbers.map { DataSetBuilder(copying: perFrame[$0 - 1]) }
        let contents = list.frameNumbers.map { perFrame[$0 - 1].firstItem(.frameContentSequence) }
        let values = contents.map { $0?.integers(.dimensionIndexValues) ?? [] }
        guard let count = values.first?.count, count > 0, values.allSatisfy({ $0.count == count }) else { return items }
        let ranks = (0..<count).map { dimension in
            let distinct = Set(values.map { $0[dimension] }).sorted()
            return Dictionary(uniqueKeysWithValues: zip(distinct, 1...))
        }
        for index in items.indices {
            guard let content = contents[index] else { continue }
            let new = (0..<count).map { ranks[$0][values[index][$0]] ?? 1 }
            guard new != values[index] else { continue }
            var frameContent = DataSetBuilder(copying: content)
            frameContent.set(.dimensionIndexValues, new)
            for (dimension, pointer) in pointers.prefix(count).enumerated() where ordinals.contains(pointer) {
                // Only where it was the index itself.
                if content.integer(pointer) == values[index][dimension] { frameContent.set(pointer, [new[dimension]]) }
            }
            items[index].set(.frameContentSequence, items: [frameContent])
        }
        return items
    }

    /// In-Stack Position Number and Temporal Position Index are ordinals themselves.
    private static let ordinals: Set<Tag> = [.inStackPositionNumber, .temporalPositionIndex]
}
