internal import Glibc

/// Why a directory cannot be used as an archive.
public enum ArchiveError: Error, Sendable, Equatable, CustomStringConvertible {
    /// It cannot be opened, read or, for what must be stored in it, written; the system's error number.
    case notAccessible(path: String, errno: Int32)
    /// One lies in the other: listing the archive would list the mount.
    case overlapsMountpoint(archive: String, mountpoint: String)
    /// `archive.json` is not what this software wrote.
    case badIdentity(path: String, message: String)

    public var description: String {
        switch self {
        case .notAccessible(let path, let errno): return "\(path): \(message(of: errno))"
        case .overlapsMountpoint(let archive, let mountpoint):
            return "the mountpoint \(mountpoint) and the archive \(archive) lie in one another; "
                + "choose a mountpoint outside the archive"
        case .badIdentity(let path, let message):
            return "\(path): \(message); restore it from a backup, or remove it to give the archive a new identity"
        }
    }
}

/// Why a file of the archive cannot be read.
public enum StoreError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Its size or modification time is not the indexed one: what was derived from it no longer holds.
    case changed(path: String)
    /// It is gone.
    case missing(path: String)
    /// The system refused to open or to read it; the system's error number.
    case unreadable(path: String, errno: Int32)

    public var description: String {
        switch self {
        case .changed(let path): return "\(path): changed since it was indexed; it is read again at the next scan"
        case .missing(let path): return "\(path): no longer there; it leaves the index at the next scan"
        case .unreadable(let path, let errno): return "\(path): \(message(of: errno))"
        }
    }
}

/// What the system says to an error number.
public func message(of errno: Int32) -> String {
    strerror(errno).map { String(cString: $0) } ?? "error \(errno)"
}
