import CLinux
import Glibc
import Synchronization
import SystemPackage

/// FUSE passthrough: the kernel reads a file on disk itself in place of ours.
///
/// It needs Linux 6.9, CAP_SYS_ADMIN at every open, and a file on a file system that is not stacked on another. Whatever is
/// missing, the file is read through `OpenFile.read` instead.
final class Passthrough: Sendable {
    /// True once kernel and library have agreed on it at INIT.
    private let isNegotiated = Atomic<Bool>(false)
    private let isRefused = Atomic<Bool>(false)
    private let isReported = Atomic<Bool>(false)
    /// The session's /dev/fuse; -1 before it is mounted.
    private let device = Atomic<Int32>(-1)
    private let log: MessageSink

    init(log: @escaping MessageSink) {
        self.log = log
    }

    func connect(device: Int32) {
        self.device.store(device, ordering: .relaxed)
    }

    func negotiated() {
        isNegotiated.store(true, ordering: .relaxed)
    }

    /// Registers a file: its backing id, or 0 if it cannot be passed through.
    func open(_ descriptor: Int32) -> Int32 {
        guard isNegotiated.load(ordering: .relaxed), !isRefused.load(ordering: .relaxed) else { return 0 }
        let result = clinux_fuse_backing_open(device.load(ordering: .relaxed), descriptor)
        if result > 0 { return result }
        // These are about the session, others (ELOOP: the file lies on a stacked file system) about this one file.
        if [EPERM, ENOTTY, ENOSYS, EOPNOTSUPP].contains(-result) { isRefused.store(true, ordering: .relaxed) }
        if !isReported.exchange(true, ordering: .relaxed) {
            log(
                .debug,
                "A file is read through the daemon, as others may be: passthrough was refused (\(Errno(rawValue: -result)))"
            )
        }
        return 0
    }

    func close(_ backingID: Int32) {
        _ = clinux_fuse_backing_close(device.load(ordering: .relaxed), UInt32(bitPattern: backingID))
    }
}
