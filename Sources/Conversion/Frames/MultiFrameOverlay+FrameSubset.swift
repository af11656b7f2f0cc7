internal import DICOM

extension MultiFrameOverlay {
    /// Writes what is left of the overlay where some frames are taken: the planes that lie over them.
    func write(from dataSet: DataSet, to attributes: inout DataSetBuilder, _ subset: FrameSubset) {
        guard
            let group = tags.first?.group,
            let range = subset.newRange(from: frameNumbers.lowerBound, to: frameNumbers.upperBound)
        else { return }
        for tag in tags where !tag.isGroupLength { attributes.copy(tag, from: dataSet) }
        if attributes.contains(Tag(group, 0x0015)) {
            attributes.set(Tag(group, 0x0015), vr: .IS, bytes: Array(String(range.count).utf8))
        }
        attributes.set(Tag(group, 0x0051), [range.lowerBound], vr: .US)
        setData(of: subset.list.frameNumbers[range.lowerBound - 1...range.upperBound - 1], in: &attributes)
    }
}
