import Archive
import FUSE
import Foundation
import Logging
import Synchronization
import SystemPackage
import VFS
import ViewTree
import Views

/// One archive, mounted and served by this process until it is unmounted.
final class MountedArchive: Sendable {
    let archive: OpenArchive
    let session: Session
    private let logger: Logger
    private let logPath: String?
    private let cancellation = ScanCancellation()

    private let settings: Mutex<MountSettings>
    private let fileSystem: ViewTreeFileSystem
    private let schedule: SettlingSchedule
    private let live: LiveImport?
    private let follower: ArchiveFollower
    private let isRecovered = Mutex(false)
    private let messages = RepeatedMessages()
    /// Why the index could not be read, the last time that it could not.
    private let indexFault = Mutex<String?>(nil)

    /// Mounts; nothing answers before `serve`.
    init(
        _ archive: OpenArchive, at mountpoint: String, settings: MountSettings, logger: Logger, logPath: String?
    ) throws {
        let options = settings.options
        self.archive = archive
        self.settings = Mutex(settings)
        self.logger = logger
        self.logPath = logPath
        let link = Link()
        fileSystem = ViewTreeFileSystem(
            index: archive.index, views: archive.views, archivePath: archive.directory.path,
            ownership: options.ownership, inodeNumbers: options.inode32 ? .folded : .full, shownViews: options.views,
            listsHidden: options.listHidden,
            control: { file in link.mounted.withLock { $0.value }?.content(of: file) ?? .bytes([]) },
            onFailure: { error in link.mounted.withLock { $0.value }?.met(error) })
        let settling = PatientSettling(views: archive.views, cancellation: cancellation) { [messages] message in
            if messages.isNew(message) { logger.warning("\(message)") }
        }
        schedule = SettlingSchedule(settleTime: options.settleTime) { settling.settle($0) }
        archive.views.whenHeaderIsNotKept { [messages] error in
            let message = "\(error); until then what is read is derived each time"
            if messages.isNew(message) { logger.warning("\(message)") }
        }
        live = try Self.live(archive, schedule, options, logger, link)
        follower = ArchiveFollower(
            archive, schedule: schedule, interval: options.rescanInterval, cancellation: cancellation, logger: logger,
            readProfile: { link.mounted.withLock { $0.value }?.reread() },
            looked: { paths in link.mounted.withLock { $0.value }?.live?.box.archiveChanged(at: paths) },
            scanned: { if $0 { link.mounted.withLock { $0.value }?.scanned() } })
        let served: any FileSystem =
            if let live { WritableViewTree(views: fileSystem, box: live.box) } else { fileSystem }
        var sessionOptions = SessionOptions()
        sessionOptions.allowOther = options.allowOther
        sessionOptions.readOnly = live == nil
        sessionOptions.fsname = archive.directory.path
        sessionOptions.mountOptions = options.generic
        sessionOptions.extendedAttributes = options.extendedAttributes
        sessionOptions.passthrough = options.passthrough
        session = try Session(
            fileSystem: served, mountpoint: FilePath(mountpoint), options: sessionOptions
        ) { level, message in
            logger.log(level: Logger.Level(level), "\(message)")
        }
        link.mounted.withLock { $0.value = self }
        try session.mount()
        archive.tree.announce(to: fileSystem.notifier(telling: session.notifier))
    }

    /// With an index that does not know the archive yet, what is there already could be stored once more.
    private func scanned() {
        let isFirst = isRecovered.withLock { isRecovered in
            defer { isRecovered = true }
            return !isRecovered
        }
        if isFirst { live?.recover() }
        live?.box.archiveChanged(at: nil)
    }

    /// What makes the mount writable; nil if it was not wanted or cannot be.
    private static func live(
        _ archive: OpenArchive, _ schedule: SettlingSchedule, _ options: MountOptions, _ logger: Logger, _ link: Link
    ) throws -> LiveImport? {
        guard !options.readOnly, archive.directory.isWritable else { return nil }
        do {
            return try LiveImport(
                archive, schedule: schedule, options: options,
                notifier: { link.mounted.withLock { $0.value }?.session.notifier }, log: { logger.warning("\($0)") })
        } catch IndexError.locked(let path, let pid) {
            let holder = pid.map { "process \($0)" } ?? "another process"
            logger.warning("\(path): \(holder) imports into this archive: this mount is read-only")
            return nil
        }
    }

    /// What the file system needs of this, which needs the file system.
    private final class Link: Sendable {
        struct Weak {
            weak var value: MountedArchive?
        }
        let mounted = Mutex(Weak())
    }

    /// Serves until unmounted. `whenReady` is called when the root has answered.
    func serve(
        whenUnanswered: @escaping @Sendable (SessionError) -> Void, whenReady: @escaping @Sendable () -> Void
    ) throws {
        defer {
            live?.stop()
            follower.stop()
            schedule.stop()
        }
        try session.run(
            whenReady: { [self] in
                schedule.start()
                follower.start()
                whenReady()
            }, whenUnanswered: whenUnanswered)
    }

    /// Unmounts in bounded time. If even aborting the connection does not end it, the process ends here.
    func unmount() {
        cancellation.cancel()
        do throws(SessionError) {
            if try session.unmount(within: 10) { return }
            logger.error("\(session.mountpoint.path): operations under way do not end; leaving them")
            exit(ProgramExit.temporaryFailure.rawValue)
        } catch {
            logger.error("\(error)")
        }
    }

