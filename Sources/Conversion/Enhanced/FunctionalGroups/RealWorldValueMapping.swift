internal import DICOM

/// Real World Value Mapping (PS3.3 C.7.6.16.2.11): the source's own, or for PET the one that Units and Rescale Slope say, for
/// Rescale Type may not name the unit.
enum RealWorldValueMapping: FunctionalGroup {
    static var sequence: Tag { .realWorldValueMappingSequence }
    /// It might be, but dciodvfy takes a shared one for a missing one.
    static var isNeverShared: Bool { true }

    static func value(
        _ frame: SourceFrame, _ context: SynthesisContext
    ) throws(ConversionReason) -> FunctionalGroupValue? {
        if let mappings = frame.value(.realWorldValueMappingSequence), areWhole(mappings.items) {
            return FunctionalGroupValue(items: context.rewriting.items(of: mappings))
        }
        guard context.family.modality == .pet, let units = frame.dataSet.string(.units),
            let unit = PETUnit(units, suvType: frame.dataSet.string(.suvType)),
            let slope = frame.dataSet.double(.rescaleSlope), slope.isFinite
        else { return nil }
        return FunctionalGroupValue(mapping(frame, unit: unit, slope: slope))
    }

    /// Whether all items have what the macro cannot be without: stored values, units and a label. Others stay in Unassigned alone.
    static func areWhole(_ mappings: [DataSet]) -> Bool {
        mappings.allSatisfy { mapping in
            func isThere(_ tags: Tag...) -> Bool { tags.contains { mapping[$0]?.isEmpty == false } }
            return mapping.firstItem(.measurementUnitsCodeSequence) != nil && isThere(.lutLabel)
                && isThere(.lutExplanation)
                && isThere(.realWorldValueFirstValueMapped, .doubleFloatRealWorldValueFirstValueMapped)
                && isThere(.realWorldValueLastValueMapped, .doubleFloatRealWorldValueLastValueMapped)
                && (isThere(.realWorldValueSlope) && isThere(.realWorldValueIntercept)
                    || isThere(.realWorldValueLUTData))
        }
    }

    private static func mapping(_ frame: SourceFrame, unit: PETUnit, slope: Double) -> DataSetBuilder {
        let bits = min(max(frame.imagePixel.bitsStored, 1), 16)
        let isSigned = frame.imagePixel.isSigned
        let lowest = isSigned ? -(1 << (bits - 1)) : 0
        let vr: VR = isSigned ? .SS : .US
        var code = DataSetBuilder()
        code.set(.codeValue, unit.codeValue)
        code.set(.codingSchemeDesignator, "UCUM")
        code.set(.codeMeaning, unit.codeMeaning)
        var item = DataSetBuilder()
        item.set(.realWorldValueFirstValueMapped, lowest, vr: vr)
        item.set(.realWorldValueLastValueMapped, lowest + (1 << bits) - 1, vr: vr)
        item.set(.realWorldValueIntercept, frame.dataSet.double(.rescaleIntercept) ?? 0)
        item.set(.realWorldValueSlope, slope)
        item.set(.lutExplanation, unit.codeMeaning)
        item.set(.lutLabel, unit.units)
        item.set(.measurementUnitsCodeSequence, items: [code])
        return item
    }
}

/// Units (0054,1001) of a classic PET image as a unit of UCUM (PS3.3 C.8.9.1.1.3, PS3.16 CID 84 and 85).
struct PETUnit {
    let units: String
    let codeValue: String
    let codeMeaning: String

    private static let all: [(units: String, code: String, meaning: String)] = [
        ("BQML", "Bq/ml", "Becquerels/milliliter"), ("CNTS", "{counts}", "Counts"),
        ("CPS", "{counts}/s", "Counts per second"), ("PROPCNTS", "{propcounts}", "Proportional to counts"),
        ("PROPCPS", "{propcounts}/s", "Proportional to counts per second"), ("GML", "g/ml", "Grams/milliliter"),
        ("CM2", "cm2", "Square centimeter"), ("CM2ML", "cm2/ml", "Square centimeters/milliliter"),
        ("PCNT", "%", "Percent"), ("MGMINML", "mg/min/ml", "Milligrams/minute/milliliter"),
        ("UMOLMINML", "umol/min/ml", "Micromole/minute/milliliter"),
        ("MLMING", "ml/min/g", "Milliliter/minute/gram"), ("MLG", "ml/g", "Milliliter/gram"),
        ("1CM", "/cm", "/Centimeter"),
        ("UMOLML", "umol/ml", "Micromole/milliliter"), ("MLMINML", "ml/min/ml", "Milliliter/minute/milliliter"),
        ("MLML", "ml/ml", "Milliliter/milliliter"), ("STDDEV", "{SD}", "Standard deviations"),
        ("NONE", "1", "No units"),
    ]

    /// SUV Type (0054,1006), which says of g/ml and cm2/ml what they were normalized by.
    private static let uptakes: [(units: String, type: String, annotation: String, meaning: String)] = [
        ("GML", "BW", "{SUVbw}", "body weight"), ("GML", "LBM", "{SUVlbm}", "lean body mass (James)"),
        ("GML", "LBMJAMES128", "{SUVlbm(James128)}", "lean body mass (James 128 multiplier)"),
        ("GML", "LBMJANMA", "{SUVlbm(Janma)}", "lean body mass (Janma)"),
        ("GML", "IBW", "{SUVibw}", "ideal body weight"), ("CM2ML", "BSA", "{SUVbsa}", "body surface area"),
    ]

    init?(_ units: String, suvType: String?) {
        guard let known = Self.all.first(where: { $0.units == units }) else { return nil }
        let uptake = Self.uptakes.first { $0.units == units && $0.type == suvType }
        self.units = known.units
        codeValue = known.code + (uptake?.annotation ?? "")
        codeMeaning = uptake.map { "Standardized Uptake Value \($0.meaning)" } ?? known.meaning
    }
}
