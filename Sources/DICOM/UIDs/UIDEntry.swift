/// What PS3.6 Annex A says of one registered UID.
public struct UIDEntry: Hashable, Sendable {
    /// The UID.
    public let uid: String

    /// The type as printed: "SOP Class", "Transfer Syntax", "Well-known frame of reference" and so on.
    public let type: String

    /// The keyword, such as "CTImageStorage"; empty for a few retired UIDs.
    public let keyword: String

    /// The name, such as "CT Image Storage"; empty for a few retired UIDs.
    public let name: String

    /// Whether the standard has retired the UID.
    public let isRetired: Bool

    /// A line: UID | type | keyword | name | R if retired.
    init?(line: Substring) {
        let fields = line.split(separator: "|", omittingEmptySubsequences: false)
        guard fields.count == 5 else { return nil }
        self.uid = String(fields[0])
        self.type = String(fields[1])
        self.keyword = String(fields[2])
        self.name = String(fields[3])
        self.isRetired = fields[4] == "R"
    }
}
