internal import DICOM

/// What Image Type of a classic image says in the terms of the enhanced ones (PS3.3 C.8.16.1, C.8.16.2; digest 2.2).
struct FrameType: Equatable {
    /// Frame Type (0008,9007): four values.
    let values: [String]
    let volumetricProperties: String
    let volumeBasedCalculationTechnique: String
    /// Complex Image Component (0008,9208), MR alone; nil where Image Type does not tell.
    let complexImageComponent: String?
    /// Acquisition Contrast (0008,9209), MR alone; nil where the image does not say it.
    let acquisitionContrast: String?

    /// - Parameters:
    ///   - isRegular: the frames have the same distance everywhere.
    ///   - isTrueEnhanced: value 3 must be a term of the Enhanced IODs, which AXIAL is not.
    init(_ dataSet: DataSet, modality: ConversionFamily.Modality, isRegular: Bool, isTrueEnhanced: Bool = false) {
        let imageType = dataSet.strings(.imageType)
        let value1 = imageType.first ?? ""
        let isKnown = value1 == "ORIGINAL" || value1 == "DERIVED"
        let source3 = imageType.count > 2 ? imageType[2] : ""
        let source4 = imageType.count > 3 ? imageType[3] : ""
        // The fourth value of a classic multi-energy image says what the fifth of an Enhanced one does.
        let isMultienergy = modality == .ct && dataSet.string(.multienergyCTAcquisition) == "YES"
        var values = [
            isKnown ? value1 : "MIXED",
            "PRIMARY",
            Self.isCode(source3) && source3 != "MIXED" && (!isTrueEnhanced || Self.definedTerms.contains(source3))
                ? source3 : isRegular ? "VOLUME" : "STATIC",
            // An original image has no derived contrast (PS3.3 C.8.16.1.4).
            value1 == "ORIGINAL" || isMultienergy || !Self.isCode(source4) ? "NONE" : source4,
        ]
        if isMultienergy, Self.isCode(source4) { values.append(source4) }
        // Images taken out of Enhanced ones may still say it themselves.
        let stated = dataSet.strings(.frameType)
        self.values = Self.isFrameType(stated) ? stated : values
        let terms = imageType.dropFirst(2)
        if let stated = dataSet.string(.volumetricProperties), Self.volumetricTerms.contains(stated) {
            volumetricProperties = stated
        } else if modality == .ct && imageType.contains("LOCALIZER") {
            // A scout is a projection from one focus: no plane of the patient, and distorted.
            volumetricProperties = "DISTORTED"
        } else if terms.contains(where: {
            $0.hasPrefix("PROJECTION") || $0 == "MIP" || $0 == "MAX_IP" || $0 == "MIN_IP"
        }) {
            volumetricProperties = "SAMPLED"
        } else {
            volumetricProperties = "VOLUME"
        }
        let statedTechnique = dataSet.string(.volumeBasedCalculationTechnique).flatMap { Self.isCode($0) ? $0 : nil }
        volumeBasedCalculationTechnique =
            value1 == "ORIGINAL"
            ? "NONE" : statedTechnique ?? Self.technique(terms) ?? Self.technique(dataSet) ?? "MIXED"
        let statedComponent = dataSet.string(.complexImageComponent)
            .flatMap { Self.componentTerms.contains($0) ? $0 : nil }
        complexImageComponent = modality == .mr ? statedComponent ?? Self.component(terms) : nil
        let contrast = dataSet.string(.acquisitionContrast)
        acquisitionContrast = modality == .mr ? contrast.flatMap { Self.isCode($0) ? $0 : nil } : nil
    }

    private static let volumetricTerms: Set<String> = ["VOLUME", "SAMPLED", "DISTORTED"]
    private static let componentTerms: Set<String> = ["MAGNITUDE", "PHASE", "REAL", "IMAGINARY"]

    /// Four values or five, each a code, the second PRIMARY (PS3.3 C.8.16.1).
    private static func isFrameType(_ values: [String]) -> Bool {
        (4...5).contains(values.count) && values.allSatisfy(isCode) && ["ORIGINAL", "DERIVED"].contains(values[0])
            && values[1] == "PRIMARY" && values[2] != "MIXED"
    }

    /// Of value 3 in the Enhanced IODs (PS3.3 C.8.16.1.3, C.8.13.3.1.1, C.8.15.2.1.1, C.8.22.3.1.1).
    private static let definedTerms: Set<String> = [
        "ANGIO", "ANGIO_TIME", "ASL", "ATTENUATION", "CARDIAC", "CARDIAC_GATED", "CARDRESP_GATED", "CINE", "DEFECT",
        "DIFFUSION", "DIXON", "DYNAMIC", "FLOW_ENCODED", "FLUOROSCOPY", "FLUID_ATTENUATED", "FMRI", "GATED",
        "LOCALIZER", "MAX_IP", "METABOLITE_MAP", "MIN_IP", "MOTION", "M_MODE", "MULTIECHO", "NON_PARALLEL", "PARALLEL",
        "PERFUSION", "POST_CONTRAST", "PRE_CONTRAST", "PROTON_DENSITY", "REALTIME", "REFERENCE", "RESP_GATED", "REST",
        "SPECTROSCOPY", "STATIC", "STIR", "STRESS", "T1", "T2", "T2_STAR", "TAGGING", "TEMPERATURE", "TOF", "VELOCITY",
        "VOLUME", "WHOLE_BODY",
    ]

    /// One or more characters of CS (PS3.5 6.2).
    private static func isCode(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 16
            && text.utf8.allSatisfy {
                (0x41...0x5A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x20 || $0 == 0x5F
            }
    }

    /// Nil where the terms do not tell: MIXED stands for insufficient information (PS3.3 C.8.16.2.1.3, note).
    private static func technique(_ terms: ArraySlice<String>) -> String? {
        for term in terms {
            switch term {
            case "MPR", "CPR": return term == "MPR" ? "MPR" : "CURVED_MPR"
            case "MIP", "MAX_IP": return "MAX_IP"
            case "MIN_IP", "MINIP", "MNIP": return "MIN_IP"
            default: continue
            }
        }
        return nil
    }

    /// By Derivation Code Sequence (0008,9215) (PS3.16 CID 7203).
    private static func technique(_ dataSet: DataSet) -> String? {
        for item in dataSet.items(.derivationCodeSequence) where item.string(.codingSchemeDesignator) == "DCM" {
            switch item.string(.codeValue) {
            case "113072": return "MPR"
            case "113073": return "CURVED_MPR"
            case "113074": return "VOLUME_RENDER"
            case "113075": return "SURFACE_RENDER"
            case "113078": return "MAX_IP"
            case "113079": return "MIN_IP"
            default: continue
            }
        }
        return nil
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
        if let acquisitionContrast { item.set(.acquisitionContrast, acquisitionContrast) }
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
                ? nil : common(types.map { $0.complexImageComponent ?? "MIXED" }) ?? "MIXED",
            acquisitionContrast: first.acquisitionContrast == nil
                ? nil : common(types.map { $0.acquisitionContrast ?? "MIXED" }) ?? "MIXED")
    }

    private static func common(_ values: [String]) -> String? {
        values.allSatisfy { $0 == values.first } ? values.first : nil
    }

    private init(
        values: [String], volumetricProperties: String, volumeBasedCalculationTechnique: String,
        complexImageComponent: String?, acquisitionContrast: String?
    ) {
        self.values = values
        self.volumetricProperties = volumetricProperties
        self.volumeBasedCalculationTechnique = volumeBasedCalculationTechnique
        self.complexImageComponent = complexImageComponent
        self.acquisitionContrast = acquisitionContrast
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
