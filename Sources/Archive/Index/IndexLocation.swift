internal import CLinux
internal import Glibc

/// Where an archive's index lies.
public struct IndexLocation: Hashable, Sendable {
    /// The directory of the index, of its lock, and of caches beside it.
    public let directory: String

    /// The database.
    public var databasePath: String { directory + "/index.sqlite" }
    /// The lock; see `IndexLock`.
    public var lockPath: String { directory + "/index.lock" }

    /// Finds the place for the index of `archive` and makes its directory.
    ///
    /// Beside the archive's own data if that can be written and lies on a local file system, else in the user's state
    /// directory by archive id. SQLite's log needs shared memory between processes, which no network file system has.
    ///
    /// - Parameters:
    ///   - requested: A directory to use instead (`--index`); archives are told apart in it by their ids.
    ///   - environment: For XDG_STATE_HOME and HOME.
    public init(
        of archive: ArchiveDirectory, requested: String? = nil, environment: [String: String] = Self.environment()
    ) throws(IndexError) {
        if let requested {
            directory = "\(requested)/\(archive.identity.archiveID)"
        } else if archive.isWritable, Self.isLocal(archive.descriptor) {
            directory = "\(archive.path)/\(ArchiveDirectory.privateName)"
        } else {
            directory = "\(Self.stateDirectory(environment))/dicomviewfs/\(archive.identity.archiveID)"
        }
        try Self.makeDirectory(directory)
    }

    /// XDG_STATE_HOME, else ~/.local/state (XDG Base Directory Specification).
    static func stateDirectory(_ environment: [String: String]) -> String {
        if let state = environment["XDG_STATE_HOME"], state.hasPrefix("/") { return state }
        if let home = environment["HOME"], home.hasPrefix("/") { return home + "/.local/state" }
        guard let entry = getpwuid(getuid()), let home = entry.pointee.pw_dir else { return "/var/lib" }
        return String(cString: home) + "/.local/state"
    }

    /// The variables that decide on the place.
    public static func environment() -> [String: String] {
        var environment: [String: String] = [:]
        for name in ["XDG_STATE_HOME", "HOME"] {
            if let value = getenv(name) { environment[name] = String(cString: value) }
        }
        return environment
    }

    /// Numbers by which statfs(2) tells file systems that other machines or programs answer for.
    private static let remoteTypes: Set<UInt32> = [
        0x6969,  // NFS
        0x517B, 0xFE53_4D42, 0xFF53_4D42,  // SMB, SMB2, CIFS
        0x0102_1997,  // 9p
        0x6573_5546,  // FUSE
        0x00C3_6400,  // Ceph
        0x5346_414F, 0x6B41_4653,  // AFS
        0x7375_7245,  // Coda
        0x0BD0_0BD0,  // Lustre
        0x4750_4653,  // GPFS
        0x2003_0528,  // OrangeFS
    ]

    static func isLocal(_ descriptor: Int32) -> Bool {
        var facts = statfs()
        guard fstatfs(descriptor, &facts) == 0 else { return false }
        return !remoteTypes.contains(UInt32(truncatingIfNeeded: facts.f_type))
    }

    /// Makes `path` and what is missing above it, for this user alone: an index names patients.
    private static func makeDirectory(_ path: String) throws(IndexError) {
        var made = path.hasPrefix("/") ? "" : "."
        for part in path.split(separator: "/") {
            made += "/" + part
            if mkdir(made, 0o700) != 0, errno != EEXIST {
                // Directories above may be closed to us and yet be there.
                var facts = stat()
                if stat(made, &facts) == 0 { continue }
                throw .notAccessible(path: made, message: message(of: errno), errno: errno)
            }
        }
        guard access(path, W_OK | X_OK) == 0 else {
            throw .notAccessible(path: path, message: message(of: errno), errno: errno)
        }
    }
}
