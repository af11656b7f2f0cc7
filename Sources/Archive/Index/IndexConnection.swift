internal import GRDB
internal import GRDBSQLite

/// One connection to the index within one transaction: runs statements on rows without an object for each value.
///
/// Of the one that writes, GRDB owns statements and transaction; those that only read are `IndexReaders`'. Binding and stepping
/// go to SQLite directly.
struct IndexConnection {
    private enum Owner {
        case writer(Database)
        case reader(IndexReader)
    }

    private let owner: Owner
    let path: String
    private let handle: OpaquePointer

    init(writer database: Database, path: String) throws(IndexError) {
        guard let handle = database.sqliteConnection else {
            throw .notAccessible(path: path, message: "the index is closed", errno: 0)
        }
        self.handle = handle
        owner = .writer(database)
        self.path = path
    }

    init(reader: IndexReader, path: String) {
        handle = reader.handle
        owner = .reader(reader)
        self.path = path
    }

    /// GRDB's view of it; nil if it only reads.
    var database: Database? { if case .writer(let database) = owner { database } else { nil } }

    /// Runs `sql` and calls `body` for each row until it returns false.
    func forEach(
        _ sql: String, _ values: [IndexValue] = [], _ body: (IndexColumns) throws(IndexError) -> Bool
    ) throws(IndexError) {
        let statement = try statement(sql)
        let handle = statement.handle
        defer { statement.end() }
        try bind(values, to: handle)
        while true {
            switch sqlite3_step(handle) {
            case SQLITE_ROW:
                guard try body(IndexColumns(handle: handle)) else { return }
            case SQLITE_DONE: return
            default: throw failure()
            }
        }
    }

    /// The first row of `sql`.
    func first<Result>(
        _ sql: String, _ values: [IndexValue] = [], _ body: (IndexColumns) throws(IndexError) -> Result
    ) throws(IndexError) -> Result? {
        var result: Result?
        try forEach(sql, values) { (columns) throws(IndexError) in
            result = try body(columns)
            return false
        }
        return result
    }

    /// All rows of `sql`.
    func all<Result>(
        _ sql: String, _ values: [IndexValue] = [], _ body: (IndexColumns) throws(IndexError) -> Result
    ) throws(IndexError) -> [Result] {
        var results: [Result] = []
        try forEach(sql, values) { (columns) throws(IndexError) in
            results.append(try body(columns))
            return true
        }
        return results
    }

    /// Runs `sql`, which returns no rows. Returns how many rows it changed.
    @discardableResult
    func run(_ sql: String, _ values: [IndexValue] = []) throws(IndexError) -> Int {
        try forEach(sql, values) { _ in true }
        return Int(sqlite3_changes(handle))
    }

    /// The row id given by the last INSERT.
    var lastInsertedRowID: Int64 { sqlite3_last_insert_rowid(handle) }

    /// A walk over rows may ask the same question again within: that one gets a statement of its own.
    private func statement(_ sql: String) throws(IndexError) -> IndexStatement {
        switch owner {
        case .reader(let reader): return try reader.statement(sql)
        case .writer(let database):
            do {
                let cached = try database.cachedStatement(sql: sql)
                if sqlite3_stmt_busy(cached.sqliteStatement) == 0 { return IndexStatement(cached) }
                return IndexStatement(try database.makeStatement(sql: sql))
            } catch {
                throw IndexError(error, path: path)
            }
        }
    }

    private func bind(_ values: [IndexValue], to handle: OpaquePointer) throws(IndexError) {
        var index: Int32 = 1
        for value in values {
            let code =
                switch value {
                case .null: sqlite3_bind_null(handle, index)
                case .integer(let integer): sqlite3_bind_int64(handle, index, integer)
                case .text(var text):
                    text.withUTF8 { bytes in
                        bytes.withMemoryRebound(to: CChar.self) {
                            $0.isEmpty
                                ? sqlite3_bind_text(handle, index, "", 0, Self.copied)
                                : sqlite3_bind_text(
                                    handle, index, $0.baseAddress, Int32(clamping: $0.count), Self.copied)
                        }
                    }
                case .bytes(let bytes):
                    // A null pointer would bind NULL.
                    bytes.withUnsafeBytes {
                        $0.isEmpty
                            ? sqlite3_bind_zeroblob(handle, index, 0)
                            : sqlite3_bind_blob(handle, index, $0.baseAddress, Int32(clamping: $0.count), Self.copied)
                    }
                }
            guard code == SQLITE_OK else { throw failure() }
            index += 1
        }
    }

