internal import CLinux
internal import Glibc

/// The root of an archive: opened once, and everything beneath it is opened by way of it.
public final class ArchiveDirectory: Sendable {
    /// The name of the directory at the root that holds what is ours; it is no part of the archive's content.
    public static let privateName = ".dicomviewfs"

    /// Of the root, absolute and without symbolic links.
    public let path: String
    /// O_PATH: it leads to what is beneath, and grants nothing itself.
    public let descriptor: Int32
    public let identity: ArchiveIdentity
    /// False if nothing can be stored in the archive: it then has neither staging area nor `archive.json` of ours.
    public let isWritable: Bool

    /// Opens the archive at `path`. One that can be written and has no identity yet is given one, in
    /// `.dicomviewfs/archive.json`.
    ///
    /// - Parameters:
    ///   - ruleset: That of a new archive; an archive stays on the one it has.
    ///   - readOnly: Write nothing into the archive, even if it could be written.
    public init(path: String, ruleset: String, readOnly: Bool = false) throws(ArchiveError) {
        let descriptor = Glibc.open(path, clinux_O_PATH | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .notAccessible(path: path, errno: errno) }
        do throws(ArchiveError) {
            guard let canonical = Self.canonicalPath(path) else { throw .notAccessible(path: path, errno: errno) }
            var canWrite = !readOnly && faccessat(descriptor, ".", W_OK | X_OK, AT_EACCESS) == 0
            let stored = try ArchiveIdentity.read(beneath: descriptor, root: canonical)
            if let stored {
                identity = stored
                canWrite = canWrite && faccessat(descriptor, Self.privateName, W_OK | X_OK, AT_EACCESS) == 0
            } else if canWrite {
                identity = try ArchiveIdentity.random(ruleset: ruleset).write(beneath: descriptor, root: canonical)
            } else {
                identity = ArchiveIdentity.derived(fromPath: canonical, ruleset: ruleset)
            }
            self.path = canonical
            self.descriptor = descriptor
            isWritable = canWrite
        } catch {
            close(descriptor)
            throw error
        }
    }

    deinit {
        close(descriptor)
    }

    /// Opens a file for reading. No symbolic link or ".." leads out of the archive.
    ///
    /// - Returns: A descriptor that the caller closes.
    func open(path: UnsafePointer<CChar>, flags: Int32 = 0) throws(Failure) -> Int32 {
        // Without O_NONBLOCK, opening a pipe that took a file's place would wait for its writer.
        try openBeneath(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | flags)
    }

    /// Opens what is at `path` with exactly these flags of open(2). Where no descriptor is left, those are closed that are kept
    /// open for speed alone, and it is tried again.
    func openBeneath(_ path: UnsafePointer<CChar>, _ flags: Int32) throws(Failure) -> Int32 {
        for isLast in [false, true] {
            let opened = clinux_openat_beneath(descriptor, path, flags)
            if opened >= 0 { return opened }
            let reason = errno
            guard !isLast, reason == EMFILE || reason == ENFILE, closeIdle() else {
                throw Failure(errno: reason)
            }
        }
        throw Failure(errno: EMFILE)
    }

    private let keepers = Lock<[@Sendable () -> Bool]>([])

    /// Has `body` called when no descriptor is left, by whoever keeps some open for speed alone: it closes them, and returns whether
    /// there were any.
    public func whenDescriptorsRunOut(_ body: @escaping @Sendable () -> Bool) {
        keepers.withLock { $0.append(body) }
    }

    /// Closes what is kept open for speed alone; true if there was anything. A file may be kept by several.
    func closeIdle() -> Bool {
        keepers.withLock { $0 }.reduce(false) { $1() || $0 }
    }

    /// The system's error number.
    struct Failure: Error {
        var errno: Int32
    }

    /// A path beneath the root as one to show: absolute, with bytes that are not UTF-8 replaced.
    public func displayPath(_ relative: [UInt8]) -> String {
        path + "/" + String(decoding: relative, as: UTF8.self)
    }

    /// Refuses a mountpoint that lies in the archive or that the archive lies in.
    public func refuseOverlap(withMountpoint mountpoint: String) throws(ArchiveError) {
        guard let canonical = Self.canonicalPath(mountpoint) else {
            throw .notAccessible(path: mountpoint, errno: errno)
        }
        func contains(_ outer: String, _ inner: String) -> Bool {
            inner == outer || outer == "/" || inner.hasPrefix(outer + "/")
        }
        if contains(path, canonical) || contains(canonical, path) {
            throw .overlapsMountpoint(archive: path, mountpoint: canonical)
        }
    }

    /// `path` made absolute, without symbolic links; nil, with errno set, if it leads nowhere.
    static func canonicalPath(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }
}

/// Runs `body` with `bytes` as a C string.
func withCPath<Result, Failure: Error>(
    _ bytes: some Collection<UInt8>, _ body: (UnsafePointer<CChar>) throws(Failure) -> Result
) throws(Failure) -> Result {
    var terminated = [CChar]()
    terminated.reserveCapacity(bytes.count + 1)
    for byte in bytes { terminated.append(CChar(bitPattern: byte)) }
    terminated.append(0)
    return try body(terminated)
}
