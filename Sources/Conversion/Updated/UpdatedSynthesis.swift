internal import DICOM

/// An instance that is not converted itself but refers to what is: the same instance, its references changed to what stands in
/// the view for their targets (PS3.4 C.3.5; digest O-1 to O-5). Everything else stays as it was received.
///
/// An instance that was itself made so, of one that the archive does not have, becomes that one again where all its
/// references do (C-8, X-7).
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
        var (attributes, lossy) = try rewritten(dataSet, references)
        if let uid = dataSet.string(.concatenationUID), let uids = references.concatenation(uid) {
            for (tag, uid) in [
                (Tag.concatenationUID, uids.concatenationUID),
                (.sopInstanceUIDOfConcatenationSource, uids.sourceUID),
            ] where dataSet[tag] != nil {
                attributes.set(tag, uid)
                lossy.append(tag)
            }
        }
        if planned.isOriginal {
            try OriginalInstance.restore(dataSet, in: &attributes)
        } else {
            try OriginalInstance.keep(dataSet, lossy: lossy, in: &attributes)
        }
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
        // What was signed is no longer what is there (O-5).
        for tag in [Tag.macParametersSequence, .digitalSignaturesSequence] { attributes.remove(tag) }
        attributes.remove(.dataSetTrailingPadding)
        return attributes
    }

    /// The data set with its references changed, and the tags of elements that lost something by it.
    private static func rewritten(
        _ dataSet: DataSet, _ references: ReferenceMap
    ) throws(ConversionReason) -> (DataSetBuilder, lossy: [Tag]) {
        let rewriting = ReferenceRewriting(map: references, of: dataSet)
        let rewritten = rewriting.rewritten(dataSet, except: .contentSequence)
        var attributes = rewritten?.dataSet ?? DataSetBuilder(copying: dataSet)
        var lossy = rewritten?.lossy ?? []
        if dataSet[.contentSequence] != nil {
            let content = ContentTree(dataSet, rewriting)
            if let items = try content.rewritten() {
                attributes.set(.contentSequence, items: items)
                if content.isLossy { lossy.append(.contentSequence) }
            }
        }
        return (attributes, lossy)
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
                implementationVersionName: Ruleset.implementationVersionName), of: [source])
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
