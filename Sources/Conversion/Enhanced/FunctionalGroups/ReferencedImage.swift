internal import DICOM

/// Referenced Image (PS3.3 C.7.6.16.2.5): the sequence of the same name, its references changed to this view's.
enum ReferencedImage: FunctionalGroup {
    static var sequence: Tag { .referencedImageSequence }
    static var isEmptyElsewhere: Bool { true }

    static func movedTags(_ family: ConversionFamily) -> [Tag] { [.referencedImageSequence] }

    static func moves(_ tag: Tag, from frame: SourceFrame) -> Bool { references(of: frame) != nil }

    private static func references(of frame: SourceFrame) -> Element? {
        frame.value(.referencedImageSequence).flatMap { $0.itemCount > 0 ? $0 : nil }
    }

    static func value(
        _ frame: SourceFrame, _ context: SynthesisContext
    ) throws(ConversionReason) -> FunctionalGroupValue? {
        guard let references = references(of: frame) else { return nil }
        return FunctionalGroupValue(items: context.rewriting.items(of: references))
    }
}
