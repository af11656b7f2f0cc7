internal import DICOM

/// Derivation Image (PS3.3 C.7.6.16.2.6): what the frame was derived from, if the source says so. Codes are not invented:
/// the Legacy Converted classes do not ask for them.
enum DerivationImage: FunctionalGroup {
    static var sequence: Tag { .derivationImageSequence }
    static var isEmptyElsewhere: Bool { true }

    static func movedTags(_ family: ConversionFamily) -> [Tag] {
        [.sourceImageSequence, .derivationDescription, .derivationCodeSequence]
    }

    static func moves(_ tag: Tag, from frame: SourceFrame) -> Bool {
        sources(of: frame) != nil && derivations(of: frame) == nil
    }

    /// Several derivations, which images taken out of Enhanced ones keep as a sequence (C-6).
    private static func derivations(of frame: SourceFrame) -> Element? {
        frame.value(.derivationImageSequence).flatMap { $0.itemCount > 1 ? $0 : nil }
    }

    private static func sources(of frame: SourceFrame) -> Element? {
        frame.value(.sourceImageSequence).flatMap { $0.itemCount > 0 ? $0 : nil }
    }

    static func value(
        _ frame: SourceFrame, _ context: SynthesisContext
    ) throws(ConversionReason) -> FunctionalGroupValue? {
        if let derivations = derivations(of: frame) {
            return FunctionalGroupValue(items: context.rewriting.items(of: derivations))
        }
        guard let sources = sources(of: frame) else { return nil }
        var item = DataSetBuilder()
        if let description = frame.value(.derivationDescription) { item.copy(description) }
        if let code = frame.value(.derivationCodeSequence) { item.copy(code) }
        item.set(.sourceImageSequence, items: context.rewriting.items(of: sources))
        return FunctionalGroupValue(item)
    }
}
