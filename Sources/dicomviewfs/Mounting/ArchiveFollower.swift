import Archive
import Foundation
import Logging
import Views

/// Keeps index and views in line with the archive while it is mounted, on a thread of its own.
///
/// Where the kernel tells what changes (inotify), single paths are looked at as they change, and their patients settle after the
/// settle time. Where it does not, or lost count, the whole archive is looked through: a `stat` for each file.
final class ArchiveFollower: Sendable {
    /// Seconds between two looks through an archive of which the kernel tells nothing, if nothing else is asked for.
    static let standardInterval = 300.0

    /// How many failures are kept.
    private static let unreadLimit = 1000

    fileprivate struct State {
        var wantsScan = false
        var wantsProfile = false
        var paths: Set<[UInt8]> = []
        var wantsSettling = false
        var isScanning = false
        /// What the last scan could not look into.
        var unread: [String] = []
        var isStopping = false
        var hasThread = false
        /// Seconds from the end of one scan to the next; nil where none is needed.
        var interval: Double?
        /// When the next scan is due, by the monotonic clock.
        var nextScan: Double?
    }

    fileprivate enum Job {
        case end
        case scan(readsProfile: Bool)
        case paths([[UInt8]])
        case settling
    }

    private let archive: OpenArchive
    private let schedule: SettlingSchedule
    private let cancellation: ScanCancellation
    private let logger: Logger
    private let readProfile: @Sendable () -> Void
    private let looked: @Sendable (_ paths: [[UInt8]]) -> Void
    private let scanned: @Sendable (_ isComplete: Bool) -> Void
    private let state: Monitor<State>
    private let watch: Lock<ArchiveWatch?>

    /// - Parameters:
    ///   - interval: Seconds between scans where the kernel tells nothing; 0 for never.
    ///   - readProfile: Called before a scan that `reload` asked for.
    ///   - looked: Called after each look at single paths.
    ///   - scanned: Called after each scan of the whole archive.
    init(
        _ archive: OpenArchive, schedule: SettlingSchedule, interval: Double, cancellation: ScanCancellation,
        logger: Logger, readProfile: @escaping @Sendable () -> Void,
        looked: @escaping @Sendable (_ paths: [[UInt8]]) -> Void,
        scanned: @escaping @Sendable (_ isComplete: Bool) -> Void
    ) {
        self.archive = archive
        self.schedule = schedule
        self.cancellation = cancellation
        self.logger = logger
        self.readProfile = readProfile
        self.looked = looked
        self.scanned = scanned
        watch = Lock(nil)
        let isWatched = ArchiveWatch.isPossible(archive.directory)
        var state = State()
        if !isWatched, interval > 0 { state.interval = interval }
        self.state = Monitor(state)
        guard isWatched else { return }
        let watch = ArchiveWatch(
            archive.directory,
            // What changed between the last scan and now was told by nobody.
            watching: { [weak self] in self?.scan() },
            changed: { [weak self] in self?.follow($0) },
            needsScan: { [weak self] in self?.met($0, interval: interval) })
        self.watch.withLock { $0 = watch }
    }

    /// True while the whole archive is looked through.
    var isScanning: Bool { state.change { $0.isScanning } }

    /// What the last look through the archive could not look into, and why.
    var unread: [String] { state.change { $0.unread } }

    func start() {
        state.change { $0.hasThread = true }
        let started = Threads.start { [self] in
            while perform(nextJob()) {}
            state.change { $0.hasThread = false }
        }
        if !started {
            state.change { $0.hasThread = false }
            logger.error("No thread to follow the archive's changes: mount again to see them")
        }
        if let watch = watch.withLock({ $0 }) {
            watch.start()
        } else {
            scan()
        }
    }

    /// Ends what is under way and waits for it.
    func stop() {
        watch.withLock { $0 }?.stop()
        cancellation.cancel()
        state.change { $0.isStopping = true }
        state.await { $0.hasThread ? nil : () }
    }

    /// Looks through the whole archive soon. Asked for again meanwhile, it is looked through once more.
    func scan() {
        state.change { $0.wantsScan = true }
    }

    /// As `scan`, reading the profile again before.
    func reload() {
        state.change { state in
            state.wantsScan = true
            state.wantsProfile = true
        }
    }

    /// Looks soon at what lies at `paths` beneath the archive's root.
    func follow(_ paths: [[UInt8]]) {
        state.change { $0.paths.formUnion(paths) }
    }

    /// Has all patients settled that are to be.
    func settleUnsettled() {
        state.change { $0.wantsSettling = true }
    }

    // MARK: The thread

