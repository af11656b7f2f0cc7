internal import DICOM

/// Attributes that making an Enhanced instance from classic ones sets, changes or derives. Our own Enhanced instances keep
/// the original of each in Unassigned if there was one; so where there is none, classic has none.
enum IntroducedAttributes {
    private static let tags: Set<Tag> = [
        // Enhanced image modules and frame types.
        .imageType, .frameType, .pixelPresentation, .volumetricProperties, .volumeBasedCalculationTechnique,
        .complexImageComponent, .acquisitionContrast, .contentQualification, .burnedInAnnotation,
        .lossyImageCompression, .lossyImageCompressionRatio, .lossyImageCompressionMethod, .presentationLUTShape,
        .resonantNucleus, .acquisitionContextSequence, .referencedPresentationStateSequence,
        // Dates, times and numbers.
        .contentDate, .contentTime, .acquisitionDateTime, .instanceNumber, .seriesNumber, .seriesDate, .seriesTime,
        .instanceCreationDate, .instanceCreationTime, .positionReferenceIndicator, .patientPosition, .laterality,
        // Frame Content.
        .frameAcquisitionNumber, .frameReferenceDateTime, .frameAcquisitionDateTime, .frameAcquisitionDuration,
        .stackID, .inStackPositionNumber, .temporalPositionIndex, .frameComments, .frameLabel,
        // Other macros.
        .anatomicRegionSequence, .frameLaterality, .sliceThickness, .spacingBetweenSlices, .windowCenter, .windowWidth,
        .windowCenterWidthExplanation, .voilutFunction, .rescaleIntercept, .rescaleSlope, .rescaleType,
        .realWorldValueMappingSequence, .nominalCardiacTriggerDelayTime, .rrIntervalTimeNominal,
    ]

    static func contains(_ tag: Tag) -> Bool {
        tags.contains(tag)
    }
}
