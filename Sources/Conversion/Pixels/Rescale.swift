internal import DICOM

/// By which linear function the stored values of a classic image become output values (PS3.3 C.8.2.1, C.8.9.4, C.11.1).
struct Rescale {
    /// Rescale Intercept (0028,1052). Nil in PET alone, where it is always zero (C.8.9.4), so that its absence leaves nothing
    /// open.
    let intercept: Element?
    /// Rescale Slope (0028,1053).
    let slope: Element

    /// What the image states; nil if it states nothing, as MR mostly does, and as CT does whose stored values are output values.
    ///
    /// - Throws: why the function is not known: half of it is missing, it is no function of numbers, or it is a table, which
    ///   the Pixel Value Transformation macro has no place for.
    init?(_ dataSet: DataSet, _ modality: ConversionFamily.Modality) throws(ConversionReason) {
        if let table = dataSet[.modalityLUTSequence], !table.isEmpty {
            throw ConversionReason(.unsupportedValue, tag: table.tag, "a lookup table")
        }
        let intercept = try Self.number(.rescaleIntercept, in: dataSet)
        let slope = try Self.number(.rescaleSlope, in: dataSet)
        if let slope, slope.doubles == [0] { throw ConversionReason(.unsupportedValue, tag: .rescaleSlope, "0") }
        switch (intercept, slope) {
        case (let intercept?, let slope?):
            self.intercept = intercept
            self.slope = slope
        case (nil, let slope?) where modality == .pet:
            self.intercept = nil
            self.slope = slope
        case (nil, _?): throw ConversionReason(.missingAttribute, tag: .rescaleIntercept)
        case (_?, nil): throw ConversionReason(.missingAttribute, tag: .rescaleSlope)
        case (nil, nil):
            if modality == .pet { throw ConversionReason(.missingAttribute, tag: .rescaleSlope) }
            return nil
        }
    }

    /// The element with `tag`, which must be one finite number; nil if it has no value.
    private static func number(_ tag: Tag, in dataSet: DataSet) throws(ConversionReason) -> Element? {
        guard let element = dataSet[tag], !element.isEmpty else { return nil }
        guard element.effectiveVR == .DS else {
            throw ConversionReason(.unsupportedValue, tag: tag, "VR \(element.vr)")
        }
        let text = element.rawString
        if text.isEmpty { return nil }
        let numbers = element.doubles
        guard numbers.count == 1, numbers[0].isFinite else {
            throw ConversionReason(.unsupportedValue, tag: tag, text)
        }
        return element
    }
}
