/// The coded anatomic region of a Body Part Examined (0018,0015) (PS3.16 Annex L, table L-1).
public struct AnatomicRegion: Hashable, Sendable {
    /// Code Value (0008,0100).
    public let codeValue: String
    /// Coding Scheme Designator (0008,0102).
    public let codingSchemeDesignator: String
    /// Code Meaning (0008,0104).
    public let codeMeaning: String
    /// Whether the body has two of it, so that Frame Laterality (0020,9072) may be other than U.
    public let isPaired: Bool

    /// The region of a Defined Term such as "CHEST", spaces around it ignored; nil if table L-1 has no such term.
    ///
    /// Upper case only, for (0018,0015) is a CS: "Chest" is no Defined Term (digest section 4).
    public static func forBodyPartExamined(_ term: some StringProtocol) -> AnatomicRegion? {
        var bare = term[...].drop { $0 == " " }
        while let last = bare.last, last == " " || last == "\0" { bare.removeLast() }
        return byTerm[String(bare)]
    }

    /// The one Defined Term of Body Part Examined with this code; nil if there is none or several.
    public static func bodyPartExamined(forCodeValue value: String, codingSchemeDesignator scheme: String) -> String? {
        let terms = byTerm.filter { $0.value.codeValue == value && $0.value.codingSchemeDesignator == scheme }
        return terms.count == 1 ? terms.first?.key : nil
    }

    /// Whether table L-1 knows the code as that of something that the body has two of.
    public static func isPaired(codeValue value: String, codingSchemeDesignator scheme: String) -> Bool {
        byTerm.values.contains { $0.isPaired && $0.codeValue == value && $0.codingSchemeDesignator == scheme }
    }

    private static let byTerm: [String: AnatomicRegion] = {
        var result: [String: AnatomicRegion] = [:]
        for line in AnatomicRegionTable.text.description.split(separator: "\n") {
            let fields = line.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
            guard fields.count == 5 else { continue }
            result[fields[0]] = AnatomicRegion(
                codeValue: fields[1], codingSchemeDesignator: fields[2], codeMeaning: fields[3],
                isPaired: fields[4] == "P")
        }
        return result
    }()
}
