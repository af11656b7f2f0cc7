/// Names that programs give to files while they write them, or to what is theirs alone. Such a file is accepted, kept and
/// listed, but not judged before it has another name.
public enum TemporaryName {
    private static let suffixes = [
        ".part", ".partial", ".filepart", ".crdownload", ".download", ".tmp", ".temp", ".swp", "~",
    ].map { Array($0.utf8) }

    private static let names = ["thumbs.db", "desktop.ini"].map { Array($0.utf8) }

    /// rsync's `.name.XXXXXX`, `._name` and `.DS_Store` of macOS, `.goutputstream-XXXXXX` of GNOME, and all else that is hidden;
    /// and those that end or are called as above, whatever the case.
    public static func contains(_ name: some Collection<UInt8>) -> Bool {
        if name.first == UInt8(ascii: ".") { return true }
        let lower = name.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) ? $0 + 32 : $0 }
        return names.contains(lower)
            || suffixes.contains { lower.count > $0.count && lower.suffix($0.count) == $0[...] }
    }
}
