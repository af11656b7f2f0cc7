/// One row of Table C.3.5-1 (PS3.4 C.3.5): a classic SOP Class and those it is converted to and from (digest V-10).
public struct ConversionFamily: Sendable, Hashable {
    public enum Modality: String, Sendable {
        case ct = "CT"
        case mr = "MR"
        case pet = "PT"
    }

    public let modality: Modality
    /// SOP Class UIDs.
    public let classic: String
    public let enhanced: String
    public let legacyConverted: String
    /// True for Supplement 252's classes, which never mix with the others (E-2).
    public let isForProcessing: Bool

    private static let prefix = "1.2.840.10008.5.1.4.1.1."

    private init(
        _ modality: Modality, _ classic: String, _ enhanced: String, _ legacyConverted: String,
        forProcessing: Bool = false
    ) {
        self.modality = modality
        self.classic = Self.prefix + classic
        self.enhanced = Self.prefix + enhanced
        self.legacyConverted = Self.prefix + legacyConverted
        isForProcessing = forProcessing
    }

    public static let ct = ConversionFamily(.ct, "2", "2.1", "2.2")
    public static let ctForProcessing = ConversionFamily(.ct, "2.3", "2.4", "2.5", forProcessing: true)
    public static let mr = ConversionFamily(.mr, "4", "4.1", "4.4")
    public static let pet = ConversionFamily(.pet, "128", "130", "128.1")

    public static let all = [ct, ctForProcessing, mr, pet]

    /// What an instance of a SOP Class is to the conversion.
    public enum Form: Sendable, Hashable {
        case classic(ConversionFamily)
        case enhanced(ConversionFamily)
        case legacyConverted(ConversionFamily)
        /// Not converted, though its references may be updated.
        case other
    }

    static func isMultiFrame(sopClassUID uid: String) -> Bool {
        switch form(ofSOPClassUID: uid) {
        case .enhanced, .legacyConverted: true
        case .classic, .other: false
        }
    }

    public static func form(ofSOPClassUID uid: String) -> Form {
        for family in all {
            if uid == family.classic { return .classic(family) }
            if uid == family.enhanced { return .enhanced(family) }
            if uid == family.legacyConverted { return .legacyConverted(family) }
        }
        return .other
    }
}
