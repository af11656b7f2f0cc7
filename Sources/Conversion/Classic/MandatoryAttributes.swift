internal import DICOM

/// What a classic CT, MR or PET instance must have (PS3.3 A.3, A.4, A.21, digest C-2).
enum MandatoryAttributes {
    /// Adds type 2 attributes without a value where nothing is known.
    static func complete(_ attributes: inout DataSetBuilder, modality: ConversionFamily.Modality) {
        for tag in general + specific(modality) where !attributes.contains(tag) { attributes.setEmpty(tag) }
        completeLaterality(&attributes)
        if modality == .mr {
            let scanning = attributes.strings(.scanningSequence)
            let isEchoPlanar = scanning.contains("EP") && !attributes.strings(.sequenceVariant).contains("SK")
            if !isEchoPlanar, !attributes.contains(.repetitionTime) { attributes.setEmpty(.repetitionTime) }
            if scanning.contains("IR"), !attributes.contains(.inversionTime) { attributes.setEmpty(.inversionTime) }
        }
    }

    /// Laterality (0020,0060) must be there where the body part may be a paired one and Image Laterality is not; empty where
    /// nobody stated it (PS3.3 C.7.3.1).
    private static func completeLaterality(_ attributes: inout DataSetBuilder) {
        guard !attributes.contains(.laterality), !attributes.hasValue(.imageLaterality) else { return }
        let isKnown =
            attributes.hasValue(.anatomicRegionSequence)
            || attributes.string(.bodyPartExamined).flatMap { AnatomicRegion.forBodyPartExamined($0) } != nil
        if !isKnown { attributes.setEmpty(.laterality) }
    }

    /// The first type 1 attribute without a value; nil if there is none.
    static func missing(in attributes: DataSetBuilder, modality: ConversionFamily.Modality) -> Tag? {
        (identifying + valued(modality)).first { !attributes.hasValue($0) }
    }

    private static let general: [Tag] = [
        .patientName, .patientID, .patientBirthDate, .patientSex, .studyDate, .studyTime, .referringPhysicianName,
        .studyID,
        .accessionNumber, .seriesNumber, .positionReferenceIndicator, .manufacturer, .instanceNumber, .sliceThickness,
    ]

    private static func specific(_ modality: ConversionFamily.Modality) -> [Tag] {
        switch modality {
        case .ct: [.kvp, .acquisitionNumber]
        case .mr: [.scanOptions, .mrAcquisitionType, .echoTime, .echoTrainLength]
        case .pet:
            [
                .correctedImage, .collimatorType, .radiopharmaceuticalInformationSequence,
                .patientOrientationCodeSequence,
                .patientGantryRelationshipCodeSequence, .acquisitionDate, .acquisitionTime, .actualFrameDuration,
            ]
        }
    }

    /// Without Frame of Reference UID, which de-identification often strips, a classic instance is no less valid than the
    /// Enhanced one was, and its geometry holds within the Series.
    private static let identifying: [Tag] = [
        .studyInstanceUID, .modality, .imageType, .imagePositionPatient, .imageOrientationPatient, .pixelSpacing, .rows,
        .columns, .bitsAllocated, .bitsStored, .highBit, .pixelRepresentation, .samplesPerPixel,
        .photometricInterpretation,
    ]

    private static func valued(_ modality: ConversionFamily.Modality) -> [Tag] {
        switch modality {
        case .ct: [.rescaleIntercept, .rescaleSlope]
        case .mr: [.scanningSequence, .sequenceVariant]
        case .pet:
            [
                .seriesDate, .seriesTime, .units, .countsSource, .seriesType, .numberOfSlices, .decayCorrection,
                .rescaleIntercept, .rescaleSlope, .frameReferenceTime, .imageIndex,
            ]
        }
    }
}
