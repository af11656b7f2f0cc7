/// What the index says of a file, as far as a scan must know it.
struct KnownFile: Sendable {
    var id: Int64
    var facts: FileFacts
    /// Nil for an instance.
    var skipCode: SkipReason.Code?
    /// Of the reader and summarizer that read it.
    var reader: Int64
}

/// The files of the index in the order of their paths, for the walk to go along with. Holds a page of them at a time.
///
/// A scan stores files while it walks. Those are told from the ones that were there before it by their ids, which only grow.
struct KnownFiles {
    private static let pageSize = 4096

    private let store: IndexStore
    private let lastID: Int64
    private var paths: [UInt8] = []
    private var ends: [Int] = []
    private var files: [KnownFile] = []
    private var position = 0
    private var isLastPage = false

    init(_ store: IndexStore) throws(IndexError) {
        self.store = store
        lastID = try store.read { (snapshot) throws(IndexError) in
            try snapshot.connection.first("SELECT coalesce(max(id), 0) FROM file") { $0.integer(0) } ?? 0
        }
        try loadPage(after: [])
    }

    /// The file that the walk has not come by yet.
    var current: KnownFile? { position < files.count ? files[position] : nil }

    /// Its path. Empty if there is none.
    var currentPath: ArraySlice<UInt8> {
        guard position < files.count else { return [] }
        return paths[(position == 0 ? 0 : ends[position - 1])..<ends[position]]
    }

    mutating func advance() throws(IndexError) {
        position += 1
        if position == files.count, !isLastPage {
            try loadPage(after: Array(paths[(position == 1 ? 0 : ends[position - 2])..<ends[position - 1]]))
        }
    }

    private mutating func loadPage(after path: [UInt8]) throws(IndexError) {
        paths.removeAll(keepingCapacity: true)
        ends.removeAll(keepingCapacity: true)
        files.removeAll(keepingCapacity: true)
        position = 0
        var (paths, ends, files) = ([UInt8](), [Int](), [KnownFile]())
        try store.read { (snapshot) throws(IndexError) in
            try snapshot.connection.forEach(
                """
                SELECT path, id, size, mtime_s, mtime_ns, ctime_s, ctime_ns, inode, device, state, reason_code, reader FROM file
                WHERE path > ? AND id <= ? ORDER BY path LIMIT \(Self.pageSize)
                """, [.bytes(path), .integer(lastID)]
            ) { columns in
                paths.append(contentsOf: columns.buffer(0))
                ends.append(paths.count)
                let isSkipped = columns.integer(9) == 1
                files.append(
                    KnownFile(
                        id: columns.integer(1),
                        facts: FileFacts(
                            size: columns.unsigned(2), modificationTime: columns.time(3), changeTime: columns.time(5),
                            inode: columns.unsigned(7), device: columns.unsigned(8)),
                        skipCode: isSkipped ? SkipReason.Code(rawValue: columns.text(10)) ?? .notDICOM : nil,
                        reader: columns.integer(11)))
                return true
            }
        }
        self.paths = paths
        self.ends = ends
        self.files = files
        isLastPage = files.count < Self.pageSize
    }
}
