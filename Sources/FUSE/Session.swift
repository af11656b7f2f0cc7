import CFuse
import Glibc
public import SystemPackage
public import VFS

/// One file system, served at one mountpoint through libfuse. It is mounted, run and unmounted once, in this order.
///
/// Everything here is synchronous: `run` takes the calling thread, and libfuse's workers are plain threads that may block.
public final class Session: Sendable {
    enum Phase {
        case new, mounted, running, ended
    }

    struct State {
        var phase = Phase.new
        /// libfuse's session, from `mount` until `run` ends.
        var handle: OpaquePointer?
        /// The mount as the kernel lists it.
        var mount: MountTableEntry?
    }

    /// Where it is mounted.
    public let mountpoint: Mountpoint
    let server: Server
    let changes: Notifier
    let log: MessageSink
    let state = Lock(State())

    /// Prepares to serve `fileSystem`; nothing is mounted yet.
    /// - throws: `.mountpointMissing`, `.mountpointInaccessible`.
    public init(
        fileSystem: any FileSystem, mountpoint: FilePath, options: SessionOptions = SessionOptions(),
        log: @escaping MessageSink = { _, _ in }
    ) throws(SessionError) {
        self.mountpoint = try Mountpoint(mountpoint)
        self.log = log
        server = Server(fileSystem: fileSystem, options: options, log: log)
        changes = Notifier(server, log: log)
    }

    deinit {
        // Mounted but never run.
        state.withLock { state in
            guard let handle = state.handle else { return }
            fuse_session_unmount(handle)
            fuse_session_destroy(handle)
        }
    }

    /// Whom to tell of changes. Good for the life of the session; before and after it runs nobody needs to know.
    public var notifier: any ChangeNotifier { changes }

    /// Counts and latencies of the operations since the mount.
    public var statistics: OperationStatistics { server.statistics }

    /// Waits until the kernel knows of all changes that the notifier was told of, at most `seconds`.
    @discardableResult
    public func waitUntilNotified(atMost seconds: Double) -> Bool {
        changes.waitUntilDelivered(atMost: seconds)
    }

    /// Serves requests until the file system is unmounted, by whomever. `whenReady` is called once, on another thread, when the
    /// mounted root has answered; `whenUnanswered` instead if it cannot be told that it does. It is served in any case.
    /// - throws: `.wrongPhase`; `.interrupted` if serving ended for another reason than unmounting.
    public func run(
        whenReady: @escaping @Sendable () -> Void = {},
        whenUnanswered: @escaping @Sendable (SessionError) -> Void = { _ in }
    ) throws(SessionError) {
        // At once: a session that is unmounted between the two would be gone.
        let handle = state.withLock { state -> OpaquePointer? in
            guard state.phase == .mounted else { return nil }
            state.phase = .running
            return state.handle
        }
        guard let handle else { throw SessionError(.wrongPhase, at: mountpoint.path) }
        changes.start(handle)
        prepareWhenAnswering(whenReady, whenUnanswered)

        let watch = server.readingTurn.start()
        let configuration = fuse_loop_cfg_create()
        let threads = UInt32(clamping: max(1, server.options.maximumThreads))
        fuse_loop_cfg_set_max_threads(configuration, threads)
        // As many: workers that come and go cost more than those that sleep.
        fuse_loop_cfg_set_idle_threads(configuration, threads)
        fuse_loop_cfg_set_clone_fd(configuration, 0)
        let result = cfuse_session_loop_mt(handle, configuration)
        fuse_loop_cfg_destroy(configuration)
        server.readingTurn.stop(watch)

        changes.stop()
        fuse_session_unmount(handle)
        detachAbortedMount()
        state.withLock { $0.handle = nil }
        fuse_session_destroy(handle)
        server.openFiles.releaseAll()
        state.announce { $0.phase = .ended }
        if result < 0 { throw SessionError(.interrupted(Errno(rawValue: -result)), at: mountpoint.path) }
    }

    /// Waits on a thread of its own until the root answers, which is when INIT is done, and raises the read-ahead then.
    private func prepareWhenAnswering(
        _ whenReady: @escaping @Sendable () -> Void, _ whenUnanswered: @escaping @Sendable (SessionError) -> Void
    ) {
        let mount = state.withLock { $0.mount }
        let path = mountpoint.path
        let kibibytes = server.options.readAheadKiB
        let log = log
        let thread = Thread.start(named: "readiness") {
            var status = stat()
            guard stat(path, &status) == 0 else {
                whenUnanswered(SessionError(.mountpointInaccessible(Errno(rawValue: errno)), at: path))
                return
            }
            if let mount {
                // Unmounted meanwhile: what answered is what lay below.
                let device = makeDevice(mount)
                guard status.st_dev == device else {
                    whenUnanswered(SessionError(.notMounted, at: path))
                    return
                }
                if kibibytes > 0,
                    !ReadAhead.raise(to: kibibytes, deviceMajor: mount.deviceMajor, deviceMinor: mount.deviceMinor)
                {
                    log(.debug, "The read-ahead of \(path) could not be raised")
                }
            }
            whenReady()
        }
        guard let thread else {
            whenUnanswered(SessionError(.interrupted(Errno(rawValue: EAGAIN)), at: path))
            return
        }
        thread.detach()
    }

    /// After an aborted connection libfuse leaves a dead mount.
    private func detachAbortedMount() {
        guard let mount = state.withLock({ $0.mount }), mountpoint.mount == mount else { return }
        do throws(SessionError) {
            try mountpoint.unmount(lazily: true)
        } catch {
            log(.warning, error.description)
        }
    }
}

/// The device number as stat(2) has it (makedev(3)).
private func makeDevice(_ mount: MountTableEntry) -> dev_t {
    let major = UInt64(mount.deviceMajor)
    let minor = UInt64(mount.deviceMinor)
    let low = (minor & 0xff) | ((major & 0xfff) << 8)
    let high = ((minor & ~0xff) << 12) | ((major & ~0xfff) << 32)
    return dev_t(low | high)
}
