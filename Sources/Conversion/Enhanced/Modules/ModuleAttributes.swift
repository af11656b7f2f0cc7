internal import DICOM

/// Attributes that modules of the Legacy Converted Enhanced IODs have at the top level (PS3.3 A.70 to A.72 and the modules
/// named there), types 1 to 3 but without retired ones. What an image has once for all its frames goes there (E-13).
enum ModuleAttributes {
    static let patient: [Tag] = [
        .patientName, .patientID, .issuerOfPatientID, .typeOfPatientID, .issuerOfPatientIDQualifiersSequence,
        .sourcePatientGroupIdentificationSequence, .groupOfPatientsIdentificationSequence, .patientBirthDate,
        .patientBirthTime, .patientBirthDateInAlternativeCalendar, .patientDeathDateInAlternativeCalendar,
        .patientAlternativeCalendar, .patientSex, .qualityControlSubject, .strainDescription, .strainNomenclature,
        .strainStockNumber, .strainSourceRegistryCodeSequence, .strainStockSequence, .strainSource,
        .strainAdditionalInformation, .strainCodeSequence, .geneticModificationsSequence,
        .geneticModificationsDescription, .geneticModificationsNomenclature, .geneticModificationsCodeSequence,
        .referencedPatientSequence, .otherPatientNames, .otherPatientIDsSequence, .referencedPatientPhotoSequence,
        .ethnicGroup, .patientSpeciesDescription, .patientSpeciesCodeSequence, .patientBreedDescription,
        .patientBreedCodeSequence, .breedRegistrationSequence, .breedRegistrationNumber, .breedRegistryCodeSequence,
        .responsiblePerson, .responsiblePersonRole, .responsibleOrganization, .patientComments,
        .patientIdentityRemoved, .deidentificationMethod, .deidentificationMethodCodeSequence,
    ]

    static let clinicalTrialSubject: [Tag] = [
        .clinicalTrialSponsorName, .clinicalTrialProtocolID, .clinicalTrialProtocolName,
        .issuerOfClinicalTrialProtocolID, .otherClinicalTrialProtocolIDsSequence, .clinicalTrialSiteID,
        .clinicalTrialSiteName, .issuerOfClinicalTrialSiteID, .clinicalTrialSubjectID,
        .issuerOfClinicalTrialSubjectID, .clinicalTrialSubjectReadingID, .issuerOfClinicalTrialSubjectReadingID,
        .clinicalTrialProtocolEthicsCommitteeName, .clinicalTrialProtocolEthicsCommitteeApprovalNumber,
    ]

    static let generalStudy: [Tag] = [
        .studyInstanceUID, .studyDate, .studyTime, .referringPhysicianName, .referringPhysicianIdentificationSequence,
        .consultingPhysicianName, .consultingPhysicianIdentificationSequence, .studyID, .accessionNumber,
        .issuerOfAccessionNumberSequence, .studyDescription, .physiciansOfRecord,
        .physiciansOfRecordIdentificationSequence, .nameOfPhysiciansReadingStudy,
        .physiciansReadingStudyIdentificationSequence, .requestingService, .requestingServiceCodeSequence,
        .referencedStudySequence, .procedureCodeSequence, .reasonForPerformedProcedureCodeSequence,
    ]

    static let patientStudy: [Tag] = [
        .admittingDiagnosesDescription, .admittingDiagnosesCodeSequence, .patientAge, .patientSize,
        .patientSizeCodeSequence, .patientBodyMassIndex, .measuredAPDimension, .measuredLateralDimension,
        .patientWeight, .medicalAlerts, .allergies, .smokingStatus, .additionalPatientHistory, .pregnancyStatus,
        .lastMenstrualDate, .occupation, .patientSexNeutered, .reasonForVisit, .reasonForVisitCodeSequence,
        .admissionID, .issuerOfAdmissionIDSequence, .serviceEpisodeID, .serviceEpisodeDescription,
        .issuerOfServiceEpisodeIDSequence, .patientState,
    ]

    static let clinicalTrialStudy: [Tag] = [
        .clinicalTrialTimePointID, .clinicalTrialTimePointDescription, .longitudinalTemporalOffsetFromEvent,
        .longitudinalTemporalEventType, .consentForClinicalTrialUseSequence,
    ]

    static let clinicalTrialSeries: [Tag] = [
        .clinicalTrialCoordinatingCenterName, .clinicalTrialSeriesID, .clinicalTrialSeriesDescription,
        .issuerOfClinicalTrialSeriesID,
    ]

