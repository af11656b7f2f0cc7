internal import ByteLayout
internal import DICOM

/// Makes the enhanced instance of a group of classic ones (PS3.4 C.3.5): all bytes that are not pixel data, and where the
/// frames' bytes come from. A pure function: no clock, no file, nothing but what is given.
public enum EnhancedSynthesis {
    /// - Parameters:
    ///   - planned: an instance of form `.enhanced`.
    ///   - sources: the classic instances in frame order, one for each frame of the plan.
    ///   - references: what stands in the enhanced view for each instance of the Patient.
    /// - Throws: why it cannot be made, and by which source's fault.
    public static func synthesize(
        _ planned: PlannedInstance, sources: [SourceInstance], references: ReferenceMap
    ) throws(SynthesisFailure) -> SynthesizedFile {
        let context = try context(planned, sources, references)
        let pixels = try EnhancedPixels(sources, context)
        var notes: [ConversionReason] = []
        let dataSet = try dataSet(context, pixels, characterSet: CharacterSetUnification(sources), notes: &notes)

        let header = FileHeader.encode(
            mediaStorageSOPClassUID: planned.sopClassUID, mediaStorageSOPInstanceUID: planned.sopInstanceUID,
            transferSyntax: pixels.transferSyntax, implementationClassUID: Ruleset.implementationClassUID,
            implementationVersionName: Ruleset.implementationVersionName)
        var file = SynthesizedFile(header: header + Encoder.encode(dataSet), of: sources)
        try SynthesisFailure.attributing(to: nil) { () throws(ConversionReason) in
            if pixels.isEncapsulated {
                try file.appendEncapsulatedPixelData(pixels.frames)
            } else {
                try file.appendNativePixelData(pixels.frames)
            }
        }
        file.notes = distinct(notes)
        return file
    }

    private static func context(
        _ planned: PlannedInstance, _ sources: [SourceInstance], _ references: ReferenceMap
    ) throws(SynthesisFailure) -> SynthesisContext {
        guard case .enhanced(let plan) = planned.form, plan.frames.count == sources.count, !sources.isEmpty else {
            throw SynthesisFailure(source: nil, reason: ConversionReason(.inconsistentFrames, tag: .numberOfFrames))
        }
        let family: ConversionFamily
        switch (ConversionFamily.form(ofSOPClassUID: planned.sopClassUID), plan.isTrueEnhanced) {
        case (.legacyConverted(let found), false), (.enhanced(let found), true): family = found
        default:
            throw SynthesisFailure(
                source: nil, reason: ConversionReason(.unsupportedValue, tag: .sopClassUID, planned.sopClassUID))
        }
        let characterSet = CharacterSetUnification(sources)
        let frames = try SynthesisFailure.attributingEach(count: sources.count) {
            (frameIndex) throws(ConversionReason) -> SourceFrame in
            let source = sources[frameIndex]
            let frame = try SourceFrame(
                frameIndex: frameIndex, source: source, dataSet: try characterSet.dataSet(of: source),
                plan: plan.frames[frameIndex])
            _ = try frame.required(.frameOfReferenceUID)
            return frame
        }
        return SynthesisContext(planned: planned, plan: plan, family: family, frames: frames, references: references)
    }

