import CFuse
import CLinux
import Glibc
public import SystemPackage

/// A directory that something is, was or will be mounted on, seen from outside the session that serves it.
public struct Mountpoint: Sendable, Equatable {
    /// Absolute and without symbolic links, as the kernel lists it.
    public let path: String

    /// Resolves `path` without touching a mount that may be dead there.
    /// - throws: `.mountpointMissing`, `.mountpointInaccessible`.
    public init(_ path: FilePath) throws(SessionError) {
        self.path = try Self.resolve(path)
    }

    private static func resolve(_ path: FilePath) throws(SessionError) -> String {
        var status = stat()
        let isLink = lstat(path.string, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
        let last = path.lastComponent
        if !isLink, let last, last.kind == .regular {
            let above = path.removingLastComponent()
            let parent = try realPath(above.isEmpty ? "." : above.string, of: path)
            return parent == "/" ? "/\(last.string)" : "\(parent)/\(last.string)"
        }
        return try realPath(path.string, of: path)
    }

    private static func realPath(_ name: String, of path: FilePath) throws(SessionError) -> String {
        guard let resolved = realpath(name, nil) else {
            let failure = Errno(rawValue: errno)
            throw SessionError(
                failure == .noSuchFileOrDirectory ? .mountpointMissing : .mountpointInaccessible(failure),
                at: path.string)
        }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    /// What is mounted there, the topmost; nil if nothing is.
    public var mount: MountTableEntry? {
        MountTable.mount(at: Array(path.utf8))
    }

    /// True if a mount is left there whose daemon is gone ("Transport endpoint is not connected").
    public var isStale: Bool {
        // Not stat(2): the kernel answers that from its cache long after the daemon is gone.
        var facts = statvfs()
        return statvfs(path, &facts) != 0 && errno == ENOTCONN
    }

    /// Throws unless something could be mounted there.
    /// - throws: `.mountpointMissing`, `.mountpointNotADirectory`, `.mountpointStale`, `.mountpointInaccessible`.
    public func check() throws(SessionError) {
        var status = stat()
        guard stat(path, &status) == 0 else {
            switch errno {
            case ENOENT: throw SessionError(.mountpointMissing, at: path)
            case ENOTDIR: throw SessionError(.mountpointNotADirectory, at: path)
            case ENOTCONN: throw SessionError(.mountpointStale, at: path)
            default: throw SessionError(.mountpointInaccessible(Errno(rawValue: errno)), at: path)
            }
        }
        if isStale { throw SessionError(.mountpointStale, at: path) }
        guard status.st_mode & S_IFMT == S_IFDIR else { throw SessionError(.mountpointNotADirectory, at: path) }
    }

    /// Takes away a stale mount, and others beneath it if they are stale too; true if there was one.
    /// - throws: `.unmountRefused`.
    @discardableResult
    public func removeStaleMount() throws(SessionError) -> Bool {
        var removed = false
        while isStale, mount != nil {
            try unmount(lazily: true)
            removed = true
        }
        return removed
    }

    /// Unmounts what is mounted there; lazily it vanishes from the tree at once, and ends when its last user does.
    /// - throws: `.notMounted`, `.busy`, `.unmountRefused`.
    public func unmount(lazily: Bool = false) throws(SessionError) {
        let result = clinux_umount(path, lazily ? 1 : 0)
        if result == 0 { return }
        switch -result {
        case EBUSY: throw SessionError(.busy, at: path)
        case EINVAL, ENOENT: throw SessionError(.notMounted, at: path)
        case EPERM:
            // Not root: fusermount3 unmounts what its user mounted.
            if Fusermount.unmount(path, lazily: lazily) { return }
            if mount == nil { throw SessionError(.notMounted, at: path) }
            if !Fusermount.isInstalled { throw SessionError(.fusermountMissing, at: path) }
            throw SessionError(lazily ? .unmountRefused(.notPermitted) : .busy, at: path)
        default: throw SessionError(.unmountRefused(Errno(rawValue: -result)), at: path)
        }
    }

    /// Ends a connection that no longer answers, given the minor device number of its mount; every request under way fails.
    /// True if that was possible (fusectl is mounted and ours to write, or we are root and can mount it for ourselves).
    @discardableResult
    public static func abortConnection(deviceMinor: UInt32) -> Bool {
        func abort(beneath directory: String) -> Bool {
            let path = FilePath("\(directory)/\(deviceMinor)/abort")
            guard let file = try? FileDescriptor.open(path, .writeOnly, options: .closeOnExec) else { return false }
            defer { try? file.close() }
            return (try? file.writeAll("1".utf8)) == 1
        }
        if abort(beneath: "/sys/fs/fuse/connections") { return true }
        let root = clinux_mount_detached("fusectl")
        guard root >= 0 else { return false }
        defer { close(root) }
        return abort(beneath: "/proc/self/fd/\(root)")
    }
}
