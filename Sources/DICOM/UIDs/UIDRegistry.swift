/// The registry of DICOM UIDs (PS3.6 Annex A).
public enum UIDRegistry {
    /// The entry of a UID without padding; nil if it is not registered.
    public static func entry(for uid: String) -> UIDEntry? {
        entries[uid]
    }

    /// The name of a UID without padding, such as "CT Image Storage"; nil if it is not registered.
    public static func name(for uid: String) -> String? {
        entries[uid]?.name
    }

    /// All entries, in no order.
    public static var all: some Collection<UIDEntry> { entries.values }

    private static let entries: [String: UIDEntry] = {
        let lines = UIDTable.text.description.split(separator: "\n")
        return Dictionary(lines.compactMap(UIDEntry.init).map { ($0.uid, $0) }, uniquingKeysWith: { first, _ in first })
    }()
}
