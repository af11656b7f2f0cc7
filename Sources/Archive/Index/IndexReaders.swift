internal import GRDBSQLite

/// The connections to the index that only read: one for each thread that reads at the time, kept for the next.
///
/// They are SQLite's alone. What a file system asks for is a handful of rows, for which GRDB's queues and savepoints cost
/// several times what SQLite does.
final class IndexReaders: Sendable {
    private struct State {
        var idle: [IndexReader] = []
        var isClosed = false
    }

    private let path: String
    /// Connections that are kept when nobody reads.
    private let maximumIdleCount: Int
    private let state = Lock(State())

    init(path: String, maximumIdleCount: Int) {
        self.path = path
        self.maximumIdleCount = maximumIdleCount
    }

    /// Runs `body` within one transaction, so that all it asks is answered from one state of the index.
    func read<Result>(
        _ body: (IndexConnection) throws(IndexError) -> Result
    ) throws(IndexError) -> Result {
        let reader = try take()
        defer { giveBack(reader) }
        let connection = IndexConnection(reader: reader, path: path)
        try connection.run("BEGIN")
        let result: Result
        do throws(IndexError) {
            result = try body(connection)
        } catch {
            // SQLite may have ended it by itself.
            _ = try? connection.run("ROLLBACK")
            throw error
        }
        try connection.run("COMMIT")
        return result
    }

    private func take() throws(IndexError) -> IndexReader {
        let (reader, isClosed) = state.withLock { ($0.idle.popLast(), $0.isClosed) }
        if isClosed { throw .notAccessible(path: path, message: "the index is closed", errno: 0) }
        if let reader { return reader }
        return try IndexReader(path: path)
    }

    private func giveBack(_ reader: IndexReader) {
        state.withLock { state in
            guard !state.isClosed, state.idle.count < maximumIdleCount else { return }
            state.idle.append(reader)
        }
    }

    /// Closes the connections; those in use when they are done with.
    func close() {
        let closed = state.withLock { state in
            state.isClosed = true
            defer { state.idle = [] }
            return state.idle
        }
        withExtendedLifetime(closed) {}
    }
}

/// One of them, with its statements. One thread uses it at a time.
final class IndexReader: @unchecked Sendable {
    // Sendable because `IndexReaders` hands it to one thread at a time.
    let handle: OpaquePointer
    private var statements: [String: OpaquePointer] = [:]
    private let path: String

    fileprivate init(path: String) throws(IndexError) {
        self.path = path
        var handle: OpaquePointer?
        let code = sqlite3_open_v2(path, &handle, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, nil)
        guard let handle else { throw IndexError(code: code, message: "no memory", path: path) }
        guard code == SQLITE_OK else {
            defer { sqlite3_close_v2(handle) }
            throw IndexError(code: code, message: String(cString: sqlite3_errmsg(handle)), path: path)
        }
        self.handle = handle
        sqlite3_extended_result_codes(handle, 1)
        sqlite3_busy_timeout(handle, 10_000)  // ms
        // A page is read from the system's cache in a microsecond. No mapping: a read error is an error then, not SIGBUS.
        for pragma in ["PRAGMA cache_size = -4096", "PRAGMA mmap_size = 0"] {
            sqlite3_exec(handle, pragma, nil, nil, nil)
        }
    }

    deinit {
        for statement in statements.values { sqlite3_finalize(statement) }
        sqlite3_close_v2(handle)
    }

    /// The statement of `sql`, ready to be bound and stepped.
    func statement(_ sql: String) throws(IndexError) -> IndexStatement {
        if let statement = statements[sql] {
            if sqlite3_stmt_busy(statement) == 0 { return IndexStatement(handle: statement) }
            return IndexStatement(handle: try prepare(sql, 0), isOwned: true)
        }
        let statement = try prepare(sql, UInt32(SQLITE_PREPARE_PERSISTENT))
        statements[sql] = statement
        return IndexStatement(handle: statement)
    }

    private func prepare(_ sql: String, _ flags: UInt32) throws(IndexError) -> OpaquePointer {
        var statement: OpaquePointer?
        let code = sqlite3_prepare_v3(handle, sql, -1, flags, &statement, nil)
        guard code == SQLITE_OK, let statement else {
            throw IndexError(code: code, message: String(cString: sqlite3_errmsg(handle)), path: path)
        }
        return statement
    }
}
