/// Why the index could not be used.
public enum IndexError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Another process has it open; its id, if it could be read.
    case locked(path: String, pid: Int32?)
    /// The file is no index or is damaged. It is a cache: opening it again makes it anew.
    case corrupt(path: String, message: String)
    /// The file system is full.
    case diskFull(path: String)
    /// The file cannot be created, read or written; the system's error number, 0 if unknown.
    case notAccessible(path: String, message: String, errno: Int32)
    /// Another connection kept it locked.
    case busy(path: String)
    /// Anything else that SQLite refused: a fault of this program.
    case sqlite(code: Int32, message: String)

    /// The database that it is about, where it is about one.
    public var path: String? {
        switch self {
        case .locked(let path, _), .corrupt(let path, _), .diskFull(let path), .notAccessible(let path, _, _),
            .busy(let path):
            path
        case .sqlite: nil
        }
    }

    /// True if rows contradict each other or the schema (SQLITE_CONSTRAINT): what was to be written is wrong, not the index.
    public var isContradiction: Bool {
        if case .sqlite(let code, _) = self { code & 0xFF == 19 } else { false }
    }

    public var description: String {
        switch self {
        case .locked(let path, let pid):
            let holder = pid.map { "process \($0)" } ?? "another process"
            return "\(path): in use by \(holder); unmount that mount first, or give this one its own with --index DIR"
        case .corrupt(let path, let message):
            return "\(path): damaged (\(message)); mount or index again, and it is rebuilt from the archive"
        case .diskFull(let path): return "\(path): no space left for the index; free some or move it with --index DIR"
        case .notAccessible(let path, let message, _):
            return "\(path): \(message); put the index elsewhere with --index DIR"
        case .busy(let path): return "\(path): locked by another program; close it and try again"
        case .sqlite(let code, let message): return "index: SQLite error \(code): \(message)"
        }
    }
}
