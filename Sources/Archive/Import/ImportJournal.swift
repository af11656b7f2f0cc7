internal import GRDB
internal import Glibc

/// What was dropped under which name, and what became of it: `.dicomviewfs/imports.sqlite`. It is data, not a cache: it cannot
/// be made again from the archive, so it lies apart from the index and survives its deletion.
///
/// One connection, which keeps the file to itself (no shared memory is needed then, and the archive may lie on a network).
/// What was committed survives the end of this process at once; `sync` makes it survive the machine's.
public final class ImportJournal: Sendable {
    public let path: String
    /// Where a damaged journal was moved, in whose place a new one was begun; nil if it was whole.
    public let damagedPath: String?
    private let queue: DatabaseQueue

    /// The number of the directory `import/` itself.
    public static let root: UInt64 = 2
    /// Names have numbers from here ...
    public static let firstID: UInt64 = 16
    /// ... to below here. Nodes of views have none of these.
    public static let endOfIDs: UInt64 = 1 << 40

    private static let version = 3

    /// Of the lock that the one process holds which imports into `archive`, whatever index it uses.
    public static func lockPath(_ archive: ArchiveDirectory) -> String {
        "\(archive.path)/\(ArchiveDirectory.privateName)/import.lock"
    }

    public init(_ archive: ArchiveDirectory) throws(IndexError) {
        path = "\(archive.path)/\(ArchiveDirectory.privateName)/imports.sqlite"
        do throws(IndexError) {
            queue = try Self.open(path)
            damagedPath = nil
        } catch {
            guard case .corrupt = error else { throw error }
            // Files that it knew of get names again (`DropBox.recover`); it may itself still be mended by who knows how.
            damagedPath = try Self.setAside(path)
            queue = try Self.open(path)
        }
    }

    private static func open(_ path: String) throws(IndexError) -> DatabaseQueue {
        var configuration = Configuration()
        configuration.label = "imports"
        configuration.busyMode = .timeout(10)
        configuration.prepareDatabase { database in
            try database.execute(sql: "PRAGMA locking_mode = EXCLUSIVE")
            try database.execute(sql: "PRAGMA journal_mode = WAL")
            try database.execute(sql: "PRAGMA synchronous = NORMAL")
            try database.execute(sql: "PRAGMA mmap_size = 0")  // a read error is an error, not SIGBUS
        }
        try DatabaseFile(path: path).prepare()
        do {
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            try prepare(queue, path)
            return queue
        } catch {
            throw IndexError(error, path: path)
        }
    }

    /// Gives a journal that cannot be read another name, its write-ahead log with it. Returns that name.
    private static func setAside(_ path: String) throws(IndexError) -> String {
        var number = 1
        while access("\(path).damaged-\(number)", F_OK) == 0 { number += 1 }
        let target = "\(path).damaged-\(number)"
        guard rename(path, target) == 0 else {
            throw .notAccessible(path: path, message: String(cString: strerror(errno)), errno: errno)
        }
        _ = rename("\(path)-wal", "\(target)-wal")
        return target
    }

    private static func prepare(_ queue: DatabaseQueue, _ path: String) throws {
        try queue.write { database in
            let version = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
            if version == 0 {
                try database.execute(sql: Self.schema)
                try database.execute(sql: "PRAGMA user_version = \(Self.version)")
            } else if (1..<Self.version).contains(version) {
                if version < 2 { try database.execute(sql: "ALTER TABLE name ADD COLUMN judged_s INTEGER") }
                try database.execute(sql: "ALTER TABLE name ADD COLUMN digest BLOB")
                try database.execute(sql: Self.pathIndex)
                try database.execute(sql: "PRAGMA user_version = \(Self.version)")
            } else if version != Self.version {
                throw IndexError.notAccessible(
                    path: path, message: "made by another version of this software (\(version))", errno: 0)
            }
        }
    }

    private static let pathIndex = "CREATE INDEX name_path ON name(path) WHERE path IS NOT NULL;"

    private static let schema = """
        CREATE TABLE name (
            id        INTEGER PRIMARY KEY AUTOINCREMENT,  -- st_ino, and the file's name in staging area and quarantine
            parent    INTEGER NOT NULL,     -- 2: import/; a name; else a directory of a view, in which it is not listed
            name      BLOB NOT NULL,
            kind      INTEGER NOT NULL,     -- 0 file, 1 directory
            mode      INTEGER NOT NULL,     -- permission bits as dropped
            uid       INTEGER NOT NULL,
            gid       INTEGER NOT NULL,
            size      INTEGER NOT NULL,     -- bytes, of a file whose bytes are the archive's
            mtime_s   INTEGER NOT NULL,     -- as dropped: seconds since the epoch ...
            mtime_ns  INTEGER NOT NULL,     -- ... and nanoseconds within the second
            ctime_s   INTEGER NOT NULL,
            ctime_ns  INTEGER NOT NULL,
            state     INTEGER NOT NULL,     -- 0 staged, 1 being stored, 2 in the archive, 3 in quarantine
            outcome   TEXT,                 -- ImportOutcome, null before it was judged
            sop_instance_uid TEXT NOT NULL,
            path      BLOB,                 -- beneath the archive's root: the file with its bytes, or with which it clashes
            file_mtime_s  INTEGER NOT NULL, -- of that file
            file_mtime_ns INTEGER NOT NULL,
            detail    TEXT NOT NULL,
            judged_s  INTEGER,              -- when it got its outcome: seconds since the epoch
            digest    BLOB,                 -- SHA-256 of a file whose bytes are the archive's: 32 bytes
            UNIQUE (parent, name)
        );
        CREATE INDEX name_refused ON name(outcome) WHERE outcome IS NOT NULL;
        \(pathIndex)
        -- import/ itself, for its times.
        INSERT INTO name VALUES (\(root), 0, 'import', 1, 493, 0, 0, 0, 0, 0, 0, 0, 2, NULL, '', NULL, 0, 0, '', NULL, NULL);
        DELETE FROM sqlite_sequence;
        INSERT INTO sqlite_sequence (name, seq) VALUES ('name', \(firstID - 1));
        """

    /// Asks, or changes: all that `body` does, or nothing of it if it throws. One at a time; wait for nothing else within.
    public func transaction<Result>(
        _ body: (ImportRecords) throws(IndexError) -> Result
    ) throws(IndexError) -> Result {
        do {
            return try queue.write { try body(ImportRecords(connection: IndexConnection(writer: $0, path: path))) }
        } catch {
            throw IndexError(error, path: path)
        }
    }

    /// Asks for names.
    public func read<Result>(_ body: (ImportRecords) throws(IndexError) -> Result) throws(IndexError) -> Result {
        do {
            return try queue.read { try body(ImportRecords(connection: IndexConnection(writer: $0, path: path))) }
        } catch {
            throw IndexError(error, path: path)
        }
    }

    /// Makes what was committed survive a power failure.
    public func sync() throws(IndexError) {
        do {
            try queue.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }
        } catch {
            throw IndexError(error, path: path)
        }
    }

    public func close() throws(IndexError) {
        do {
            try queue.close()
        } catch {
            throw IndexError(error, path: path)
        }
    }
}
