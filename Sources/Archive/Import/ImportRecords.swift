/// The names of the journal within one transaction. Valid only within the closure that it was given to.
public struct ImportRecords {
    let connection: IndexConnection

    // MARK: - Asking

    public func name(id: UInt64) throws(IndexError) -> DroppedName? {
        try connection.first("\(DroppedName.select) WHERE id = ?", [.unsigned(id)]) { DroppedName($0) }
    }

    public func child(of parent: UInt64, name: some Collection<UInt8>) throws(IndexError) -> DroppedName? {
        try connection.first(
            "\(DroppedName.select) WHERE parent = ? AND name = ?", [.unsigned(parent), .bytes(Array(name))]
        ) { DroppedName($0) }
    }

    /// At most `limit` names in `parent` with greater numbers than `after`, ascending.
    public func children(of parent: UInt64, after: UInt64, limit: Int) throws(IndexError) -> [DroppedName] {
        try connection.all(
            "\(DroppedName.select) WHERE parent = ? AND id > ? ORDER BY id LIMIT ?",
            [.unsigned(parent), .unsigned(after), .integer(Int64(limit))]
        ) { DroppedName($0) }
    }

    public func isEmpty(_ parent: UInt64) throws(IndexError) -> Bool {
        try connection.first("SELECT 1 FROM name WHERE parent = ? LIMIT 1", [.unsigned(parent)]) { _ in true } == nil
    }

    /// The numbers, up to `last`, of the files whose bytes are in staging area or quarantine, or on their way.
    public func unarchived(upTo last: UInt64) throws(IndexError) -> [UInt64] {
        try connection.all(
            "SELECT id FROM name WHERE kind = 0 AND state <> 2 AND id <= ? ORDER BY id", [.unsigned(last)]
        ) { $0.unsigned(0) }
    }

    /// The files that were judged and are not in the archive, by number.
    public func refused(limit: Int = .max) throws(IndexError) -> [DroppedName] {
        try connection.all(
            """
            \(DroppedName.select) WHERE outcome IS NOT NULL AND outcome NOT IN ('stored', 'alreadyThere') ORDER BY id LIMIT ?
            """, [.integer(Int64(limit))]
        ) { DroppedName($0) }
    }

    /// At most `limit` files with greater numbers than `after`, ascending.
    public func files(after: UInt64, limit: Int) throws(IndexError) -> [DroppedName] {
        try connection.all(
            "\(DroppedName.select) WHERE kind = 0 AND id > ? ORDER BY id LIMIT ?",
            [.unsigned(after), .integer(Int64(limit))]
        ) { DroppedName($0) }
    }

    /// At most `limit` files with greater numbers than `after` whose bytes are those of a file of the archive, ascending.
    public func archived(after: UInt64, limit: Int) throws(IndexError) -> [DroppedName] {
        try connection.all(
            "\(DroppedName.select) WHERE kind = 0 AND state = 2 AND id > ? ORDER BY id LIMIT ?",
            [.unsigned(after), .integer(Int64(limit))]
        ) { DroppedName($0) }
    }

    /// Those whose bytes are those of the file at `path` beneath the archive's root, or of one beneath it.
    public func archived(at path: [UInt8]) throws(IndexError) -> [DroppedName] {
        // "0" is the byte that follows "/".
        try connection.all(
            """
            \(DroppedName.select) WHERE path = ?1 AND state = 2
            UNION ALL \(DroppedName.select) WHERE path > ?2 AND path < ?3 AND state = 2
            """, [.bytes(path), .bytes(path + [UInt8(ascii: "/")]), .bytes(path + [UInt8(ascii: "0")])]
        ) { DroppedName($0) }
    }

    /// The greatest number that a name ever had.
    public func lastID() throws(IndexError) -> UInt64 {
        try connection.first("SELECT seq FROM sqlite_sequence WHERE name = 'name'", []) { $0.unsigned(0) } ?? 0
    }

    /// From now on names have greater numbers than `id`.
    public func reserve(upTo id: UInt64) throws(IndexError) {
        try connection.run(
            "UPDATE sqlite_sequence SET seq = max(seq, ?) WHERE name = 'name'", [.unsigned(id)])
    }

    /// How many files have which outcome; those that have none are counted under "".
    public func counts() throws(IndexError) -> [String: Int] {
        var counts: [String: Int] = [:]
        try connection.forEach("SELECT coalesce(outcome, ''), count(*) FROM name WHERE kind = 0 GROUP BY outcome") {
            counts[$0.text(0)] = Int($0.integer(1))
            return true
        }
        return counts
    }

