internal import DICOM

/// What an enhanced image may not hold: overlays, curves and graphic annotations (PS3.4 C.3.5; digest E-9 to E-11).
///
/// They belong into a presentation state that the image refers to. Until one is made for it, a source that would lose a
/// drawing is shown as it was received.
enum Overlays {
    /// True for elements of the repeating groups 50xx (curves) and 60xx (overlays).
    static func isRepeatingGroup(_ tag: Tag) -> Bool {
        !tag.isPrivate && (tag.group & 0xFF00 == 0x6000 || tag.group & 0xFF00 == 0x5000)
    }

    /// - Throws: `unsupportedValue` with the tag of what would be lost.
    static func check(_ dataSet: DataSet) throws(ConversionReason) {
        for element in dataSet where !element.isEmpty {
            if isRepeatingGroup(element.tag) { try check(element, in: dataSet) }
            if element.tag == .graphicAnnotationSequence {
                throw ConversionReason(.unsupportedValue, tag: element.tag, "graphic annotations")
            }
        }
    }

    private static func check(_ element: Element, in dataSet: DataSet) throws(ConversionReason) {
        let tag = element.tag
        switch (tag.group & 0xFF00, tag.element) {
        case (0x6000, 0x3000):
            throw ConversionReason(.unsupportedValue, tag: tag, "overlay")
        case (0x6000, 0x0100):
            // Overlay Bits Allocated other than 1: the overlay is a bit of the pixels (PS3.5 8.1.2, retired).
            if element.integers != [1], dataSet[Tag(tag.group, 0x3000)].map(\.isEmpty) ?? true {
                throw ConversionReason(.unsupportedValue, tag: Tag(tag.group, 0x0102), "overlay in high bits")
            }
        case (0x5000, 0x3000):
            throw ConversionReason(.unsupportedValue, tag: tag, "curve")
        default: break
        }
    }
}
