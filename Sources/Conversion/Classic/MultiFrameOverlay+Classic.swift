internal import DICOM

extension MultiFrameOverlay {
    /// Leaves in `attributes`, which have the whole overlay, what lies over the frame (C-4).
    ///
    /// - Parameter frameNumber: from 1.
    func choose(frameNumber: Int, in attributes: inout DataSetBuilder) {
        guard frameNumbers.contains(frameNumber) else {
            for tag in tags { attributes.remove(tag) }
            return
        }
        for tag in tags where Self.isNumber(tag) { attributes.remove(tag) }
        setData(of: CollectionOfOne(frameNumber), in: &attributes)
    }
}