    static let generalSeries: [Tag] = [
        .modality, .seriesInstanceUID, .seriesNumber, .laterality, .seriesDate, .seriesTime, .presentationIntentType,
        .performingPhysicianName, .performingPhysicianIdentificationSequence, .protocolName, .seriesDescription,
        .seriesDescriptionCodeSequence, .operatorsName, .operatorIdentificationSequence,
        .referencedPerformedProcedureStepSequence, .relatedSeriesSequence, .bodyPartExamined, .patientPosition,
        .smallestPixelValueInSeries, .largestPixelValueInSeries, .requestAttributesSequence,
        .anatomicalOrientationType, .performedProcedureStepID, .performedProcedureStepStartDate,
        .performedProcedureStepStartTime, .performedProcedureStepEndDate, .performedProcedureStepEndTime,
        .performedProcedureStepDescription, .performedProtocolCodeSequence, .commentsOnThePerformedProcedureStep,
        .treatmentSessionUID, .referencedDefinedProtocolSequence, .referencedPerformedProtocolSequence,
        .potentialDiagnosticTasks,
    ]

    static let frameOfReference: [Tag] = [
        .frameOfReferenceUID, .positionReferenceIndicator,
    ]

    static let synchronization: [Tag] = [
        .synchronizationFrameOfReferenceUID, .synchronizationTrigger, .triggerSourceOrType, .synchronizationChannel,
        .acquisitionTimeSynchronized, .timeSource, .timeDistributionProtocol, .ntpSourceAddress,
    ]

    static let generalEquipment: [Tag] = [
        .manufacturer, .institutionName, .institutionAddress, .institutionCodeSequence, .stationName,
        .institutionalDepartmentName, .institutionalDepartmentTypeCodeSequence, .manufacturerModelName,
        .manufacturerDeviceClassUID, .deviceSerialNumber, .softwareVersions, .gantryID, .deviceUID,
        .uniqueDeviceIdentifier, .udiSequence, .spatialResolution, .dateOfLastCalibration, .timeOfLastCalibration,
        .dateTimeOfLastCalibration, .calibrationDateTime, .dateOfManufacture, .dateOfInstallation, .pixelPaddingValue,
    ]

    static let imagePixel: [Tag] = [
        .samplesPerPixel, .photometricInterpretation, .planarConfiguration, .rows, .columns, .bitsAllocated,
        .bitsStored, .highBit, .pixelRepresentation, .pixelPaddingRangeLimit,
    ]

    static let multiFrameFunctionalGroups: [Tag] = [
        .contentDate, .contentTime, .instanceNumber, .numberOfFrames,
    ]

    static let acquisitionContext: [Tag] = [
        .acquisitionContextSequence, .acquisitionContextDescription,
    ]

    static let contrastBolus: [Tag] = [
        .contrastBolusAgent, .contrastBolusAgentSequence, .contrastBolusRoute,
        .contrastBolusAdministrationRouteSequence, .contrastBolusVolume, .contrastBolusStartTime,
        .contrastBolusStopTime, .contrastBolusTotalDose, .syringeCounts, .contrastFlowRate, .contrastFlowDuration,
        .contrastBolusIngredient, .contrastBolusIngredientConcentration,
    ]

    static let device: [Tag] = [
        .deviceSequence
    ]

    static let specimen: [Tag] = [
        .containerIdentifier, .issuerOfTheContainerIdentifierSequence, .alternateContainerIdentifierSequence,
        .containerTypeCodeSequence, .containerComponentSequence, .specimenDescriptionSequence,
    ]

    static let enhancedPatientOrientation: [Tag] = [
        .patientOrientationCodeSequence, .patientGantryRelationshipCodeSequence,
    ]

    static let intervention: [Tag] = [
        .interventionSequence
    ]

    static let enhancedImage: [Tag] = [
        .acquisitionDateTime, .acquisitionDuration, .contentQualification, .qualityControlImage, .burnedInAnnotation,
        .recognizableVisualFeatures, .lossyImageCompression, .lossyImageCompressionRatio,
        .lossyImageCompressionMethod, .presentationLUTShape,
    ]

    static let enhancedCTImage: [Tag] = [
        .multienergyCTAcquisition, .multienergyCTAcquisitionSequence, .multienergyCTXRayDetectorSequence,
    ]

    static let enhancedMRImage: [Tag] = [
        .magneticFieldStrength, .resonantNucleus, .applicableSafetyStandardAgency,
        .applicableSafetyStandardDescription, .kSpaceFiltering,
    ]

    static let sopCommon: [Tag] = [
        .specificCharacterSet, .sopClassUID, .sopInstanceUID, .queryRetrieveView, .codingSchemeIdentificationSequence,
        .contextGroupIdentificationSequence, .mappingResourceIdentificationSequence, .timezoneOffsetFromUTC,
        .contributingEquipmentSequence, .longitudinalTemporalInformationModified, .originalAttributesSequence,
        .hl7StructuredDocumentReferenceSequence, .acquisitionUID,
    ]
}
