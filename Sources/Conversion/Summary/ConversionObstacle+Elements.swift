internal import DICOM

extension ConversionObstacle {
    /// Whether elements stand in the data set as the standard has them stand: each once, those that pixels are found and placed
    /// by in the VR of the dictionary, and sequences as sequences. Of what does not, a part would be lost, or written to where
    /// others misread it.
    ///
    /// - Parameter numbers: attributes that are Decimal Strings.
    static func elements(_ dataSet: DataSet, numbers: [Tag]) -> ConversionReason? {
        var previous: Element?
        for element in dataSet {
            if let previous, previous.tag == element.tag, !previous.hasSameValue(as: element) {
                return ConversionReason(.unsupportedValue, tag: element.tag, "stands twice, with different values")
            }
            // The parser makes sequences of UN where the dictionary knows them and the bytes are items (PS3.5 6.2.2).
            if element.vr == .UN, !element.isEmpty, !element.isSequence, !element.tag.isPrivate,
                DataDictionary.vr(of: element.tag) == .SQ
            {
                return ConversionReason(.unsupportedValue, tag: element.tag, "a sequence that has no items")
            }
            previous = element
        }
        for (vr, tags) in [(VR.US, imagePixelTags), (.DS, numbers)] {
            for tag in tags {
                guard let element = dataSet[tag], element.effectiveVR != vr else { continue }
                return ConversionReason(.unsupportedValue, tag: tag, "VR \(element.vr)")
            }
        }
        return nil
    }

    /// Samples per Pixel, Rows, Columns, Bits Allocated, Bits Stored, High Bit, Pixel Representation.
    private static let imagePixelTags = [
        Tag(0x0028, 0x0002), Tag(0x0028, 0x0010), Tag(0x0028, 0x0011), Tag(0x0028, 0x0100), Tag(0x0028, 0x0101),
        Tag(0x0028, 0x0102), Tag(0x0028, 0x0103),
    ]
}
