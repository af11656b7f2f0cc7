internal import DICOM

/// Which attributes of the sources have their place at the top level of the new instance (E-13), and on which terms.
struct TopLevelAttributes {
    /// Copied if the same in all sources.
    private let copied: Set<Tag>

    /// Patient, Study and Clinical Trial: there is one value for all, whatever a single source says.
    static let common = Set(
        ModuleAttributes.patient + ModuleAttributes.clinicalTrialSubject + ModuleAttributes.generalStudy
            + ModuleAttributes.patientStudy + ModuleAttributes.clinicalTrialStudy)

    /// Type 2: empty where no source has a value.
    static let type2: [Tag] = [
        .patientName, .patientID, .patientBirthDate, .patientSex, .studyDate, .studyTime, .referringPhysicianName,
        .studyID,
        .accessionNumber, .seriesNumber, .positionReferenceIndicator, .manufacturer, .acquisitionContextSequence,
    ]

    /// What conversion sets, changes or derives: the sources' values are always kept in Unassigned.
    static let set: Set<Tag> = [
        .imageType, .queryRetrieveView, .modality, .seriesInstanceUID, .seriesNumber, .seriesDate, .seriesTime,
        .laterality,
        .instanceNumber, .contentDate, .contentTime, .numberOfFrames, .acquisitionDateTime, .bitsStored, .highBit,
        .contentQualification, .lossyImageCompression, .lossyImageCompressionRatio, .lossyImageCompressionMethod,
        .presentationLUTShape, .resonantNucleus, .windowCenter, .windowWidth, .windowCenterWidthExplanation,
        .voilutFunction,
        .rescaleIntercept, .rescaleSlope, .rescaleType, .sliceThickness, .realWorldValueMappingSequence,
        .anatomicRegionSequence, .imageLaterality, .pixelPresentation, .volumetricProperties,
        .volumeBasedCalculationTechnique, .complexImageComponent, .acquisitionContrast, .frameLaterality,
        .referencedPresentationStateSequence, .referencedImageEvidenceSequence, .sourceImageEvidenceSequence,
    ]

    init(_ family: ConversionFamily, _ attributes: SourceAttributes, isTrueEnhanced: Bool) {
        var tags =
            ModuleAttributes.clinicalTrialSeries + ModuleAttributes.generalSeries + ModuleAttributes.frameOfReference
            + ModuleAttributes.generalEquipment + ModuleAttributes.imagePixel + ModuleAttributes.acquisitionContext
            + ModuleAttributes.enhancedImage + ModuleAttributes.sopCommon
        // Optional modules, if what they cannot be without is there.
        if attributes.agree(on: [
            .synchronizationFrameOfReferenceUID, .synchronizationTrigger, .acquisitionTimeSynchronized,
        ]) {
            tags += ModuleAttributes.synchronization
        }
        if attributes.agree(on: [.containerIdentifier, .specimenDescriptionSequence]) {
            tags += ModuleAttributes.specimen
        }
        // Beside a Patient Position it must not be (PS3.3 C.7.3.1); then each slice's own is kept.
        let isPositioned = attributes.column(.patientPosition)?.valueCount ?? 0 > 0
        let orientation = ModuleAttributes.enhancedPatientOrientation
        if !isPositioned, attributes.agree(on: orientation),
            orientation.allSatisfy({ attributes.column($0)?.valueCount ?? 0 > 0 })
        {
            tags += ModuleAttributes.enhancedPatientOrientation
        }
        switch family.modality {
        case .ct: tags += ModuleAttributes.enhancedCTImage + ModuleAttributes.device
        case .mr: tags += ModuleAttributes.enhancedMRImage + ModuleAttributes.device
        case .pet: tags += ModuleAttributes.intervention
        }
        // True Enhanced images have codes alone, which come with the tables.
        if family.modality != .pet, !isTrueEnhanced, attributes.agree(on: [.contrastBolusAgent]) {
            tags += ModuleAttributes.contrastBolus
            // Readers take it for that of the Enhanced module, which the codes of a classic image are not.
            if !ContrastAgents.areEnhanced(attributes) { tags.removeAll { $0 == .contrastBolusAgentSequence } }
        }
        if isTrueEnhanced { tags += TrueEnhancedCriterion.moduleTags(family.modality) }
        copied = Set(tags).subtracting(Self.set)
    }

    /// True if the attribute stands at the top level where it is the same in all sources.
    func contains(_ tag: Tag) -> Bool {
        copied.contains(tag) || Self.common.contains(tag)
    }
}
