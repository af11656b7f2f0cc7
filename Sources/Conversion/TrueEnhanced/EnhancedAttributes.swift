internal import DICOM

/// The attributes of one classic image by the names and in the units that the Enhanced IODs have, all at one level: its own, and
/// what follows from them without inventing a fact of the acquisition (digest 2.3, T-1).
enum EnhancedAttributes {
    static func all(of dataSet: DataSet, _ family: ConversionFamily, isRegular: Bool) -> DataSetBuilder {
        var attributes = DataSetBuilder(copying: dataSet)
        attributes.set(.sopClassUID, family.enhanced)
        writeFrameType(
            FrameType(dataSet, modality: family.modality, isRegular: isRegular, isTrueEnhanced: true), to: &attributes)
        attributes.complete(.frameAcquisitionDateTime, FrameContent.acquisitionDateTime(dataSet))
        attributes.complete(.acquisitionDateTime, FrameContent.acquisitionDateTime(dataSet))
        attributes.complete(
            .frameReferenceDateTime,
            family.modality == .pet ? FrameContent.petFrameReferenceDateTime(dataSet) : nil)
        attributes.complete(.frameAcquisitionDuration, FrameContent.acquisitionDuration(dataSet))
        writeAnatomy(dataSet, to: &attributes)
        attributes.set(.presentationLUTShape, "IDENTITY")
        if attributes.hasValue(.referencedImageSequence) {
            attributes.set(.referencedImageEvidenceSequence, items: [DataSetBuilder()])
        }
        if attributes.hasValue(.sourceImageSequence) {
            attributes.set(.sourceImageEvidenceSequence, items: [DataSetBuilder()])
        }
        if CardiacSynchronization.isGated(dataSet) {
            attributes.complete(.nominalCardiacTriggerDelayTime, dataSet.double(.triggerTime))
            attributes.complete(.rrIntervalTimeNominal, dataSet.double(.nominalInterval))
        }
        switch family.modality {
        case .ct: completeCT(&attributes)
        case .mr:
            attributes.complete(.resonantNucleus, EnhancedImageModule.resonantNucleus(dataSet))
            // The same term is enumerated differently (PS3.3 C.8.3.1, C.8.13.5.3).
            if attributes.string(.inPlanePhaseEncodingDirection) == "COL" {
                attributes.set(.inPlanePhaseEncodingDirection, "COLUMN")
            }
        case .pet: break
        }
        return attributes
    }

    /// MIXED says that there is not enough information, which true Enhanced images do not allow of a frame.
    private static func writeFrameType(_ type: FrameType, to attributes: inout DataSetBuilder) {
        attributes.remove(.imageType)
        attributes.remove(.frameType)
        attributes.remove(.volumeBasedCalculationTechnique)
        if !type.values.contains("MIXED") {
            attributes.set(.imageType, type.values)
            attributes.set(.frameType, type.values)
        }
        attributes.set(.pixelPresentation, "MONOCHROME")
        attributes.set(.volumetricProperties, type.volumetricProperties)
        if type.volumeBasedCalculationTechnique != "MIXED" {
            attributes.set(.volumeBasedCalculationTechnique, type.volumeBasedCalculationTechnique)
        }
        if let component = type.complexImageComponent { attributes.set(.complexImageComponent, component) }
    }

    /// Frame Laterality must be stated, or the region be an unpaired one.
    private static func writeAnatomy(_ dataSet: DataSet, to attributes: inout DataSetBuilder) {
        attributes.remove(.anatomicRegionSequence)
        attributes.remove(.frameLaterality)
        guard let anatomy = FrameAnatomy.item(dataSet) else { return }
        attributes[.anatomicRegionSequence] = anatomy.item[.anatomicRegionSequence]
        if !anatomy.isLateralityUnknown { attributes[.frameLaterality] = anatomy.item[.frameLaterality] }
    }

    /// Classic CT says some in other units or under other names (PS3.3 C.8.2.1, C.8.15.3).
    private static func completeCT(_ attributes: inout DataSetBuilder) {
        attributes.complete(.exposureTimeInms, attributes.double(.exposureTime))
        attributes.complete(.xRayTubeCurrentInmA, attributes.double(.xRayTubeCurrent))
        attributes.complete(
            .exposureInmAs, attributes.double(.exposureInuAs).map { $0 / 1000 } ?? attributes.double(.exposure))
        attributes.complete(.distanceSourceToDataCollectionCenter, attributes.double(.distanceSourceToPatient))
        if !attributes.hasValue(.reconstructionPixelSpacing) {
            let spacing = attributes.doubles(.pixelSpacing)
            if spacing.count == 2 { attributes.set(.reconstructionPixelSpacing, spacing) }
        }
        // Classic scanners name their filters as they like.
        let filters: Set<String> = ["WEDGE", "BUTTERFLY", "MULTIPLE", "STRIP", "FLAT", "NONE"]
        if !attributes.strings(.filterType).allSatisfy(filters.contains) { attributes.remove(.filterType) }
    }
}