    private func nextJob() -> Job {
        state.change { $0.isScanning = false }
        while true {
            if let job = state.await({ $0.takeJob() }, deadline: { $0.nextScan }) { return job }
        }
    }

    /// False at the end.
    private func perform(_ job: Job) -> Bool {
        switch job {
        case .end: return false
        case .scan(let readsProfile):
            if readsProfile { readProfile() }
            refresh()
            state.change { state in
                state.nextScan = state.interval.map { MonotonicClock.now() + $0 }
            }
        case .paths(let paths): look(at: paths)
        case .settling: settle()
        }
        return true
    }

    private func refresh() {
        SystemdNotification.send("STATUS=Scanning \(archive.directory.path)\n")
        var unsettled: [SettlingFailure] = []
        do {
            let report = try archive.refresh(cancellation: cancellation, progress: Silence())
            let scan = report.scan
            // Once each, not at every look.
            let before = Set(unread)
            for failure in scan.failures where !before.contains(failure) { logger.warning("\(failure)") }
            state.change { $0.unread = Array(scan.failures.prefix(Self.unreadLimit)) }
            unsettled = report.unsettled
            if scan.hasChanges {
                logger.notice("Archive changed: \(scan.added) files new, \(scan.changed) changed, \(scan.removed) gone")
            }
            // Folders that were opened to us since they were to be watched.
            watch.withLock { $0 }?.watchAgain()
            scanned(report.isComplete)
        } catch {
            if !cancellation.isCancelled { logger.error("\(Failure(error).message)") }
        }
        // Who could not be settled with all the others is tried again.
        if !cancellation.isCancelled { settle(butFailed: unsettled) }
        SystemdNotification.send("STATUS=Serving \(archive.directory.path)\n")
    }

    private func look(at paths: [[UInt8]]) {
        do {
            let (report, patients) = try archive.views.follow(paths: paths)
            let before = Set(unread)
            for failure in report.failures where !before.contains(failure) { logger.warning("\(failure)") }
            let looked = paths.map { archive.directory.displayPath($0) }
            state.change { state in
                state.unread.removeAll { failure in
                    looked.contains { failure.hasPrefix($0 + ": ") || failure.hasPrefix($0 + "/") }
                }
                state.unread = Array((state.unread + report.failures).prefix(Self.unreadLimit))
            }
            self.looked(paths)
            schedule.changed(patients)
        } catch {
            if !cancellation.isCancelled { logger.error("\(Failure(error).message)") }
        }
    }

    /// Has those settled who are not, later those who `failed` a moment ago.
    private func settle(butFailed failed: [SettlingFailure] = []) {
        do {
            let unsettled = try archive.views.unsettledPatients()
            schedule.settled(allBut: unsettled)
            let failures = SettlingFailure.texts(failed)
            // Once each, not at every look.
            let before = Set(schedule.status.failed.map(\.reason))
            for failure in failed where !before.contains(failures[failure.patient] ?? "") {
                logger.warning("\(failure)")
            }
            schedule.failed(failures)
            schedule.noticed(unsettled)
        } catch {
            logger.error("\(Failure(error).message)")
        }
    }

    /// The kernel cannot tell everything.
    private func met(_ gap: ArchiveWatch.Gap, interval: Double) {
        switch gap {
        case .overflow:
            logger.warning(
                "More changed at once than the kernel keeps (fs.inotify.max_queued_events): looking through all")
        case .watchLimit:
            logger.warning(
                "More folders than the kernel watches for this user: raise fs.inotify.max_user_watches. \(each(interval))"
            )
        case .refused(let errno):
            logger.warning(
                "The kernel does not tell what changes (\(String(cString: strerror(errno)))). \(each(interval))")
        }
        state.change { state in
            state.wantsScan = true
            if gap != .overflow, interval > 0 { state.interval = interval }
        }
    }

    private func each(_ interval: Double) -> String {
        interval > 0
            ? "The archive is looked through every \(Int(interval)) s"
            : "Send SIGHUP to have the archive looked through"
    }
}

extension ArchiveFollower.State {
    /// The next thing to do; nil while there is none.
    fileprivate mutating func takeJob() -> ArchiveFollower.Job? {
        if isStopping { return .end }
        if let nextScan, MonotonicClock.now() >= nextScan { wantsScan = true }
        if wantsScan {
            defer { (wantsScan, wantsProfile, nextScan) = (false, false, nil) }
            isScanning = true
            return .scan(readsProfile: wantsProfile)
        }
        if !paths.isEmpty {
            defer { paths = [] }
            return .paths(paths.sorted { $0.lexicographicallyPrecedes($1) })
        }
        guard wantsSettling else { return nil }
        wantsSettling = false
        return .settling
    }
}
