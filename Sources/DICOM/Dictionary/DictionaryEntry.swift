/// What PS3.6 or PS3.7 says of one attribute.
public struct DictionaryEntry: Hashable, Sendable {
    /// The VR taken when nothing else decides: OW where it is one of several, otherwise the first that is listed.
    public let vr: VR

    /// The other VRs the attribute may have, as in "US or SS"; mostly none.
    public let alternatives: [VR]

    /// The Value Multiplicity as printed, such as "1", "1-n" or "3-3n" (PS3.6 section 6).
    public let vm: String

    /// The keyword, such as "PatientID"; empty for a few retired attributes.
    public let keyword: String

    /// The name, such as "Patient ID"; empty for a few retired attributes.
    public let name: String

    /// Whether the standard has retired the attribute.
    public let isRetired: Bool

    init(vr: VR, alternatives: [VR] = [], vm: String, keyword: String, name: String, isRetired: Bool = false) {
        self.vr = vr
        self.alternatives = alternatives
        self.vm = vm
        self.keyword = keyword
        self.name = name
        self.isRetired = isRetired
    }

    /// The entry of a generated table's line: VRs | VM | keyword | name | R if retired.
    init?(line: some StringProtocol) {
        let fields = line.split(separator: "|", omittingEmptySubsequences: false)
        guard fields.count == 5 else { return nil }
        let vrs = fields[0].split(separator: "/").compactMap { VR($0) }
        guard let vr = vrs.first else { return nil }
        self.init(
            vr: vr, alternatives: Array(vrs.dropFirst()), vm: String(fields[1]), keyword: String(fields[2]),
            name: String(fields[3]), isRetired: fields[4] == "R")
    }
}
