internal import DICOM

/// Items that name frames of their own image by ranges and numbers: masks (PS3.3 C.7.6.10), displays (C.8.19.7).
enum FrameRanges {
    /// The item as it reads where only some frames are there; nil if nothing is left that it speaks of.
    static func renumbered(_ item: DataSet, _ subset: FrameSubset) -> DataSetBuilder? {
        var new = DataSetBuilder(copying: item)
        if item[.applicableFrameRange]?.isEmpty == false {
            let ranges = ranges(item.integers(.applicableFrameRange), subset)
            if ranges.isEmpty { return nil }
            new.set(.applicableFrameRange, ranges, vr: .US)
        }
        if item[.maskFrameNumbers]?.isEmpty == false {
            // What is subtracted is the mean of all of them.
            let masks = item.integers(.maskFrameNumbers)
            let kept = masks.compactMap { subset.newNumber(of: $0) }
            if kept.count < masks.count { return nil }
            new.set(.maskFrameNumbers, kept, vr: .US)
        }
        if item[.startTrim] != nil || item[.stopTrim] != nil {
            let first = item.integer(.startTrim) ?? 1
            let last = item.integer(.stopTrim) ?? subset.numberOfFrames
            guard let range = subset.newRange(from: first, to: last) else { return nil }
            if item[.startTrim] != nil { new.set(.startTrim, range.lowerBound) }
            if item[.stopTrim] != nil { new.set(.stopTrim, range.upperBound) }
        }
        if let shifts = item[.pixelShiftSequence] {
            let items = shifts.items.compactMap { renumbered($0, subset) }
            new[.pixelShiftSequence] = items.isEmpty ? nil : .items(items)
        }
        return new
    }

    /// Pairs of first and last frame.
    private static func ranges(_ pairs: [Int], _ subset: FrameSubset) -> [Int] {
        stride(from: 0, to: pairs.count - 1, by: 2).flatMap { index -> [Int] in
            subset.newRange(from: pairs[index], to: pairs[index + 1]).map { [$0.lowerBound, $0.upperBound] } ?? []
        }
    }
}
