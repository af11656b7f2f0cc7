internal import DICOM

/// Pixel Value Transformation (PS3.3 C.7.6.16.2.9, for CT C.8.15.3.10): mandatory for CT and PET.
enum PixelValueTransformation: FunctionalGroup {
    static var sequence: Tag { .pixelValueTransformationSequence }

    static func value(
        _ frame: SourceFrame, _ context: SynthesisContext
    ) throws(ConversionReason) -> FunctionalGroupValue? {
        let modality = context.family.modality
        let rescale = try Rescale(frame.dataSet, modality)
        if modality == .mr && rescale == nil { return nil }
        var item = DataSetBuilder()
        // No transformation is the identical one, and what comes out of it is unspecified.
        item.set(.rescaleIntercept, "0")
        item.set(.rescaleSlope, "1")
        if let rescale {
            if let intercept = rescale.intercept { item.copy(intercept) }
            item.copy(rescale.slope)
        }
        item.set(.rescaleType, rescaleType(frame.dataSet, modality, isKnown: rescale != nil))
        let intercept = rescale?.intercept?.doubles.first ?? 0
        let isOdd = modality == .pet && intercept != 0
        return FunctionalGroupValue(
            item,
            notes: isOdd ? [ConversionReason(.doubtfulValue, tag: .rescaleIntercept, "\(intercept) in PET")] : [])
    }

    /// Enumerated as US for MR and PET. A classic CT must say the type if it is not HU, so HU is what silence means (PS3.3
    /// C.8.2.1), of a localizer as well: the target enumerates no other.
    static func rescaleType(_ dataSet: DataSet, _ modality: ConversionFamily.Modality, isKnown: Bool) -> String {
        guard modality == .ct else { return "US" }
        return dataSet.string(.rescaleType) ?? (isKnown ? "HU" : "US")
    }
}
