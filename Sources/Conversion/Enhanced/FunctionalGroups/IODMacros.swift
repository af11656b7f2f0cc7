internal import DICOM

/// Macros for which classic images have no names of their own, filled by the tables of the IODs: with the attributes of the macro
/// that a source has, as images do that were taken out of Enhanced ones (E-8, T-1).
///
/// Nothing is taken over from Unassigned by them: the sources' values stay there as well.
struct IODMacros {
    private let parts: [EnhancedIOD.Part]
    private let context: SynthesisContext

    /// - Parameter known: the macros that are written by code of their own.
    init(_ context: SynthesisContext, except known: [any FunctionalGroup.Type]) {
        self.context = context
        let iod =
            context.plan.isTrueEnhanced
            ? EnhancedIOD.trueEnhanced(context.family.modality) : .legacyConverted(context.family.modality)
        let written = Set(known.map { $0.sequence } + Self.conversion)
        parts = iod.macros.filter { part in part.sequence.map { !written.contains($0) } ?? false }
    }

    /// Written with what no macro has a place for.
    private static let conversion: [Tag] = [
        .unassignedSharedConvertedAttributesSequence, .unassignedPerFrameConvertedAttributesSequence,
    ]

    func add(to groups: inout FunctionalGroups) throws(SynthesisFailure) {
        let used = parts.filter { part in context.frames.contains { isMentioned(part, by: $0) } }
        guard !used.isEmpty else { return }
        let attributes = context.frames.map { frame in
            EnhancedAttributes.all(of: frame.dataSet, context.family, isRegular: context.plan.regularSpacing != nil)
        }
        for part in used {
            guard let sequence = part.sequence else { continue }
            try groups.add(sequence, context) { (frame) throws(ConversionReason) in
                value(of: part, frame, attributes[frame.frameIndex])
            }
        }
    }

    private func isMentioned(_ part: EnhancedIOD.Part, by frame: SourceFrame) -> Bool {
        if context.plan.isTrueEnhanced { return true }
        guard let sequence = part.sequence else { return false }
        return frame.value(sequence) != nil || part.attributes.contains { frame.value($0.tag) != nil }
    }

    private func value(
        of part: EnhancedIOD.Part, _ frame: SourceFrame, _ attributes: DataSetBuilder
    ) -> FunctionalGroupValue? {
        // Several items cannot be brought to one level: classic images then keep the sequence.
        if let sequence = part.sequence, let whole = frame.value(sequence) {
            return FunctionalGroupValue(items: context.rewriting.items(of: whole))
        }
        guard part.missing(in: part.isRequired(attributes) ? attributes : asOriginal(attributes)) == nil else {
            return nil
        }
        var item = DataSetBuilder()
        for attribute in part.attributes {
            if attributes.hasValue(attribute.tag), attribute.isAllowed(attributes) {
                item[attribute.tag] = rewritten(attributes[attribute.tag])
            }
        }
        guard !item.isEmpty else { return nil }
        for attribute in part.attributes where !item.contains(attribute.tag) && attribute.mustBePresent(attributes) {
            item.setEmpty(attribute.tag)
        }
        return FunctionalGroupValue(item)
    }

    /// A macro that nobody asks for is written where it is as complete as that of an original image: a part of it would say
    /// little, and tools look for the rest.
    private func asOriginal(_ attributes: DataSetBuilder) -> DataSetBuilder {
        var attributes = attributes
        for tag in [Tag.imageType, .frameType] {
            attributes.set(tag, ["ORIGINAL"] + attributes.strings(tag).dropFirst())
        }
        return attributes
    }

    private func rewritten(_ content: DataSetBuilder.Content?) -> DataSetBuilder.Content? {
        guard case .copied(let element)? = content else { return content }
        return context.rewriting.content(of: element) ?? content
    }
}
