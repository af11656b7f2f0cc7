internal import DICOM

/// An instance that is not converted itself but refers to what is: the same instance, its references changed to what stands in
/// the view for their targets (PS3.4 C.3.5; digest O-1 to O-5). Everything else stays as it was received.
public enum UpdatedSynthesis {
    /// - Parameters:
    ///   - planned: of the form `.updated`.
    ///   - references: what stands in the view for the instances that `source` refers to.
    /// - Throws: `SynthesisFailure` if the references cannot be changed within the rules of its SOP Class, or its pixel data
    ///   cannot be taken over as they are.
    public static func synthesize(
        _ planned: PlannedInstance, source: SourceInstance, references: ReferenceMap
    ) throws(SynthesisFailure) -> SynthesizedFile {
        do throws(ConversionReason) {
            let attributes = try attributes(planned, source, references)
            return try write(attributes, planned, source)
        } catch {
            throw SynthesisFailure(source: 0, reason: error)
        }
    }

    private static func attributes(
        _ planned: PlannedInstance, _ source: SourceInstance, _ references: ReferenceMap
    ) throws(ConversionReason) -> DataSetBuilder {
        let dataSet = source.dataSet
        if let damage = source.file.damage { throw ConversionReason(.damaged, tag: damage.tag, "\(damage)") }
        var attributes =
            ReferenceRewriting(map: references).rewritten(dataSet) ?? DataSetBuilder(copying: dataSet)
        try ContentItems.check(attributes)
        attributes.set(.sopInstanceUID, planned.sopInstanceUID)
        attributes.set(.seriesInstanceUID, planned.seriesInstanceUID)
        attributes.set(.queryRetrieveView, references.view.queryRetrieveView ?? "")
        attributes.set(
            .contributingEquipmentSequence,
            items: ContributingEquipment.merge([dataSet], .updatedReferences).items)
        var conversionSource = DataSetBuilder()
        conversionSource.set(.referencedSOPClassUID, dataSet.string(.sopClassUID) ?? planned.sopClassUID)
        conversionSource.set(.referencedSOPInstanceUID, dataSet.string(.sopInstanceUID) ?? "")
        attributes.set(.conversionSourceAttributesSequence, items: [conversionSource])
        OriginalSeries.keep(dataSet.string(.seriesInstanceUID), in: &attributes)
        // What was signed is no longer what is there (O-5).
        for tag in [Tag.macParametersSequence, .digitalSignaturesSequence] { attributes.remove(tag) }
        attributes.remove(.dataSetTrailingPadding)
        return attributes
    }

    // MARK: Writing

    private static func write(
        _ attributes: DataSetBuilder, _ planned: PlannedInstance, _ source: SourceInstance
    ) throws(ConversionReason) -> SynthesizedFile {
        let isEncapsulated = if case .encapsulated = source.file.pixelData?.form { true } else { false }
        let transferSyntax = isEncapsulated ? source.file.transferSyntax : .explicitVRLittleEndian
        var file = SynthesizedFile(
            header: FileHeader.encode(
                mediaStorageSOPClassUID: planned.sopClassUID, mediaStorageSOPInstanceUID: planned.sopInstanceUID,
                transferSyntax: transferSyntax, implementationClassUID: Ruleset.implementationClassUID,
                implementationVersionName: Ruleset.implementationVersionName))
        guard let pixels = source.file.pixelData else {
            try file.append(attributes, source: 0)
            return file
        }
        try file.append(attributes, source: 0) { $0 < pixels.tag }
        try file.append(pixels, of: source.file)
        try file.append(attributes, source: 0) { $0 > pixels.tag }
        return file
    }
}

/// The Series that an instance with updated references was received in: kept in a private block, for no standard attribute
/// has room for it.
enum OriginalSeries {
    /// Reserves the block (PS3.5 7.8.1).
    static let creator = "DICOMVIEWFS"
    private static let group: UInt16 = 0x0009

    static func keep(_ seriesInstanceUID: String?, in attributes: inout DataSetBuilder) {
        guard let seriesInstanceUID else { return }
        let taken = Set(
            attributes.tags.filter { $0.group == group }.map { $0.element >= 0x100 ? $0.element >> 8 : $0.element })
        guard let block = (UInt16(0x10)...0xFF).first(where: { !taken.contains($0) }) else { return }
        attributes.set(Tag(group, block), vr: .LO, bytes: Array(creator.utf8))
        attributes.set(Tag(group, block << 8 | 0x01), vr: .UI, bytes: Array(seriesInstanceUID.utf8))
    }
}
