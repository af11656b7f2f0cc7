internal import DICOM

/// The vectors of nuclear medicine (PS3.3 C.8.4.8): for each frame the number of its energy window, detector, phase, ..., counted from
/// 1, beside which stand how many there are and, of some, an item for each. Those that no frame is of any more go, and the others
/// are counted anew.
struct NuclearVectors: Sendable {
    private struct Axis: Sendable {
        var vector: Tag
        var number: Tag
        /// With an item for each number.
        var sequence: Tag?
    }

    private static let axes: [Axis] = [
        Axis(vector: .energyWindowVector, number: .numberOfEnergyWindows, sequence: .energyWindowInformationSequence),
        Axis(vector: .detectorVector, number: .numberOfDetectors, sequence: .detectorInformationSequence),
        Axis(vector: .phaseVector, number: .numberOfPhases, sequence: .phaseInformationSequence),
        Axis(vector: .rotationVector, number: .numberOfRotations, sequence: .rotationInformationSequence),
        Axis(vector: .rrIntervalVector, number: .numberOfRRIntervals),
        Axis(vector: .timeSlotVector, number: .numberOfTimeSlots),
        Axis(vector: .sliceVector, number: .numberOfSlices),
        Axis(vector: .timeSliceVector, number: .numberOfTimeSlices),
    ]

    private let dataSet: DataSet
    private let present: [Axis]
    /// The tags that may differ.
    let tags: Set<Tag>

    init(_ dataSet: DataSet, numberOfFrames: Int) {
        self.dataSet = dataSet
        present = Self.axes.filter { dataSet.integers($0.vector).count == numberOfFrames }
        var tags: Set<Tag> = []
        for axis in present {
            tags.formUnion([axis.vector, axis.number])
            if let sequence = axis.sequence { tags.insert(sequence) }
        }
        // Slices lie where the detector's first one does, and on from there by their spacing.
        if tags.contains(.sliceVector) { tags.formUnion([.spacingBetweenSlices, .detectorInformationSequence]) }
        self.tags = tags.filter { dataSet[$0] != nil }
    }

    /// - Throws: `unsupportedValue` if slices are taken that lie nowhere by any one spacing.
    func write(to attributes: inout DataSetBuilder, _ subset: FrameSubset) throws(ConversionReason) {
        for tag in tags { attributes.copy(tag, from: dataSet) }
        guard !subset.isWhole else { return }
        var detectors = dataSet.items(.detectorInformationSequence)
        var slices: [Int] = []
        for axis in present {
            let all = dataSet.integers(axis.vector)
            let taken = subset.list.frameNumbers.map { all[$0 - 1] }
            let kept = Set(taken).sorted()
            let ranks = Dictionary(uniqueKeysWithValues: zip(kept, 1...))
            attributes.set(axis.vector, taken.map { ranks[$0] ?? 1 }, vr: .US)
            if dataSet[axis.number] != nil { attributes.set(axis.number, [kept.count], vr: .US) }
            if axis.vector == .sliceVector { slices = kept }
            guard let sequence = axis.sequence, let items = dataSet[sequence]?.items,
                items.count == dataSet.integer(axis.number)
            else { continue }
            let keptItems = kept.map { $0 - 1 }.filter { items.indices.contains($0) }.map { items[$0] }
            if sequence == .detectorInformationSequence { detectors = keptItems }
            attributes.set(sequence, items: keptItems.map { DataSetBuilder(copying: $0) })
        }
        try place(slices, detectors, in: &attributes)
    }

    /// Leaves these slices where they are: the first one where the detector says (PS3.3 C.8.4.15), the others by their spacing.
    private func place(
        _ slices: [Int], _ detectors: [DataSet], in attributes: inout DataSetBuilder
    ) throws(ConversionReason) {
        guard let first = slices.first, let spacing = dataSet.double(.spacingBetweenSlices) else { return }
        let steps = Set(zip(slices, slices.dropFirst()).map { $1 - $0 })
        guard steps.count <= 1 else {
            throw ConversionReason(.unsupportedValue, tag: .spacingBetweenSlices, "slices at no one spacing")
        }
        if let step = steps.first, step != 1 { attributes.set(.spacingBetweenSlices, spacing * Double(step)) }
        guard first != 1, dataSet[.detectorInformationSequence] != nil else { return }
        let placed = detectors.map { detector in
            var placed = DataSetBuilder(copying: detector)
            let position = detector.doubles(.imagePositionPatient)
            if let normal = PlaneNormal.of(detector.doubles(.imageOrientationPatient)), position.count == 3 {
                let shift = spacing * Double(first - 1)
                placed.set(.imagePositionPatient, zip(position, normal).map { $0 + $1 * shift })
            }
            return placed
        }
        attributes.set(.detectorInformationSequence, items: placed)
    }
}

/// The direction in which planes are stacked.
enum PlaneNormal {
    /// Of the two directions of Image Orientation; nil if they are not given.
    static func of(_ orientation: [Double]) -> [Double]? {
        guard orientation.count == 6 else { return nil }
        let (row, column) = (Array(orientation[0..<3]), Array(orientation[3..<6]))
        return [
            row[1] * column[2] - row[2] * column[1], row[2] * column[0] - row[0] * column[2],
            row[0] * column[1] - row[1] * column[0],
        ]
    }
}
