internal import DICOM

/// Whether a classic image carries all that the true Enhanced class of its modality asks for (T-1): then that class is the target,
/// else the Legacy Converted one (E-1).
///
/// Ordinary images never do (digest 2.4): they have no place for much of it. Those do that were taken out of Enhanced images with
/// all attributes, and derived CT images whose writers took care.
enum TrueEnhancedCriterion {
    /// Modules that are written from what every convertible image has.
    private static let alwaysThere: Set<String> = [
        "patient", "clinical-trial-subject", "general-study", "patient-study", "clinical-trial-study", "general-series",
        "clinical-trial-series", "frame-of-reference", "general-equipment", "image-pixel", "multi-frame-dimension",
        "supplemental-palette-color-lookup-table", "acquisition-context", "device", "specimen", "icc-profile",
        "sop-common",
        "common-instance-reference", "frame-extraction",
    ]
    /// Macros of that kind, and those judged by themselves.
    private static let knownMacros: Set<String> = [
        "pixel-measures", "plane-position-patient", "plane-orientation-patient", "frame-content", "referenced-image",
        "derivation-image", "frame-voi-lut", "pixel-value-transformation", "ct-pixel-value-transformation",
        "real-world-value-mapping",
    ]

    /// 0 for the Legacy Converted class. Else a digest over what a true Enhanced instance has once for all frames: those with
    /// one key can be combined in one.
    static func key(_ dataSet: DataSet, _ family: ConversionFamily) -> UInt128 {
        guard mayCarry(dataSet, family.modality) else { return 0 }
        let attributes = EnhancedAttributes.all(of: dataSet, family, isRegular: true)
        guard missing(dataSet, attributes, family.modality) == nil else { return 0 }
        var canonical = CanonicalForm(of: dataSet)
        canonical.append(family.enhanced)
        for part in EnhancedIOD.trueEnhanced(family.modality).modules where !alwaysThere.contains(part.name) {
            for attribute in part.attributes where !TopLevelAttributes.set.contains(attribute.tag) {
                if let element = dataSet[attribute.tag], !element.isEmpty { canonical.append(element) }
            }
        }
        return canonical.digest
    }

    /// What a true Enhanced instance has at the top level beyond a Legacy Converted one.
    static func moduleTags(_ modality: ConversionFamily.Modality) -> [Tag] {
        EnhancedIOD.trueEnhanced(modality).modules.filter { !alwaysThere.contains($0.name) }
            .flatMap { $0.attributes.map(\.tag) }
    }

    /// A glance that spares ordinary images the whole examination.
    private static func mayCarry(_ dataSet: DataSet, _ modality: ConversionFamily.Modality) -> Bool {
        switch modality {
        case .ct: return dataSet.string(.irradiationEventUID) != nil && dataSet.string(.contentQualification) != nil
        case .mr: return dataSet.string(.applicableSafetyStandardAgency) != nil
        case .pet: return dataSet.string(Tag(0x0018, 0x9755)) != nil  // Time of Flight Information Used
        }
    }

    /// An attribute that the true Enhanced class requires and that the image does not have.
    static func missing(
        _ dataSet: DataSet, _ attributes: DataSetBuilder, _ modality: ConversionFamily.Modality
    ) -> Tag? {
        let iod = EnhancedIOD.trueEnhanced(modality)
        for part in iod.modules where !alwaysThere.contains(part.name) && part.isRequired(attributes) {
            if let tag = part.missing(in: attributes) { return tag }
        }
        for part in iod.macros where !knownMacros.contains(part.name) && part.isRequired(attributes) {
            if let sequence = part.sequence, attributes.hasValue(sequence) { continue }
            if let tag = part.missing(in: attributes) { return tag }
        }
        for part in iod.macros where part.name == "frame-content" {
            // Stack, dimension indices and temporal position are computed.
            let times = part.attributes.filter { $0.tag.group == 0x0018 }
            if let missing = times.first(where: { $0.needsValue(attributes) && !attributes.hasValue($0.tag) }) {
                return missing.tag
            }
        }
        return enumerated(attributes, modality) ?? multienergy(attributes) ?? references(dataSet)
            ?? mapping(dataSet, modality)
    }

    /// Attributes whose value must be one of a few.
    private static func enumerated(_ attributes: DataSetBuilder, _ modality: ConversionFamily.Modality) -> Tag? {
        var allowed: [(Tag, Set<String>)] = [
            (.contentQualification, ["PRODUCT", "RESEARCH", "SERVICE"]), (.burnedInAnnotation, ["NO"]),
            (.lossyImageCompression, ["00", "01"]), (.rotationDirection, ["CW", "CC"]),
            (.acquisitionType, ["SEQUENCED", "SPIRAL", "CONSTANT_ANGLE", "STATIONARY", "FREE"]),
            (.constantVolumeFlag, ["YES", "NO"]), (.fluoroscopyFlag, ["YES", "NO"]),
        ]
        if modality == .ct {
            allowed += [(.reconstructionAlgorithm, ["FILTER_BACK_PROJ", "ITERATIVE"])]
            // Of multi-energy images, whatever their material or energy is measured in.
            if !isMultienergy(attributes) { allowed += [(.rescaleType, ["HU"])] }
        }
        return allowed.first { tag, terms in attributes.string(tag).map { !terms.contains($0) } ?? false }?.0
    }

    private static func isMultienergy(_ attributes: DataSetBuilder) -> Bool {
        attributes.string(.multienergyCTAcquisition) == "YES"
    }

    /// The fifth value of Frame Type says what a multi-energy image shows (PS3.3 C.8.16.1), and a mapping what its values are:
    /// beside the sources, detectors and paths that the tables ask for.
    private static func multienergy(_ attributes: DataSetBuilder) -> Tag? {
        guard isMultienergy(attributes) else { return nil }
        if attributes.strings(.frameType).count != 5 { return .frameType }
        let mappings = attributes.items(.realWorldValueMappingSequence)
        return !mappings.isEmpty && RealWorldValueMapping.areWhole(mappings) ? nil : .realWorldValueMappingSequence
    }

    /// What items must have: why an image is referred to and how it was derived, by codes; the numbers by which agents are named.
    private static func references(_ dataSet: DataSet) -> Tag? {
        if let missing = ContrastAgents.missing(in: dataSet.items(.contrastBolusAgentSequence)) { return missing }
        if dataSet.items(.radiopharmaceuticalInformationSequence).contains(where: {
            $0.integer(.radiopharmaceuticalAgentNumber) == nil
        }) {
            return .radiopharmaceuticalAgentNumber
        }
        for sequence in [Tag.referencedImageSequence, .sourceImageSequence] {
            let items = dataSet.items(sequence)
            if items.contains(where: { $0.firstItem(.purposeOfReferenceCodeSequence) == nil }) {
                return .purposeOfReferenceCodeSequence
            }
        }
        let isDerived = !dataSet.items(.sourceImageSequence).isEmpty
        return isDerived && dataSet.firstItem(.derivationCodeSequence) == nil ? .derivationCodeSequence : nil
    }

    /// PET says its units in a mapping to real-world values.
    private static func mapping(_ dataSet: DataSet, _ modality: ConversionFamily.Modality) -> Tag? {
        let mappings = dataSet.items(.realWorldValueMappingSequence)
        guard modality == .pet, mappings.isEmpty || !RealWorldValueMapping.areWhole(mappings),
            PETUnit(dataSet.string(.units) ?? "", suvType: nil) == nil
        else { return nil }
        return .realWorldValueMappingSequence
    }
}
