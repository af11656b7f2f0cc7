internal import ByteLayout
internal import DICOM

extension ClassicSource {
    /// The instance that `planned` names, made of one frame.
    ///
    /// - Parameters:
    ///   - planned: of the form `.classic`.
    ///   - references: what stands in the classic view for the instances that this one refers to.
    public func synthesize(
        _ planned: PlannedInstance, references: ReferenceMap
    ) throws(SynthesisFailure) -> SynthesizedFile {
        do throws(ConversionReason) {
            guard case .classic(let plan) = planned.form, perFrame.indices.contains(plan.frameIndex) else {
                throw ConversionReason(.inconsistentFrames, tag: .numberOfFrames)
            }
            return try frame(plan, of: planned, references: references)
        } catch {
            throw SynthesisFailure(source: position, reason: error)
        }
    }

    private func frame(
        _ plan: ClassicPlan, of planned: PlannedInstance, references: ReferenceMap
    ) throws(ConversionReason) -> SynthesizedFile {
        var notes: [ConversionReason] = []
        var attributes = gatheredAttributes(plan.frameIndex, notes: &notes)
        if provenance != .own {
            MandatoryAttributes.complete(&attributes, modality: family.modality)
            if let tag = MandatoryAttributes.missing(in: attributes, modality: family.modality) {
                throw PETAttributes.unknownDecayCorrection(tag, attributes)
                    ?? ConversionReason(.missingAttribute, tag: tag)
            }
        }
        updateReferences(in: &attributes, frameIndex: plan.frameIndex, ReferenceRewriting(map: references))
        OriginalReferences.removeBlocks(from: &attributes)
        if planned.isOriginal {
            try OriginalReferences.restore(from: unassigned(plan.frameIndex), in: &attributes)
        }
        setIdentity(&attributes, plan, planned)
        return try write(attributes, plan, planned, notes: notes)
    }

    /// All attributes of the frame at one level. What comes later wins: top level, shared groups, the frame's groups, what
    /// can be derived of these, the originals in Unassigned (C-5).
    private func gatheredAttributes(_ frameIndex: Int, notes: inout [ConversionReason]) -> DataSetBuilder {
        var attributes = common
        for overlay in overlays { overlay.choose(frameNumber: frameIndex + 1, in: &attributes) }
        let groups = perFrame[frameIndex]
        Flattening.merge(groups, into: &attributes, where: Self.filter(provenance))
        let unassigned = unassigned(frameIndex)
        if provenance == .own {
            IntroducedAttributes.restore(&attributes, unassigned: unassigned)
        } else {
            derive(in: &attributes, frameIndex: frameIndex, notes: &notes)
        }
        // The multi-frame instance's number is not the frame's.
        attributes.remove(.instanceNumber)
        for item in unassigned {
            UnassignedAttributes.merge(item, into: &attributes, isOwn: provenance == .own, notes: &notes)
            if provenance == .own { EmptyReferences.restore(item, in: &attributes) }
        }
        return attributes
    }

    /// The items of Unassigned Converted Attributes.
    private func unassigned(_ frameIndex: Int) -> [DataSet] {
        [
            unassignedShared, perFrame[frameIndex].firstItem(.unassignedPerFrameConvertedAttributesSequence),
        ].compactMap { $0 }
    }

    private func derive(in attributes: inout DataSetBuilder, frameIndex: Int, notes: inout [ConversionReason]) {
        guard let times else { return }
        GeneralAttributes.derive(
            in: &attributes, modality: family.modality, isLegacy: provenance == .legacyConverted, times)
        switch family.modality {
        case .ct: CTAttributes.derive(in: &attributes)
        case .mr: MRAttributes.derive(in: &attributes, echoTimes: echoTimes, temporalPositions: temporalPositions)
        case .pet:
            guard let petIndices else { return }
            PETUnits.derive(in: &attributes, storedValues: storedValues, notes: &notes)
            PETAttributes.derive(
                in: &attributes, indices: petIndices, frameIndex: frameOffset + frameIndex, times, notes: &notes)
        }
    }

    /// Names what stands in the view for what the instance refers to (G-9).
    private func updateReferences(
        in attributes: inout DataSetBuilder, frameIndex: Int, _ rewriting: ReferenceRewriting
    ) {
        Self.updateReferences(in: &attributes, rewriting)
        // Of several derivations the sources were brought together one by one.
        let groups = perFrame[frameIndex]
        let derivations = (groups[.derivationImageSequence] ?? shared?[.derivationImageSequence])?.items ?? []
        if derivations.count > 1, case .items? = attributes[.sourceImageSequence] {
            attributes.set(
                .sourceImageSequence,
                items: derivations.compactMap { $0[.sourceImageSequence] }.flatMap { rewriting.items(of: $0) })
        }
    }