    /// The data set without pixel data.
    private static func dataSet(
        _ context: SynthesisContext, _ pixels: EnhancedPixels, characterSet: CharacterSetUnification,
        notes: inout [ConversionReason]
    ) throws(SynthesisFailure) -> DataSetBuilder {
        let attributes = try SourceAttributes(context.frames)
        let macros = FunctionalGroups.macros(context.family, isTrueEnhanced: context.plan.isTrueEnhanced)
        let topLevel = TopLevelAttributes(context.family, attributes, isTrueEnhanced: context.plan.isTrueEnhanced)
        let placement = try SynthesisFailure.attributing(to: nil) { () throws(ConversionReason) in
            try AttributePlacement(attributes, context, topLevel: topLevel, macros: macros)
        }
        notes += placement.notes

        var groups = FunctionalGroups(frameCount: context.frames.count)
        for macro in macros { try groups.add(macro, context) }
        try IODMacros(context, except: macros).add(to: &groups)
        groups.addUnassigned(shared: placement.shared, perFrame: placement.perFrame)
        notes += groups.notes

        var dataSet = placement.topLevel
        for tag in TopLevelAttributes.type2 where !dataSet.contains(tag) { dataSet.setEmpty(tag) }
        writeSOPCommon(context, characterSet, to: &dataSet)
        SeriesModules.write(context, to: &dataSet)
        if let note = MultiFrameModule.write(context, to: &dataSet) { notes.append(note) }
        EnhancedImageModule.write(context, pixels, to: &dataSet)
        dataSet.set(.bitsStored, pixels.bitsStored, vr: .US)
        dataSet.set(.highBit, pixels.bitsStored - 1, vr: .US)
        Dimensions.write(context, to: &dataSet)
        writeEvidence(context, placement, &groups, to: &dataSet, notes: &notes)
        writePresentationStates(context, to: &dataSet)
        dataSet.set(.sharedFunctionalGroupsSequence, items: [groups.shared])
        dataSet.set(.perFrameFunctionalGroupsSequence, items: groups.perFrame)
        return dataSet
    }

    private static func writeSOPCommon(
        _ context: SynthesisContext, _ characterSet: CharacterSetUnification, to dataSet: inout DataSetBuilder
    ) {
        dataSet.set(.sopClassUID, context.planned.sopClassUID)
        dataSet.set(.sopInstanceUID, context.planned.sopInstanceUID)
        if !characterSet.terms.isEmpty { dataSet.set(.specificCharacterSet, characterSet.terms) }
        if let view = View.enhanced.queryRetrieveView { dataSet.set(.queryRetrieveView, view) }
        let equipment = ContributingEquipment.merge(context.frames.map(\.dataSet), .enhancedFromClassic)
        dataSet.set(.contributingEquipmentSequence, items: equipment.items)
    }

    /// All images that are named in Referenced Image and Source Image Sequences, wherever in functional groups these stand (PS3.3
    /// C.8.13.1): in macros, and nested in what has its place in Unassigned.
    private static func writeEvidence(
        _ context: SynthesisContext, _ placement: AttributePlacement, _ groups: inout FunctionalGroups,
        to dataSet: inout DataSetBuilder, notes: inout [ConversionReason]
    ) {
        let lists: [(evidence: Tag, references: Tag)] = [
            (.referencedImageEvidenceSequence, .referencedImageSequence),
            (.sourceImageEvidenceSequence, .sourceImageSequence),
        ]
        for list in lists {
            var evidence = Evidence(context.rewriting.map, studyInstanceUID: context.planned.studyInstanceUID)
            for frame in context.frames {
                guard let references = frame.value(list.references) else { continue }
                evidence.add(references, of: frame.sopInstanceUID)
            }
            for parked in placement.nestedReferences {
                for references in NestedReferences.all(list.references, in: parked.sequence) {
                    evidence.add(references, of: parked.sopInstanceUID)
                }
            }
            if !evidence.items.isEmpty {
                dataSet.set(list.evidence, items: evidence.items)
                if list.references == ReferencedImage.sequence { groups.complete(ReferencedImage.sequence) }
            }
            notes += evidence.notes(of: list.references)
        }
    }

    /// The presentation states made of what the sources draw over their images, by Study and Series (E-9).
    private static func writePresentationStates(_ context: SynthesisContext, to dataSet: inout DataSetBuilder) {
        var list = Evidence(context.rewriting.map, studyInstanceUID: context.planned.studyInstanceUID)
        for state in context.plan.presentationStates { list.add(state) }
        if !list.items.isEmpty { dataSet.set(.referencedPresentationStateSequence, items: list.items) }
    }

    /// Each note once, in the order in which they came.
    private static func distinct(_ notes: [ConversionReason]) -> [ConversionReason] {
        var seen: Set<ConversionReason> = []
        return notes.filter { seen.insert($0).inserted }
    }
}
