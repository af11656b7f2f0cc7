internal import DICOM

/// Of the mappings to real-world values of a PET frame (PS3.3 C.7.6.16.2.11), the one that classic PET can say as Units
/// (0054,1001) with Rescale Slope and Intercept.
struct PETMapping: Sendable {
    let units: String
    /// SUV Type (0054,1006).
    let uptake: String?
    let slope: Double
    let intercept: Double

    /// - Parameters:
    ///   - mappings: the items of Real World Value Mapping Sequence.
    ///   - storedValues: the values that pixels can have. A mapping of some of them alone is no rescaling of the image.
    /// - Returns: nil if there is none that is linear, holds for all pixels, and has units of UCUM that classic PET knows.
    init?(_ mappings: [DataSet], storedValues: ClosedRange<Double>) {
        for mapping in mappings {
            guard let unit = mapping.firstItem(.measurementUnitsCodeSequence),
                unit.string(.codingSchemeDesignator) == "UCUM", let code = unit.string(.codeValue),
                let found = Self.term(code), mapping[.realWorldValueLUTData].map(\.isEmpty) ?? true,
                let slope = mapping.double(.realWorldValueSlope),
                let intercept = mapping.double(.realWorldValueIntercept),
                slope.isFinite, intercept.isFinite, slope != 0, Self.covers(storedValues, mapping)
            else { continue }
            (units, uptake) = found
            self.slope = slope
            self.intercept = intercept
            return
        }
        return nil
    }

    private static func covers(_ values: ClosedRange<Double>, _ mapping: DataSet) -> Bool {
        let first =
            mapping.double(.realWorldValueFirstValueMapped)
            ?? mapping.double(.doubleFloatRealWorldValueFirstValueMapped)
        let last =
            mapping.double(.realWorldValueLastValueMapped) ?? mapping.double(.doubleFloatRealWorldValueLastValueMapped)
        guard let first, let last else { return false }
        return first <= values.lowerBound && last >= values.upperBound
    }

    /// The values that pixels can have: those of Bits Stored, or fewer where Smallest and Largest Image Pixel Value say so.
    static func storedValues(_ pixel: ImagePixel, _ dataSet: DataSet) -> ClosedRange<Double> {
        let bits = min(max(pixel.bitsStored, 1), 32)
        let lowest = pixel.isSigned ? -(1 << (bits - 1)) : 0
        let range = lowest...lowest + (1 << bits) - 1
        let smallest = dataSet.integer(.smallestImagePixelValue) ?? range.lowerBound
        let largest = dataSet.integer(.largestImagePixelValue) ?? range.upperBound
        guard smallest < largest, range.contains(smallest), range.contains(largest) else {
            return Double(range.lowerBound)...Double(range.upperBound)
        }
        return Double(smallest)...Double(largest)
    }

    /// Units by UCUM code (PS3.16 CID 84).
    private static let unitsOfCode: [String: String] = [
        "{counts}": "CNTS", "{counts}/s": "CPS", "{propcounts}": "PROPCNTS", "{propcounts}/s": "PROPCPS", "cm2": "CM2",
        "%": "PCNT", "Bq/ml": "BQML", "mg/min/ml": "MGMINML", "umol/min/ml": "UMOLMINML", "ml/min/g": "MLMING",
        "ml/g": "MLG", "/cm": "1CM", "umol/ml": "UMOLML", "1": "NONE", "ml/min/ml": "MLMINML", "ml/ml": "MLML",
        "g/ml": "GML", "cm2/ml": "CM2ML", "{SD}": "STDDEV",
    ]

    /// SUV Type (0054,1006) by the annotation of the UCUM code.
    private static let uptakes: [String: String] = [
        "{SUVbw}": "BW", "{SUVlbm}": "LBM", "{SUVlbm(James128)}": "LBMJAMES128", "{SUVlbm(Janma)}": "LBMJANMA",
        "{SUVbsa}": "BSA", "{SUVibw}": "IBW",
    ]

    /// All that Units can be.
    static let knownUnits = Set(unitsOfCode.values)

    private static func term(_ code: String) -> (units: String, uptake: String?)? {
        if let found = unitsOfCode[code] { return (found, nil) }
        for (annotation, uptake) in uptakes {
            guard let start = code.firstRange(of: annotation) else { continue }
            var bare = code
            bare.removeSubrange(start)
            if let found = unitsOfCode[bare] { return (found, uptake) }
        }
        return nil
    }
}