    private static func updateReferences(in attributes: inout DataSetBuilder, _ rewriting: ReferenceRewriting) {
        for (tag, content) in zip(attributes.tags, attributes.contents) {
            switch content {
            case .copied(let element):
                if let changed = rewriting.content(of: element) { attributes[tag] = changed }
            case .items(var items):
                for index in items.indices { updateReferences(in: &items[index], rewriting) }
                attributes[tag] = .items(items)
            case .value: continue
            }
        }
    }

    /// What conversion itself says of the new instance (G-1, G-3, G-6, G-13, C-7).
    private func setIdentity(_ attributes: inout DataSetBuilder, _ plan: ClassicPlan, _ planned: PlannedInstance) {
        attributes.set(.sopClassUID, planned.sopClassUID)
        attributes.set(.sopInstanceUID, planned.sopInstanceUID)
        attributes.set(.seriesInstanceUID, planned.seriesInstanceUID)
        attributes.set(.queryRetrieveView, View.classic.queryRetrieveView ?? "")
        // The original had none, or one without a value (type 2), and comes back as it was (C-8).
        let isUnnumbered = planned.isOriginal && (provenance == .own || attributes.contains(.instanceNumber))
        if !attributes.hasValue(.instanceNumber), !isUnnumbered {
            attributes.set(.instanceNumber, plan.instanceNumber)
        }
        attributes.set(.contributingEquipmentSequence, items: contributingEquipment(plan.frameIndex))

        var conversionSource = DataSetBuilder()
        conversionSource.copyText(.sopClassUID, of: source.dataSet, as: .referencedSOPClassUID)
        conversionSource.copyText(.sopInstanceUID, of: source.dataSet, as: .referencedSOPInstanceUID)
        conversionSource.set(.referencedFrameNumber, plan.frameNumber)
        attributes.set(.conversionSourceAttributesSequence, items: [conversionSource])
    }

    /// what the frame's own source said, then what the multi-frame instance says, then the new item.
    private func contributingEquipment(_ frameIndex: Int) -> [DataSetBuilder] {
        let parked =
            perFrame[frameIndex].firstItem(.unassignedPerFrameConvertedAttributesSequence)?[
                .contributingEquipmentSequence] ?? unassignedShared?[.contributingEquipmentSequence]
        let topLevel = source.dataSet.items(.contributingEquipmentSequence)
        var items = parked?.items ?? []
        // Where conversion took them over, they are at the top level already.
        if items.count <= topLevel.count, zip(items, topLevel).allSatisfy({ $0.hasSameElements(as: $1) }) { items = [] }
        return (items + topLevel).map { DataSetBuilder(copying: $0) } + [
            ContributingEquipment.item(.classicFromEnhanced)
        ]
    }

    private func write(
        _ attributes: DataSetBuilder, _ plan: ClassicPlan, _ planned: PlannedInstance, notes: [ConversionReason]
    ) throws(ConversionReason) -> SynthesizedFile {
        var file = SynthesizedFile(
            header: FileHeader.encode(
                mediaStorageSOPClassUID: planned.sopClassUID, mediaStorageSOPInstanceUID: planned.sopInstanceUID,
                transferSyntax: transferSyntax, implementationClassUID: Ruleset.implementationClassUID,
                implementationVersionName: Ruleset.implementationVersionName), of: [source], from: position)
        file.notes = notes
        try file.append(attributes, source: position) { $0 < .pixelData }
        guard frames.indices.contains(plan.frameIndex) else { throw ConversionReason(.pixelDataTruncated) }
        let pixels = [SynthesizedFile.SourceFrameBytes(source: position, frame: frames[plan.frameIndex])]
        if transferSyntax.frameEncoding == .native {
            try file.appendNativePixelData(pixels)
        } else {
            try file.appendEncapsulatedPixelData(pixels)
        }
        try file.append(attributes, source: position) { $0 > .pixelData }
        return file
    }
}

extension DataSetBuilder {
    fileprivate mutating func copyText(_ tag: Tag, of dataSet: DataSet, as newTag: Tag) {
        if let element = dataSet[tag] { set(newTag, textOf: element) }
    }
}

extension ContributingEquipment {
    /// Whether the last conversion of an instance was ours: an older item may have come with the sources.
    static func isLastOurs(_ items: [DataSet]) -> Bool {
        let conversions = items.filter { item in
            item.firstItem(.purposeOfReferenceCodeSequence)?.string(.codeValue) == "109106"
        }
        return conversions.last.map { isOurs($0) } ?? false
    }
}
