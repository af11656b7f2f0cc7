internal import Glibc

/// Notices by inotify(7) what changes in the archive while it is mounted.
///
/// Every directory is watched. A path is told when it has come to rest: at once when a writer closed it, or it was renamed or
/// removed; otherwise when nothing happened to it for a while, for links, truncate(2) and writers that leave nothing to see.
/// Where the kernel cannot say all, `needsScan` is told, and the archive must be looked through.
public final class ArchiveWatch: Sendable {
    /// Why the archive must be looked through.
    public enum Gap: Sendable, Equatable {
        /// There are more directories than the kernel lets this user watch (fs.inotify.max_user_watches): what changes in the
        /// rest is never told.
        case watchLimit
        /// More happened at once than the kernel keeps (fs.inotify.max_queued_events).
        case overflow
        /// The kernel refused; the system's error number.
        case refused(errno: Int32)
    }

    private let archive: ArchiveDirectory
    private let changed: @Sendable ([[UInt8]]) -> Void
    private let needsScan: @Sendable (Gap) -> Void
    private let watching: @Sendable () -> Void
    /// The two ends of a pipe, by which the thread is told what to do.
    private let orders: Int32
    private let orderer: Int32

    private enum Order: UInt8 {
        case stop
        case watchAgain
    }
    private let isRunning = Monitor(false)

    /// - Parameters:
    ///   - watching: Called once when all directories are watched: what is looked through from then on is not missed.
    ///   - changed: Called with paths beneath the root at which something came, changed or went: files, or directories with
    ///     all below them.
    ///   - needsScan: Called when something may have changed unseen; after `.overflow` watching goes on.
    public init(
        _ archive: ArchiveDirectory, watching: @escaping @Sendable () -> Void,
        changed: @escaping @Sendable ([[UInt8]]) -> Void, needsScan: @escaping @Sendable (Gap) -> Void
    ) {
        self.archive = archive
        self.watching = watching
        self.changed = changed
        self.needsScan = needsScan
        var ends: [Int32] = [-1, -1]
        if pipe(&ends) == 0 { for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) } }
        (orders, orderer) = (ends[0], ends[1])
        _ = fcntl(orders, F_SETFL, O_NONBLOCK)
        // One that is full already says what is to be said.
        _ = fcntl(orderer, F_SETFL, O_NONBLOCK)
    }

    deinit {
        close(orders)
        close(orderer)
    }

    /// True if the kernel sees what changes in the archive: not where another machine or program answers for it.
    public static func isPossible(_ archive: ArchiveDirectory) -> Bool {
        IndexLocation.isLocal(archive.descriptor)
    }

    /// Watches on a thread of its own until `stop`.
    public func start() {
        isRunning.change { $0 = true }
        let started = Threads.start { [self] in
            run()
            isRunning.change { $0 = false }
        }
        if !started { isRunning.change { $0 = false } }
    }

    /// Ends the thread, and waits for it.
    public func stop() {
        give(.stop)
        isRunning.await { $0 ? nil : () }
    }

    /// Watches directories that could not be watched before and can be now, as after a scan that came by them.
    public func watchAgain() {
        give(.watchAgain)
    }

    private func give(_ order: Order) {
        var byte = order.rawValue
        _ = write(orderer, &byte, 1)
    }

    private func run() {
        var watches = WatchedDirectories(archive)
        guard watches.isOpen else { return needsScan(.refused(errno: watches.failure ?? EMFILE)) }
        let restart = { (watches: inout WatchedDirectories) in
            watches.watch(below: [])
            if let failure = watches.failure {
                self.needsScan(failure == ENOSPC ? .watchLimit : .refused(errno: failure))
                watches.failure = nil
            }
        }
        restart(&watches)
        watching()
        var resting = RestingPaths()
        while let isToWatchAgain = wait(for: watches.descriptor, until: resting.nextTime) {
            let now = MonotonicClock.now()
            if isToWatchAgain { for path in watches.watchAgain() { resting.ended(path, at: now) } }
            watches.takeEvents { watches, event in
                switch event {
                case .overflow:
                    needsScan(.overflow)
                    // Directories may have come unseen.
                    restart(&watches)
                case .touched(let path): resting.touched(path, at: now)
                case .ended(let path): resting.ended(path, at: now)
                case .directory(let path):
                    watches.watch(below: path)
                    resting.ended(path, at: now)
                }
            }
            if let failure = watches.failure {
                needsScan(failure == ENOSPC ? .watchLimit : .refused(errno: failure))
                watches.failure = nil
            }
            let due = resting.takeDue(at: MonotonicClock.now())
            if !due.isEmpty { changed(due) }
        }
    }

    /// Waits for events and orders, or until `time`. Nil when it is to stop; else whether it is to watch again.
    private func wait(for descriptor: Int32, until time: Double?) -> Bool? {
        var polled = [
            pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0),
            pollfd(fd: orders, events: Int16(POLLIN), revents: 0),
        ]
        let timeout =
            time.map { Int32(max(0, min(3_600_000, (($0 - MonotonicClock.now()) * 1000).rounded(.up)))) } ?? -1
        _ = poll(&polled, 2, timeout)
        guard polled[1].revents != 0 else { return false }
        var given = [UInt8](repeating: 0, count: 64)
        let count = read(orders, &given, given.count)
        guard count > 0, !given[..<count].contains(Order.stop.rawValue) else { return nil }
        return true
    }
}
