internal import GRDB
internal import Glibc

/// The index of one archive: an SQLite database that many threads read while one writes.
///
/// Two rules. **Open a path only once in a process**: two pools would wait for each other's locks; `IndexLock` sees to it
/// between processes. **One `read` for one question**: within it all queries see one state, between two of them anything
/// may have changed. Never wait for anything else, or call `read` or `write`, within either.
public final class IndexStore: Sendable {
    /// Of the database file.
    public let path: String
    /// Why the index that was there could not be used and was made anew; nil if it was used or there was none.
    public let rebuildReason: String?
    fileprivate let pool: DatabasePool
    private let readers: IndexReaders

    /// Opens the index at `path`, making it if it is absent, damaged, of another version, or of another archive.
    ///
    /// - Parameters:
    ///   - archiveID: Of the archive that it must belong to.
    ///   - maximumReaderCount: The number of threads that read at once; more may, and then open a connection each time.
    public init(path: String, archiveID: String, maximumReaderCount: Int = 16) throws(IndexError) {
        self.path = path
        readers = IndexReaders(path: path, maximumIdleCount: max(1, maximumReaderCount))
        let file = DatabaseFile(path: path)
        if file.isMarkedDamaged {
            try file.remove()
            pool = try Self.open(path, archiveID)
            rebuildReason = "it was found damaged"
            return
        }
        do throws(IndexError) {
            pool = try Self.open(path, archiveID)
            rebuildReason = nil
        } catch {
            guard let reason = error.reasonToRebuild else { throw error }
            try file.remove()
            pool = try Self.open(path, archiveID)
            rebuildReason = reason
        }
    }

    /// Removes the database at `path` and what SQLite keeps beside it. None may have it open.
    public static func remove(_ path: String) throws(IndexError) {
        try DatabaseFile(path: path).remove()
    }

    private static func open(_ path: String, _ archiveID: String) throws(IndexError) -> DatabasePool {
        try DatabaseFile(path: path).prepare()
        var configuration = Configuration()
        configuration.label = "index"
        // Nobody reads through it but SQLite's own checks: see `IndexReaders`.
        configuration.maximumReaderCount = 1
        configuration.busyMode = .timeout(10)
        configuration.persistentReadOnlyConnections = true
        configuration.prepareDatabase { database in
            try database.execute(sql: "PRAGMA cache_size = -16384")  // KiB
            try database.execute(sql: "PRAGMA mmap_size = 0")  // a read error is an error, not SIGBUS
            if !database.configuration.readonly {
                try database.execute(sql: "PRAGMA synchronous = NORMAL")
                try database.execute(sql: "PRAGMA journal_size_limit = 67108864")
                try database.execute(sql: "PRAGMA wal_autocheckpoint = 4000")  // pages
            }
        }
        do {
            let pool = try DatabasePool(path: path, configuration: configuration)
            try prepare(pool, path, archiveID)
            return pool
        } catch {
            throw IndexError(error, path: path)
        }
    }

    private static func prepare(_ pool: DatabasePool, _ path: String, _ archiveID: String) throws {
        try pool.write { database in
            let version = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
            let isEmpty = try Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_master") == 0
            if isEmpty {
                try database.execute(sql: Schema.sql)
                try database.execute(sql: "PRAGMA user_version = \(Schema.version)")
                try database.execute(sql: "INSERT INTO meta VALUES ('archive_id', ?)", arguments: [archiveID])
                return
            }
            guard version == Schema.version else {
                let which = version > Schema.version ? "newer" : "older"
                throw IndexError.corrupt(path: path, message: "made by \(which) software: version \(version)")
            }
            let owner = try String.fetchOne(database, sql: "SELECT value FROM meta WHERE key = 'archive_id'")
            guard owner == archiveID else {
                throw IndexError.corrupt(path: path, message: "it belongs to the archive \(owner ?? "without id")")
            }
        }
    }

    /// Asks for rows, all of one state of the index. Any number of threads may do so at once.
    public func read<Result>(
        _ body: (IndexSnapshot) throws(IndexError) -> Result
    ) throws(IndexError) -> Result {
        do throws(IndexError) {
            return try readers.read { (connection) throws(IndexError) in
                try body(IndexSnapshot(connection: connection))
            }
        } catch {
            throw met(error)
        }
    }

    /// Changes rows: all that `body` does, or nothing of it if it throws. Writers go one by one.
    public func write<Result>(
        _ body: (IndexTransaction) throws(IndexError) -> Result
    ) throws(IndexError) -> Result {
        do {
            return try pool.write { try body(IndexTransaction(connection: IndexConnection(writer: $0, path: path))) }
        } catch {
            throw met(error)
        }
    }

    /// Damage may show only when a page is read: whoever opens the index next then makes it anew.
    private func met(_ error: any Error) -> IndexError {
        let error = IndexError(error, path: path)
        if case .corrupt = error { DatabaseFile(path: path).markDamaged() }
        return error
    }

    /// Moves what was committed from the log into the database file, as far as readers let it.
    public func checkpoint() throws(IndexError) {
        do {
            try pool.writeWithoutTransaction { _ = try $0.checkpoint(.passive) }
        } catch {
            throw IndexError(error, path: path)
        }
    }

    /// What SQLite finds wrong with the file itself; empty if nothing is.
    public func integrityFaults(deep: Bool) throws(IndexError) -> [String] {
        let faults = try read { (snapshot) throws(IndexError) in
            try snapshot.connection.all(deep ? "PRAGMA integrity_check" : "PRAGMA quick_check") { $0.text(0) }
                .filter { $0 != "ok" }
        }
        if !faults.isEmpty { DatabaseFile(path: path).markDamaged() }
        return faults
    }

    /// Closes all connections. Whoever reads or writes after it gets an error.
    public func close() throws(IndexError) {
        // The last one to close takes the log away, and it has to be one that may write.
        readers.close()
        pool.invalidateReadOnlyConnections()
        do {
            try pool.close()
        } catch {
            throw IndexError(error, path: path)
        }
    }
}

extension IndexError {
    /// Why an index that cannot be opened is to be made anew; nil if that would not help.
    fileprivate var reasonToRebuild: String? {
        switch self {
        case .corrupt(_, let message): return message
        // A schema that is not the one the version says.
        case .sqlite(_, let message): return message
        case .locked, .diskFull, .notAccessible, .busy: return nil
        }
    }
}

extension IndexStore {
    /// How many rows were inserted, changed or deleted since the index was opened.
    func changeCount() -> Int {
        pool.writeWithoutTransaction { $0.totalChangesCount }
    }
}
