internal import Foundation
internal import GRDB

/// What was synthesized for a file of a converted view: its bytes and where the rest comes from.
public struct StoredHeader: Sendable {
    public var bytes: [UInt8]
    /// The layout in its stored form.
    public var layout: [UInt8]

    public init(bytes: [UInt8], layout: [UInt8]) {
        self.bytes = bytes
        self.layout = layout
    }
}

/// Synthesized headers on disk, beside the index and like it a cache: what is missing is derived again from the sources.
///
/// Bounded: when more than `limit` bytes are held the headers that were written first go first.
public final class HeaderStore: Sendable {
    private static let schema = """
        CREATE TABLE IF NOT EXISTS header (
            number INTEGER PRIMARY KEY AUTOINCREMENT,  -- order of writing, by which they are dropped
            key    BLOB NOT NULL UNIQUE,               -- 32 bytes, made by Views from UIDs and the state of the sources
            bytes  BLOB NOT NULL,                      -- the synthesized bytes
            layout BLOB NOT NULL                       -- Layout.encoded()
        )
        """

    private static let sumOfBytes = "SELECT coalesce(sum(length(bytes)), 0) FROM header"

    private let pool: DatabasePool
    private let path: String
    /// Bytes of headers that are kept.
    public let limit: Int
    private let held: Lock<Int>

    /// Opens the store at `path`, making it anew if it is damaged.
    public init(path: String, limit: Int, maximumReaderCount: Int = 16) throws(IndexError) {
        self.path = path
        self.limit = limit
        let file = DatabaseFile(path: path)
        if file.isMarkedDamaged { try file.remove() }
        let (pool, bytes): (DatabasePool, Int)
        do {
            (pool, bytes) = try Self.open(path, maximumReaderCount)
        } catch {
            // It is a cache, and whatever is wrong with it is not with a new one.
            try file.remove()
            do {
                (pool, bytes) = try Self.open(path, maximumReaderCount)
            } catch {
                throw IndexError(error, path: path)
            }
        }
        self.pool = pool
        held = Lock(bytes)
    }

    /// With the bytes of the headers that it holds.
    private static func open(_ path: String, _ maximumReaderCount: Int) throws -> (DatabasePool, Int) {
        try DatabaseFile(path: path).prepare()
        var configuration = Configuration()
        configuration.label = "headers"
        configuration.maximumReaderCount = max(1, maximumReaderCount)
        configuration.busyMode = .timeout(10)
        configuration.prepareDatabase { database in
            try database.execute(sql: "PRAGMA cache_size = -2048")  // KiB: headers are read once and then held by Views
            if !database.configuration.readonly {
                try database.execute(sql: "PRAGMA synchronous = NORMAL")
                try database.execute(sql: "PRAGMA journal_size_limit = 67108864")
            }
        }
        let pool = try DatabasePool(path: path, configuration: configuration)
        let bytes = try pool.write { database in
            try database.execute(sql: schema)
            return try Int.fetchOne(database, sql: sumOfBytes) ?? 0
        }
        return (pool, bytes)
    }

    /// Damage may show only when a page is read: whoever opens the store next then makes it anew, and until then it holds nothing
    /// for us.
    private func met(_ error: any Error) throws(IndexError) {
        let error = IndexError(error, path: path)
        guard case .corrupt = error else { throw error }
        DatabaseFile(path: path).markDamaged()
    }

    /// The header stored under `key`.
    public func header(_ key: [UInt8]) throws(IndexError) -> StoredHeader? {
        do {
            return try pool.read { database in
                let statement = try database.cachedStatement(sql: "SELECT bytes, layout FROM header WHERE key = ?")
                guard let row = try Row.fetchOne(statement, arguments: [Data(key)]) else { return nil }
                let bytes: Data = row[0]
                let layout: Data = row[1]
                return StoredHeader(bytes: Array(bytes), layout: Array(layout))
            }
        } catch {
            try met(error)
            return nil
        }
    }

    /// Keeps headers under their keys, and drops others if they have become too many.
    public func insert(_ headers: [(key: [UInt8], header: StoredHeader)]) throws(IndexError) {
        guard !headers.isEmpty else { return }
        do {
            try pool.write { database in
                let statement = try database.cachedStatement(
                    sql: "INSERT OR REPLACE INTO header (key, bytes, layout) VALUES (?, ?, ?)")
                for (key, header) in headers {
                    try statement.execute(arguments: [Data(key), Data(header.bytes), Data(header.layout)])
                }
            }
        } catch {
            return try met(error)
        }
        let added = headers.reduce(0) { $0 + $1.header.bytes.count }
        let total = held.withLock { held in
            held += added
            return held
        }
        if total > limit { try dropOldest() }
    }

    private func dropOldest() throws(IndexError) {
        do {
            let kept = try pool.write { database in
                var kept = try Int.fetchOne(database, sql: Self.sumOfBytes) ?? 0
                while kept > limit {
                    let (last, size) = try Self.oldest(database)
                    guard size > 0 else { break }
                    try database.execute(sql: "DELETE FROM header WHERE number <= ?", arguments: [last])
                    kept -= size
                }
                return kept
            }
            held.withLock { $0 = kept }
        } catch {
            try met(error)
        }
    }

    /// The hundred headers written first: the number of the last of them and their bytes together.
    private static func oldest(_ database: Database) throws -> (last: Int64, size: Int) {
        let sql = """
            SELECT max(number), coalesce(sum(length(bytes)), 0)
            FROM (SELECT number, bytes FROM header ORDER BY number LIMIT 100)
            """
        guard let row = try Row.fetchOne(database, sql: sql), let last = row[0] as Int64? else { return (0, 0) }
        return (last, row[1])
    }

    /// Closes all connections. Those that only read first: the last one to close takes the log away, and it has to be one that
    /// may write.
    public func close() throws(IndexError) {
        pool.invalidateReadOnlyConnections()
        do {
            try pool.close()
        } catch {
            throw IndexError(error, path: path)
        }
    }
}
