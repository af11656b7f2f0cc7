internal import DICOM

/// Units (0054,1001) of classic PET and the rescaling that gives them (PS3.3 C.8.9.1.1.3, C.8.9.4).
enum PETUnits {
    /// Units by UCUM code (PS3.16 CID 84).
    private static let units: [String: String] = [
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

    static func derive(in attributes: inout DataSetBuilder) {
        guard !attributes.hasValue(.units) else { return }
        for mapping in attributes.items(.realWorldValueMappingSequence) {
            guard let code = mapping.firstItem(.measurementUnitsCodeSequence)?.string(.codeValue),
                let found = term(code)
            else { continue }
            attributes.set(.units, found.units)
            attributes.complete(.suvType, found.uptake)
            deriveRescale(in: &attributes, mapping: mapping)
            return
        }
        // Some writers name the units in Rescale Type instead.
        if let type = attributes.string(.rescaleType), Set(units.values).contains(type) {
            attributes.set(.units, type)
        }
    }

    private static func term(_ code: String) -> (units: String, uptake: String?)? {
        if let found = units[code] { return (found, nil) }
        for (annotation, uptake) in uptakes {
            guard let start = code.firstRange(of: annotation) else { continue }
            var bare = code
            bare.removeSubrange(start)
            if let found = units[bare] { return (found, uptake) }
        }
        return nil
    }

    /// In classic PET, Rescale Slope and Intercept lead to Units. Where the frame's own lead elsewhere, those of the mapping
    /// take their place, and the window, which is in output values, follows.
    private static func deriveRescale(in attributes: inout DataSetBuilder, mapping: DataSet) {
        guard let slope = mapping.double(.realWorldValueSlope),
            let intercept = mapping.double(.realWorldValueIntercept),
            slope.isFinite, intercept.isFinite, slope != 0
        else { return }
        let oldSlope = attributes.double(.rescaleSlope)
        let oldIntercept = attributes.double(.rescaleIntercept) ?? 0
        if let oldSlope, isNear(oldSlope, slope), isNear(oldIntercept, intercept) { return }
        attributes.set(.rescaleSlope, [slope])
        attributes.set(.rescaleIntercept, [intercept])
        guard let oldSlope, oldSlope != 0, oldSlope.isFinite else { return }
        let centers = attributes.doubles(.windowCenter).map { ($0 - oldIntercept) / oldSlope * slope + intercept }
        let widths = attributes.doubles(.windowWidth).map { $0 * abs(slope / oldSlope) }
        guard !centers.isEmpty, (centers + widths).allSatisfy(\.isFinite) else { return }
        attributes.set(.windowCenter, centers)
        attributes.set(.windowWidth, widths)
    }

    private static func isNear(_ left: Double, _ right: Double) -> Bool {
        abs(left - right) <= 1e-9 * max(abs(left), abs(right))
    }
}