    /// The names in directories of views: those that are not listed and pass.
    public func overlays() throws(IndexError) -> [DroppedName] {
        try connection.all(
            """
            \(DroppedName.select) WHERE id >= \(ImportJournal.firstID) AND parent <> \(ImportJournal.root)
                AND (parent < \(ImportJournal.firstID) OR parent >= \(ImportJournal.endOfIDs)) ORDER BY id
            """
        ) { DroppedName($0) }
    }

    /// The path of a name from the directory that is no name itself, and that directory's number.
    public func path(of name: DroppedName) throws(IndexError) -> (top: UInt64, path: [UInt8]) {
        var path = name.name
        var top = name.parent
        while let parent = try self.name(id: top) {
            path = parent.name + [UInt8(ascii: "/")] + path
            top = parent.parent
        }
        return (top, path)
    }

    // MARK: - Changing

    /// Adds a name and returns its number. `name.id` is taken if it is not 0.
    /// - Throws: `IndexError.sqlite` if the name is taken.
    public func insert(_ name: DroppedName) throws(IndexError) -> UInt64 {
        try connection.run(
            """
            INSERT INTO name (parent, name, kind, mode, uid, gid, size, mtime_s, mtime_ns, ctime_s, ctime_ns, state, outcome,
                sop_instance_uid, path, file_mtime_s, file_mtime_ns, detail, judged_s, digest, id)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """, name.values + [name.id == 0 ? .null : .unsigned(name.id)])
        return UInt64(bitPattern: connection.lastInsertedRowID)
    }

    /// Replaces all that is said of the name with `name.id`. False if there is none any more.
    @discardableResult
    public func update(_ name: DroppedName) throws(IndexError) -> Bool {
        try connection.run(
            """
            UPDATE name SET parent = ?, name = ?, kind = ?, mode = ?, uid = ?, gid = ?, size = ?, mtime_s = ?, mtime_ns = ?,
                ctime_s = ?, ctime_ns = ?, state = ?, outcome = ?, sop_instance_uid = ?, path = ?, file_mtime_s = ?,
                file_mtime_ns = ?, detail = ?, judged_s = ?, digest = ? WHERE id = ?
            """, name.values + [.unsigned(name.id)]) > 0
    }

    public func delete(id: UInt64) throws(IndexError) {
        try connection.run("DELETE FROM name WHERE id = ?", [.unsigned(id)])
    }

    /// Says that the entries of a directory changed.
    public func touch(directory id: UInt64, at time: FileTime) throws(IndexError) {
        try connection.run(
            "UPDATE name SET mtime_s = ?1, mtime_ns = ?2, ctime_s = ?1, ctime_ns = ?2 WHERE id = ?3 AND kind = 1",
            [.integer(time.seconds), .integer(Int64(time.nanoseconds)), .unsigned(id)])
    }
}

extension DroppedName {
    static let select = """
        SELECT id, parent, name, kind, mode, uid, gid, size, mtime_s, mtime_ns, ctime_s, ctime_ns, state, outcome, \
        sop_instance_uid, path, file_mtime_s, file_mtime_ns, detail, judged_s, digest FROM name
        """

    init(_ columns: IndexColumns) {
        self.init(
            id: columns.unsigned(0), parent: columns.unsigned(1), name: columns.bytes(2),
            kind: Kind(rawValue: UInt8(clamping: columns.integer(3))) ?? .file,
            mode: UInt16(clamping: columns.integer(4)), uid: UInt32(clamping: columns.integer(5)),
            gid: UInt32(clamping: columns.integer(6)), size: columns.unsigned(7),
            modificationTime: columns.time(8), changeTime: columns.time(10),
            state: State(rawValue: UInt8(clamping: columns.integer(12))) ?? .staged,
            outcome: columns.optionalText(13).flatMap { ImportOutcome(rawValue: $0) },
            sopInstanceUID: columns.text(14), path: columns.isNull(15) ? nil : columns.bytes(15),
            archivedTime: columns.time(16), digest: columns.isNull(20) ? [] : columns.bytes(20),
            detail: columns.text(18), judgedSeconds: columns.optionalInteger(19))
    }

    var values: [IndexValue] {
        [
            .unsigned(parent), .bytes(name), .integer(Int64(kind.rawValue)), .integer(Int64(mode)),
            .integer(Int64(uid)), .integer(Int64(gid)), .unsigned(size), .integer(modificationTime.seconds),
            .integer(Int64(modificationTime.nanoseconds)), .integer(changeTime.seconds),
            .integer(Int64(changeTime.nanoseconds)), .integer(Int64(state.rawValue)), .optional(outcome?.rawValue),
            .text(sopInstanceUID), path.map { .bytes($0) } ?? .null, .integer(archivedTime.seconds),
            .integer(Int64(archivedTime.nanoseconds)), .text(detail), .optional(judgedSeconds),
            digest.isEmpty ? .null : .bytes(digest),
        ]
    }
}