    /// SQLITE_TRANSIENT: SQLite keeps a copy.
    private static var copied: sqlite3_destructor_type { unsafeBitCast(-1, to: sqlite3_destructor_type.self) }
    private func failure() -> IndexError {
        IndexError(code: sqlite3_extended_errcode(handle), message: String(cString: sqlite3_errmsg(handle)), path: path)
    }
}

/// A statement that is being run, until `end`.
struct IndexStatement {
    let handle: OpaquePointer
    /// GRDB's, which finalizes it.
    private let statement: Statement?
    private let isOwned: Bool

    init(_ statement: Statement) {
        handle = statement.sqliteStatement
        self.statement = statement
        isOwned = false
    }

    /// - Parameter isOwned: Nobody else keeps it: it is finalized at the end.
    init(handle: OpaquePointer, isOwned: Bool = false) {
        self.handle = handle
        statement = nil
        self.isOwned = isOwned
    }

    func end() {
        if isOwned {
            sqlite3_finalize(handle)
        } else {
            sqlite3_reset(handle)
            sqlite3_clear_bindings(handle)
        }
    }
}

/// A value to bind.
enum IndexValue {
    case null
    case integer(Int64)
    case text(String)
    case bytes([UInt8])

    static func optional(_ text: String?) -> IndexValue { text.map { .text($0) } ?? .null }
    static func optional(_ integer: Int64?) -> IndexValue { integer.map { .integer($0) } ?? .null }
    /// As signed 64 bits, which is what SQLite has.
    static func unsigned(_ integer: UInt64) -> IndexValue { .integer(Int64(bitPattern: integer)) }
}

/// The columns of the row that a statement stands at.
struct IndexColumns {
    fileprivate let handle: OpaquePointer

    func integer(_ column: Int32) -> Int64 { sqlite3_column_int64(handle, column) }

    func optionalInteger(_ column: Int32) -> Int64? { isNull(column) ? nil : integer(column) }

    func unsigned(_ column: Int32) -> UInt64 { UInt64(bitPattern: integer(column)) }

    func isNull(_ column: Int32) -> Bool { sqlite3_column_type(handle, column) == SQLITE_NULL }

    /// The bytes of a blob or text, lent until the statement moves on.
    func buffer(_ column: Int32) -> UnsafeBufferPointer<UInt8> {
        let start = sqlite3_column_blob(handle, column)
        let count = Int(sqlite3_column_bytes(handle, column))
        return UnsafeBufferPointer(start: start?.assumingMemoryBound(to: UInt8.self), count: start == nil ? 0 : count)
    }

    func bytes(_ column: Int32) -> [UInt8] { Array(buffer(column)) }

    func text(_ column: Int32) -> String { String(decoding: buffer(column), as: UTF8.self) }

    func optionalText(_ column: Int32) -> String? { isNull(column) ? nil : text(column) }

    func time(_ column: Int32) -> FileTime {
        FileTime(seconds: integer(column), nanoseconds: UInt32(clamping: integer(column + 1)))
    }
}

extension IndexError {
    /// What an error of GRDB means here.
    init(_ error: any Error, path: String) {
        if let error = error as? IndexError {
            self = error
        } else if let error = error as? DatabaseError {
            self.init(code: error.extendedResultCode.rawValue, message: error.message ?? "", path: path)
        } else {
            self = .sqlite(code: SQLITE_ERROR, message: "\(error)")
        }
    }

    /// - Parameter code: SQLite's, extended or not.
    init(code: Int32, message: String, path: String) {
        switch code & 0xFF {
        case SQLITE_CORRUPT, SQLITE_NOTADB, SQLITE_FORMAT: self = .corrupt(path: path, message: message)
        case SQLITE_FULL: self = .diskFull(path: path)
        case SQLITE_CANTOPEN, SQLITE_PERM, SQLITE_READONLY, SQLITE_IOERR, SQLITE_AUTH:
            self = .notAccessible(path: path, message: message, errno: 0)
        case SQLITE_BUSY, SQLITE_LOCKED: self = .busy(path: path)
        default: self = .sqlite(code: code, message: message)
        }
    }
}
