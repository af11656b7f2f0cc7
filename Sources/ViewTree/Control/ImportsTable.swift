public import Archive
internal import Glibc

/// `imports.tsv`: what became of every file that has a name in the drop box, in the order in which the names came.
public struct ImportsTable: TextPages {
    private static let pageSize = 256
    /// The outcome of what was not judged.
    private static let pending = "pending"

    /// Nil if nothing can be dropped.
    private let journal: ImportJournal?
    private let index: IndexStore
    private let archive: ArchiveDirectory
    private let waiting: @Sendable (_ id: UInt64) -> String?
    private var hasHeading = false
    private var lastID: UInt64 = 0

    /// - Parameter waiting: What a file that was not judged waits for (`DropBox.reasonWaiting`).
    public init(
        journal: ImportJournal?, index: IndexStore, archive: ArchiveDirectory,
        waiting: @escaping @Sendable (_ id: UInt64) -> String?
    ) {
        self.journal = journal
        self.index = index
        self.archive = archive
        self.waiting = waiting
    }

    public mutating func next() throws(IndexError) -> [UInt8]? {
        var text = TableText()
        guard hasHeading else {
            hasHeading = true
            text.add("name", "outcome", "sop_instance_uid", "stored_path", "reason", "time")
            return text.bytes
        }
        guard let journal else { return nil }
        let after = lastID
        let rows = try journal.read { (records) throws(IndexError) in
            try records.files(after: after, limit: Self.pageSize).map { (row) throws(IndexError) in
                (row, try records.path(of: row))
            }
        }
        guard let last = rows.last else { return nil }
        lastID = last.0.id
        for (row, place) in rows { add(row, named: try name(place.path, in: place.top), to: &text) }
        return text.bytes
    }

    private func add(_ row: DroppedName, named name: [UInt8], to text: inout TableText) {
        text.add(name)
        text.add((row.outcome?.rawValue ?? Self.pending).utf8)
        text.add(row.sopInstanceUID.utf8)
        text.add(row.path.map { Array(archive.path.utf8) + [UInt8(ascii: "/")] + $0 } ?? [])
        text.add(reason(row).utf8)
        text.add((row.judgedSeconds.map(timeText) ?? "").utf8)
        text.end()
    }

    /// Why the archive does not have it, in words; empty if it does.
    private func reason(_ row: DroppedName) -> String {
        if !row.detail.isEmpty { return row.detail }
        if let outcome = row.outcome { return outcome.isInArchive ? "" : outcome.sentence }
        if let reason = waiting(row.id) { return reason }
        return TemporaryName.contains(row.name)
            ? "a temporary or hidden name: judged when it gets another one" : "being written, or not stored yet"
    }

    /// The path beneath the mountpoint of what lies at `path` in the directory `top`: `import/`, or one of a view.
    private func name(_ path: [UInt8], in top: UInt64) throws(IndexError) -> [UInt8] {
        if top == ImportJournal.root || top == 0 { return path }
        return try index.read { (snapshot) throws(IndexError) in
            var path = path
            var id = top
            // The root has no name.
            while id != 1, let directory = try snapshot.node(id: id) {
                path = directory.name + [UInt8(ascii: "/")] + path
                id = directory.parent
            }
            return path
        }
    }

    /// As ISO 8601, UTC.
    private func timeText(_ seconds: Int64) -> String {
        var (time, parts) = (time_t(seconds), tm())
        guard gmtime_r(&time, &parts) != nil else { return "" }
        var buffer = [CChar](repeating: 0, count: 32)
        let count = strftime(&buffer, buffer.count, "%Y-%m-%dT%H:%M:%SZ", &parts)
        return String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
