internal import DICOM

/// Which frames a data set names by number, lists by Series apart.
///
/// Such lists have no frame numbers. When the image is taken apart, they go on to name what the data set refers to: the
/// instances of the frames that it names elsewhere, and all of them where it names none or refers to the whole.
struct NamedFrames {
    /// By SOP Instance UID; nil for instances that are referred to as a whole.
    private var frames: [String: Set<Int>?] = [:]

    init() {}

    init(_ dataSet: DataSet) {
        collect(dataSet, isInSeries: false)
    }

    /// The numbers named, from 1; nil if none are, or the instance as a whole is referred to.
    func numbers(of sopInstanceUID: String) -> Set<Int>? { frames[sopInstanceUID] ?? nil }

    private mutating func collect(_ dataSet: DataSet, isInSeries: Bool) {
        for sequence in dataSet.sequences where !ReferenceSequences.isPassedOver(sequence.tag) {
            if isInSeries, ReferenceSequences.isList(sequence.tag) { continue }
            for item in sequence.items {
                let uid = item.string(.referencedSOPInstanceUID)
                if let uid { add(item.integers(.referencedFrameNumber), of: uid) }
                collect(item, isInSeries: uid == nil && item.string(.seriesInstanceUID) != nil)
            }
        }
    }

    private mutating func add(_ numbers: [Int], of uid: String) {
        if numbers.isEmpty {
            frames.updateValue(nil, forKey: uid)
        } else if let known = frames[uid] {
            if let known { frames[uid] = known.union(numbers) }
        } else {
            frames[uid] = Set(numbers)
        }
    }
}