    // MARK: - Following the archive

    /// Reads the profile again, follows what it says of names and views, and looks through the archive. A profile that is
    /// wrong changes nothing.
    func reload() {
        follower.reload()
    }

    private func reread() {
        do {
            let old = settings.withLock { $0 }
            guard old.profile != nil else { return }
            let new = try old.reread()
            if new.template != old.template {
                try archive.use(new.template)
                logger.notice("The trees are named anew, by \(new.profile ?? "")")
            }
            fileSystem.show(new.options.views)
            for view in new.options.views.symmetricDifference(old.options.views) {
                session.notifier.entriesChanged(in: .root, names: [Array(TreeName.name(of: view).utf8)])
            }
            if !new.options.isSame(as: old.options) {
                logger.notice("The profile says other than names and views too: that holds from the next mount on")
            }
            settings.withLock { $0 = new }
        } catch {
            logger.error("The profile was not followed: \(Failure(error).message)")
        }
    }

    /// Says what a reader met, and has it mended where that can be.
    private func met(_ error: ViewError) {
        if messages.isNew("\(error)") { logger.warning("\(error)") }
        switch error {
        case .sourceChanged(let path):
            // A name that is not UTF-8 is displayed otherwise than it is.
            let root = archive.directory.path + "/"
            if path.hasPrefix(root), !path.contains("\u{FFFD}") {
                follower.follow([Array(path.utf8.dropFirst(root.utf8.count))])
            } else {
                follower.scan()
            }
        case .unsettled, .inconsistent: follower.settleUnsettled()
        case .index(let error):
            // The journal of dropped names speaks for itself.
            if error.path != live?.journal.path { indexFault.withLock { $0 = "\(error)" } }
        case .sourceUnreadable, .sourceTooShort, .notFound, .synthesis, .notExtractable: break
        }
    }

    // MARK: - Status

    /// What a file of `.dicomviewfs/` holds now.
    private func content(of file: ControlFile) -> ControlContent {
        do {
            switch file {
            case .status: return .bytes(Array(try status().json()))
            case .metrics: return .bytes(metrics().bytes)
            case .pid: return .bytes(Array("\(getpid())\n".utf8))
            case .unconverted:
                return .pages(UnconvertedTable(index: archive.index, archive: archive.directory))
            case .imports:
                return .pages(
                    ImportsTable(
                        journal: live?.journal, index: archive.index, archive: archive.directory,
                        waiting: { [live] in live?.box.reasonWaiting($0) }))
            }
        } catch {
            report(error)
            return .bytes([])
        }
    }

    /// Says once in a while what keeps coming back: control files are read every few seconds.
    private func report(_ error: any Error) {
        let message = Failure(error).message
        if messages.isNew(message) { logger.error("\(message)") }
    }

    /// What the index says; of one that cannot be read, why.
    private func readStatus() -> StatusReport {
        do {
            var report = try StatusReport(archive)
            let failed = schedule.status.failed
            report.unsettled = try archive.index.read { (snapshot) throws(IndexError) in
                try StatusReport.Unsettled.all(snapshot, failed)
            }
            report.fault = indexFault.withLock { $0 }
            return report
        } catch {
            self.report(error)
            return StatusReport(archive, fault: Failure(error).message)
        }
    }

    private func status() throws -> StatusReport {
        var report = readStatus()
        if let live {
            do {
                report.imports = try StatusReport.Imports(
                    live.journal, archive.directory, sinceMount: live.outcomeCounts)
                let waiting = live.box.waitingCounts
                report.imports?.waitingForScan = waiting.forFirstScan
                report.imports?.waitingForRoom = waiting.forRoom
            } catch {
                self.report(error)
                report.importFault = Failure(error).message
            }
        }
        report.mount = mount()
        for operation in Operation.allCases {
            report.operations["\(operation)"] = StatusReport.Operation(session.statistics[operation])
        }
        return report
    }

    private func mount() -> StatusReport.Mount {
        let statistics = session.statistics
        return StatusReport.Mount(
            mountpoint: session.mountpoint.path, pid: getpid(), bytesRead: statistics.bytesRead,
            bytesWritten: statistics.bytesWritten, opensPassedThrough: statistics.opensPassedThrough,
            headerBytesInMemory: archive.views.headerBytesInMemory, openSources: archive.views.openSourceCount,
            log: logPath, unread: follower.unread, isScanning: follower.isScanning,
            settling: StatusReport.Settling(schedule.status))
    }

    /// What can be told: of an index or a journal that cannot be read nothing is, and the log says why.
    private func metrics() -> Metrics {
        var metrics = Metrics()
        do { try metrics.add(archive) } catch { report(error) }
        metrics.add(mount())
        metrics.add(unsettled: schedule.status.failed.count)
        if let live {
            do { try metrics.add(imports: live.journal, sinceMount: live.outcomeCounts) } catch { report(error) }
        }
        metrics.add(session.statistics)
        return metrics
    }
}

extension Logger.Level {
    fileprivate init(_ level: MessageLevel) {
        switch level {
        case .error: self = .error
        case .warning: self = .warning
        case .notice: self = .notice
        case .debug: self = .debug
        @unknown default: self = .notice
        }
    }
}
