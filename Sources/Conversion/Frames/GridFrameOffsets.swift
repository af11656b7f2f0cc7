internal import DICOM

/// Grid Frame Offset Vector (3004,000C): where the planes of a dose lie (PS3.3 C.8.8.3.2). Where it counts from the first plane,
/// Image Position (Patient) is that plane's and moves with it.
struct GridFrameOffsets: Sendable {
    static let tags: Set<Tag> = [.gridFrameOffsetVector, .imagePositionPatient, .frameIncrementPointer]

    private let dataSet: DataSet
    private let offsets: [Double]

    /// Nil if there is none, or not one for each frame.
    init?(_ dataSet: DataSet, numberOfFrames: Int) {
        let offsets = dataSet.doubles(.gridFrameOffsetVector)
        guard !offsets.isEmpty, offsets.count == numberOfFrames else { return nil }
        self.dataSet = dataSet
        self.offsets = offsets
    }

    func write(to attributes: inout DataSetBuilder, _ subset: FrameSubset) {
        attributes.copy(.imagePositionPatient, from: dataSet)
        attributes.copy(.frameIncrementPointer, from: dataSet)
        let taken = subset.list.frameNumbers.map { offsets[$0 - 1] }
        // A single plane is no volume and has no offsets (PS3.3 C.8.8.3: 2 values at least).
        defer {
            if taken.count == 1 {
                attributes.remove(.gridFrameOffsetVector)
                attributes.remove(.frameIncrementPointer)
            }
        }
        guard offsets.first == 0, let shift = taken.first, shift != 0 else {
            guard let element = dataSet[.gridFrameOffsetVector] else { return }
            attributes[element.tag] = FrameVector.content(of: element, at: subset.list.frameNumbers.map { $0 - 1 })
            return
        }
        attributes.set(.gridFrameOffsetVector, taken.map { $0 - shift })
        let position = dataSet.doubles(.imagePositionPatient)
        guard let normal = PlaneNormal.of(dataSet.doubles(.imageOrientationPatient)), position.count == 3 else {
            return
        }
        attributes.set(.imagePositionPatient, zip(position, normal).map { $0 + $1 * shift })
    }
}
