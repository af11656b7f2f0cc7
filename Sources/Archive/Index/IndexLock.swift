internal import Glibc

/// Keeps all other processes from an index, or from writing to an archive, for as long as it lives.
///
/// The lock is the kernel's (flock(2)), so it ends with the process however that ends; the file only says whose it is.
public final class IndexLock: Sendable {
    private let descriptor: Int32

    /// How long a process that has been unmounted may take to end, in seconds: whoever mounts again at once waits for it.
    public static let patience = 3.0

    /// Takes the lock.
    ///
    /// - Parameter patience: how long to wait for another process to give it up, in seconds.
    /// - Throws: `IndexError.locked` with the id of the process that has it.
    public init(path: String, patience: Double = 0) throws(IndexError) {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw .notAccessible(path: path, message: message(of: errno), errno: errno) }
        guard Self.lock(descriptor, until: MonotonicClock.now() + patience) else {
            let reason = errno
            let pid = Self.pid(in: descriptor)
            close(descriptor)
            if reason == EWOULDBLOCK { throw .locked(path: path, pid: pid) }
            throw .notAccessible(path: path, message: message(of: reason), errno: reason)
        }
        let text = Array("\(getpid())\n".utf8)
        guard ftruncate(descriptor, 0) == 0, pwrite(descriptor, text, text.count, 0) == text.count else {
            let reason = errno
            close(descriptor)
            throw .notAccessible(path: path, message: message(of: reason), errno: reason)
        }
        self.descriptor = descriptor
    }

    /// errno says why not.
    private static func lock(_ descriptor: Int32, until end: Double) -> Bool {
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            guard errno == EWOULDBLOCK, MonotonicClock.now() < end else { return false }
            usleep(20_000)
        }
        return true
    }

    deinit {
        // The file stays: removing it would let a third process lock another file of the same name.
        close(descriptor)
    }

    private static func pid(in descriptor: Int32) -> Int32? {
        var bytes = [UInt8](repeating: 0, count: 32)
        let count = pread(descriptor, &bytes, bytes.count, 0)
        guard count > 0 else { return nil }
        return Int32(String(decoding: bytes[..<count].prefix { $0 != 0x0A }, as: UTF8.self))
    }
}
