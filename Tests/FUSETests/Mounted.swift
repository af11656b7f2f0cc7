import Glibc
import SystemPackage
import Testing
import VFS

@testable import FUSE

/// What this machine permits.
enum Machine {
    /// A real mount: /dev/fuse, and root or fusermount3.
    static let canMount = access("/dev/fuse", R_OK | W_OK) == 0 && (geteuid() == 0 || Fusermount.isInstalled)

    /// Passthrough: Linux 6.9 and CAP_SYS_ADMIN.
    static let canPassThrough: Bool = {
        var name = utsname()
        guard canMount, uname(&name) == 0 else { return false }
        let release = withUnsafeBytes(of: name.release) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        let version = release.split(whereSeparator: { !$0.isNumber }).prefix(2).compactMap { Int($0) }
        guard version.count == 2, (version[0], version[1]) >= (6, 9) else { return false }
        return effectiveCapabilities & (1 << 21) != 0
    }()

    private static var effectiveCapabilities: UInt64 {
        guard let file = fopen("/proc/self/status", "re") else { return 0 }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 256)
        while fgets(&line, 256, file) != nil {
            let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            if text.hasPrefix("CapEff:") { return UInt64(text.dropFirst(7).filter(\.isHexDigit), radix: 16) ?? 0 }
        }
        return 0
    }
}

/// A directory for one test.
struct TemporaryDirectory {
    let path: String

    init(in parent: String = "/tmp") throws {
        var template = Array("\(parent)/fuse-tests.XXXXXX".utf8CString)
        let made = try #require(mkdtemp(&template))
        path = String(cString: made)
    }

    func write(_ name: String, _ bytes: [UInt8]) throws -> String {
        let file = try FileDescriptor.open(
            FilePath("\(path)/\(name)"), .writeOnly, options: [.create, .truncate, .closeOnExec],
            permissions: .ownerReadWrite)
        defer { try? file.close() }
        try file.writeAll(bytes)
        return "\(path)/\(name)"
    }

    /// Removes it with the files named.
    func remove(_ names: String...) {
        for name in names { unlink("\(path)/\(name)") }
        rmdir(path)
    }
}

/// Mounts a file system for the time of `body`, served by a thread of this process. What takes longer than `limit` seconds is
/// ended by aborting the connection, so nothing hangs. Unmounting waits `patience` seconds for those who use it.
func withMounted(
    _ fileSystem: any FileSystem, limit: Double = 30, patience: Double = 5, options: SessionOptions = SessionOptions(),
    _ body: (_ path: String, _ session: Session) throws -> Void
) throws {
    struct Progress {
        var isReady = false
        var hasEnded = false
        var isDone = false
    }
    let progress = Lock(Progress())
    let directory = try TemporaryDirectory()
    defer { directory.remove() }
    let session = try Session(fileSystem: fileSystem, mountpoint: FilePath(directory.path), options: options)
    try session.mount()
    let server = try #require(
        Thread.start(named: "test session") {
            do {
                try session.run { progress.announce { $0.isReady = true } }
            } catch {
                Issue.record(error)
            }
            progress.announce { $0.hasEnded = true }
        })
    let watchdog = Thread.start(named: "test watchdog") {
        guard !progress.wait(atMost: limit, until: { $0.isDone }) else { return }
        Issue.record("the mount did not answer within \(limit) s; aborting its connection")
        abort(session)
    }
    defer {
        do {
            let ended = try session.unmount(within: patience)
            #expect(ended)
        } catch {
            Issue.record(error)
        }
        if !progress.wait(atMost: 5, until: { $0.hasEnded }) { abort(session) }
        server.join()
        progress.announce { $0.isDone = true }
        watchdog?.join()
    }
    try #require(progress.wait(atMost: 10, until: { $0.isReady || $0.hasEnded }))
    try body(session.mountpoint.path, session)
}

/// Aborts the connection of a session.
func abort(_ session: Session) {
    guard let mount = session.state.withLock({ $0.mount }) else { return }
    Mountpoint.abortConnection(deviceMinor: mount.deviceMinor)
}

/// The errno of a call that failed, 0 if it succeeded.
func failure(_ result: some BinaryInteger) -> Int32 {
    let number = errno
    return result < 0 ? number : 0
}

/// The names of a directory in the order they come, "." and ".." included.
func names(in path: String) throws -> [String] {
    let directory = try #require(opendir(path))
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) { names.append(name(of: entry)) }
    return names
}

func name(of entry: UnsafeMutablePointer<dirent>) -> String {
    withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
}

/// All bytes of a file.
func contents(of path: String) throws -> [UInt8] {
    let file = try FileDescriptor.open(FilePath(path), .readOnly, options: .closeOnExec)
    return try file.closeAfter {
        var contents: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = try piece.withUnsafeMutableBytes { try file.read(into: $0) }
            if count == 0 { return contents }
            contents += piece[..<count]
        }
    }
}

/// All tests that mount: one mount at a time.
@Suite(
    "A mounted file system", .serialized,
    .enabled(if: Machine.canMount, "there is no /dev/fuse here, or no right to mount"))
struct MountedTests {}
