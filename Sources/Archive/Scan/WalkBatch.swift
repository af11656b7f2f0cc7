/// Some files that a walk came by, for one thread to examine.
struct WalkBatch: Sendable {
    struct Entry: Sendable {
        /// Where the path begins in `paths`; it ends with a NUL.
        var start: Int
        var kind: DirectoryListing.Kind
        var known: KnownFile?
    }

    private(set) var paths: [UInt8] = []
    private(set) var entries: [Entry] = []
    /// Ids of files that are indexed and are no longer there.
    var vanished: [Int64] = []

    mutating func append(
        _ directory: [UInt8], _ name: ArraySlice<UInt8>, _ kind: DirectoryListing.Kind, _ known: KnownFile?
    ) {
        entries.append(Entry(start: paths.count, kind: kind, known: known))
        paths.append(contentsOf: directory)
        paths.append(contentsOf: name)
        paths.append(0)
    }

    /// The path of the entry at `index`, without its NUL.
    func path(at index: Int) -> ArraySlice<UInt8> {
        let end = index + 1 < entries.count ? entries[index + 1].start : paths.count
        return paths[entries[index].start..<end - 1]
    }
}
