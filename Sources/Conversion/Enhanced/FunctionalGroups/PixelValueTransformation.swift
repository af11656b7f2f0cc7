internal import DICOM

/// Pixel Value Transformation (PS3.3 C.7.6.16.2.9, for CT C.8.15.3.10): mandatory for CT and PET.
enum PixelValueTransformation: FunctionalGroup {
    static var sequence: Tag { .pixelValueTransformationSequence }

    static func value(
        _ frame: SourceFrame, _ context: SynthesisContext
    ) throws(ConversionReason) -> FunctionalGroupValue? {
        let intercept = frame.value(.rescaleIntercept)
        let slope = frame.value(.rescaleSlope)
        let isKnown = intercept != nil && slope != nil
        if context.family.modality == .mr && !isKnown { return nil }
        var item = DataSetBuilder()
        if let intercept, let slope, isKnown {
            item.copy(intercept)
            item.copy(slope)
        } else {
            // No transformation is the identical one, and what comes out of it is unspecified.
            item.set(.rescaleIntercept, "0")
            item.set(.rescaleSlope, "1")
        }
        item.set(.rescaleType, rescaleType(frame.dataSet, context.family.modality, isKnown: isKnown))
        return FunctionalGroupValue(item)
    }

    /// Enumerated as US for MR and PET. A classic CT must say the type if it is not HU, so HU is what silence means (PS3.3
    /// C.8.2.1), of a localizer as well: the target enumerates no other.
    static func rescaleType(_ dataSet: DataSet, _ modality: ConversionFamily.Modality, isKnown: Bool) -> String {
        guard modality == .ct else { return "US" }
        return dataSet.string(.rescaleType) ?? (isKnown ? "HU" : "US")
    }
}
