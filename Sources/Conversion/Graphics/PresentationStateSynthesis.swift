internal import ByteLayout
internal import DICOM

/// Makes the Grayscale Softcopy Presentation State of what classic images draw over themselves, for the frames of the multi-frame
/// image that they have become (PS3.4 C.3.5, PS3.3 A.33.1; E-9, X-5).
public enum PresentationStateSynthesis {
    /// - Parameters:
    ///   - planned: an instance of form `.presentationState`.
    ///   - sources: the classic instances of its frames, in that order.
    ///   - references: what stands in the enhanced view for each instance of the Patient.
    /// - Throws: why it cannot be made, and by which source's fault.
    public static func synthesize(
        _ planned: PlannedInstance, sources: [SourceInstance], references: ReferenceMap
    ) throws(SynthesisFailure) -> SynthesizedFile {
        guard case .presentationState(let plan) = planned.form, plan.frames.count == sources.count,
            let first = sources.first
        else {
            throw SynthesisFailure(source: nil, reason: ConversionReason(.inconsistentFrames, tag: .numberOfFrames))
        }
        let characterSet = CharacterSetUnification(sources)
        let texts = try SynthesisFailure.attributingEach(count: sources.count) { (index) throws(ConversionReason) in
            if let damage = sources[index].file.damage {
                throw ConversionReason(.damaged, tag: damage.tag, damage.description)
            }
            return try characterSet.dataSet(of: sources[index])
        }
        let draft = PresentationStateDraft(
            planned: planned, plan: plan, sources: texts, graphics: ImageGraphics(texts[0]),
            rewriting: ReferenceRewriting(map: references))
        return try SynthesisFailure.attributing(to: 0) { () throws(ConversionReason) in
            try write(try draft.dataSet(characterSet), draft, first)
        }
    }

    private static func write(
        _ dataSet: DataSetBuilder, _ draft: PresentationStateDraft, _ source: SourceInstance
    ) throws(ConversionReason) -> SynthesizedFile {
        var file = SynthesizedFile(
            header: FileHeader.encode(
                mediaStorageSOPClassUID: draft.planned.sopClassUID,
                mediaStorageSOPInstanceUID: draft.planned.sopInstanceUID,
                transferSyntax: .explicitVRLittleEndian, implementationClassUID: Ruleset.implementationClassUID,
                implementationVersionName: Ruleset.implementationVersionName), of: [source])
        var written = Tag(0, 0)
        for overlay in draft.graphics.overlays where overlay.bitInPixels != nil {
            let tag = Tag.overlayData(inGroup: overlay.group)
            try file.append(dataSet, source: 0) { written < $0 && $0 < tag }
            let pixel = try ImagePixel(source.dataSet)
            guard let frame = try source.file.frameBytes(pixel).first else {
                throw ConversionReason(.pixelDataMissing, tag: tag)
            }
            try overlay.appendBits(of: frame, rows: pixel.rows, columns: pixel.columns, source: 0, to: &file)
            written = tag
        }
        try file.append(dataSet, source: 0) { written < $0 }
        return file
    }
}
