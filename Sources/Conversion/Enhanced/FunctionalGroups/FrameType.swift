internal import DICOM

/// What Image Type of a classic image says in the terms of the enhanced ones (PS3.3 C.8.16.1, C.8.16.2; digest 2.2).
struct FrameType: Equatable {
    /// Frame Type (0008,9007): four values.
    let values: [String]
    let volumetricProperties: String
    let volumeBasedCalculationTechnique: String
    /// Complex Image Component (0008,9208), MR alone; nil where Image Type does not tell.
    let complexImageComponent: String?

    init(_ dataSet: DataSet, modality: ConversionFamily.Modality, isRegular: Bool) {
        let imageType = dataSet.strings(.imageType)
        let value1 = imageType.first ?? ""
        let isKnown = value1 == "ORIGINAL" || value1 == "DERIVED"
        let source3 = imageType.count > 2 ? imageType[2] : ""
        let source4 = imageType.count > 3 ? imageType[3] : ""
        var values = [
            isKnown ? value1 : "MIXED",
            "PRIMARY",
            Self.isCode(source3) && source3 != "MIXED" ? source3 : isRegular ? "VOLUME" : "STATIC",
            Self.isCode(source4) ? source4 : "NONE",
        ]
        if modality == .ct, dataSet.string(.multienergyCTAcquisition) == "YES", imageType.count > 4 {
            values.append(imageType[4])
        }
        self.values = values
        let terms = imageType.dropFirst(2)
        if modality == .ct && imageType.contains("LOCALIZER") {
            // A scout is a projection from one focus: no plane of the patient, and distorted.
            volumetricProperties = "DISTORTED"
        } else if terms.contains(where: {
            $0.hasPrefix("PROJECTION") || $0 == "MIP" || $0 == "MAX_IP" || $0 == "MIN_IP"
        }) {
            volumetricProperties = "SAMPLED"
        } else {
            volumetricProperties = "VOLUME"
        }
        volumeBasedCalculationTechnique = Self.technique(isOriginal: value1 == "ORIGINAL", terms)
        complexImageComponent = modality == .mr ? Self.component(terms) : nil
    }

    /// One or more characters of CS (PS3.5 6.2).
    private static func isCode(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 16
            && text.utf8.allSatisfy {
                (0x41...0x5A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x20 || $0 == 0x5F
            }
    }

    private static func technique(isOriginal: Bool, _ terms: ArraySlice<String>) -> String {
        if isOriginal { return "NONE" }
        for term in terms {
            switch term {
            case "MPR", "CPR": return term == "MPR" ? "MPR" : "CURVED_MPR"
            case "MIP", "MAX_IP": return "MAX_IP"
            case "MIN_IP", "MINIP", "MNIP": return "MIN_IP"
            default: continue
            }
        }
        // Insufficient information (PS3.3 C.8.16.2.1.3, note).
        return "MIXED"
    }

    private static func component(_ terms: ArraySlice<String>) -> String? {
        for term in terms {
            switch term {
            case "M", "M_FFE", "M_SE", "M_IR", "MAGNITUDE": return "MAGNITUDE"
            case "P", "PHASE", "PHASE MAP", "PHASE_MAP": return "PHASE"
            case "R", "REAL": return "REAL"
            case "I", "IMAGINARY": return "IMAGINARY"
            default: continue
            }
        }
        return nil
    }

    /// Writes the attributes of the Frame Type macro.
    func write(to item: inout DataSetBuilder) {
        item.set(.frameType, values)
        item.set(.pixelPresentation, "MONOCHROME")
        item.set(.volumetricProperties, volumetricProperties)
        item.set(.volumeBasedCalculationTechnique, volumeBasedCalculationTechnique)
        if let complexImageComponent { item.set(.complexImageComponent, complexImageComponent) }
    }

    /// Image Type and its companions of the whole instance: each the frames' where they agree, else MIXED.
    static func image(_ types: [FrameType], isRegular: Bool) -> FrameType? {
        guard let first = types.first else { return nil }
        return FrameType(
            values: first.values.indices.map { index in
                let value = first.values[index]
                if types.allSatisfy({ $0.values.count > index && $0.values[index] == value }) { return value }
                // Value 3 may not be MIXED.
                return index == 2 ? (isRegular ? "VOLUME" : value) : "MIXED"
            },
            volumetricProperties: common(types.map(\.volumetricProperties)) ?? "MIXED",
            volumeBasedCalculationTechnique: common(types.map(\.volumeBasedCalculationTechnique)) ?? "MIXED",
            complexImageComponent: first.complexImageComponent == nil
                ? nil : common(types.map { $0.complexImageComponent ?? "MIXED" }) ?? "MIXED")
    }

    private static func common(_ values: [String]) -> String? {
        values.allSatisfy { $0 == values.first } ? values.first : nil
    }

    private init(
        values: [String], volumetricProperties: String, volumeBasedCalculationTechnique: String,
        complexImageComponent: String?
    ) {
        self.values = values
        self.volumetricProperties = volumetricProperties
        self.volumeBasedCalculationTechnique = volumeBasedCalculationTechnique
        self.complexImageComponent = complexImageComponent
    }

    fileprivate static func item(_ frame: SourceFrame, _ context: SynthesisContext) -> FunctionalGroupValue {
        var item = DataSetBuilder()
        context.frameTypes[frame.frameIndex].write(to: &item)
        return FunctionalGroupValue(item)
    }
}

/// CT Image Frame Type (PS3.3 C.8.15.3.1).
enum CTImageFrameType: FunctionalGroup {
    static var sequence: Tag { .ctImageFrameTypeSequence }

    static func value(
        _ frame: SourceFrame, _ context: SynthesisContext
    ) throws(ConversionReason) -> FunctionalGroupValue? {
        FrameType.item(frame, context)
    }
}

/// MR Image Frame Type (PS3.3 C.8.13.5.1).
enum MRImageFrameType: FunctionalGroup {
    static var sequence: Tag { .mrImageFrameTypeSequence }

    static func value(
        _ frame: SourceFrame, _ context: SynthesisContext
    ) throws(ConversionReason) -> FunctionalGroupValue? {
        FrameType.item(frame, context)
    }
}

/// PET Frame Type (PS3.3 C.8.22.5.1).
enum PETFrameType: FunctionalGroup {
    static var sequence: Tag { .petFrameTypeSequence }

    static func value(
        _ frame: SourceFrame, _ context: SynthesisContext
    ) throws(ConversionReason) -> FunctionalGroupValue? {
        FrameType.item(frame, context)
    }
}
