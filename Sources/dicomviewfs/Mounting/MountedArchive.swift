import Archive
import FUSE
import Foundation
import Logging
import Synchronization
import SystemPackage
import ViewTree
import Views

/// One archive, mounted and served by this process until it is unmounted.
final class MountedArchive: Sendable {
    let archive: OpenArchive
    let session: Session
    private let logger: Logger
    private let logPath: String?
    private let cancellation = ScanCancellation()

    private struct Refreshing {
        var isRunning = false
        /// Asked for while one was running.
        var isWanted = false
    }

    private let refreshing = Mutex(Refreshing())

    /// Mounts; nothing answers before `serve`.
    init(
        _ archive: OpenArchive, at mountpoint: String, options: MountOptions, readOnly: Bool, logger: Logger,
        logPath: String?
    ) throws {
        self.archive = archive
        self.logger = logger
        self.logPath = logPath
        let link = Link()
        let fileSystem = ViewTreeFileSystem(
            index: archive.index, views: archive.views, archivePath: archive.directory.path,
            ownership: options.ownership,
            status: { link.mounted.withLock { $0.value }?.status() ?? [] },
            onFailure: { error in link.mounted.withLock { $0.value }?.met(error) })
        var sessionOptions = SessionOptions()
        sessionOptions.allowOther = options.allowOther
        sessionOptions.readOnly = true
        sessionOptions.fsname = archive.directory.path
        sessionOptions.mountOptions = options.generic
        sessionOptions.passthrough = options.passthrough
        session = try Session(
            fileSystem: fileSystem, mountpoint: FilePath(mountpoint), options: sessionOptions
        ) { level, message in
            logger.log(level: Logger.Level(level), "\(message)")
        }
        link.mounted.withLock { $0.value = self }
        try session.mount()
        archive.tree.startRecording()
    }

    /// What the file system needs of this, which needs the file system.
    private final class Link: Sendable {
        struct Weak {
            weak var value: MountedArchive?
        }
        let mounted = Mutex(Weak())
    }

    /// Serves until unmounted. `whenReady` is called when the root has answered.
    func serve(whenReady: @escaping @Sendable () -> Void) throws {
        try session.run(whenReady: whenReady)
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

    /// Looks through the archive on a thread of its own, and tells the kernel what has changed. Asked for again while it
    /// runs, it runs once more.
    func refresh() {
        let starts = refreshing.withLock { state in
            state.isWanted = true
            defer { state.isRunning = true }
            return !state.isRunning
        }
        guard starts else { return }
        let thread = Thread { [self] in
            while refreshing.withLock({ state in
                defer { state.isWanted = false }
                state.isRunning = state.isWanted
                return state.isWanted
            }) { refreshOnce() }
        }
        thread.name = "refresh"
        thread.start()
    }

    private func refreshOnce() {
        SystemdNotification.send("STATUS=Scanning \(archive.directory.path)\n")
        do {
            let report = try archive.refresh(cancellation: cancellation, progress: Silence())
            archive.tree.takeChanges().deliver(to: session.notifier)
            for failure in report.scan.failures { logger.warning("\(failure)") }
            let scan = report.scan
            if scan.hasChanges {
                logger.notice("Archive changed: \(scan.added) files new, \(scan.changed) changed, \(scan.removed) gone")
            }
        } catch {
            // What was committed before it is true all the same.
            archive.tree.takeChanges().deliver(to: session.notifier)
            if !cancellation.isCancelled { logger.error("\(Failure(error).message)") }
        }
        SystemdNotification.send("STATUS=Serving \(archive.directory.path)\n")
    }

    private struct Silence: ProgressSink {
        func show(_ progress: Progress) {}
        func end() {}
    }

    private func met(_ error: ViewError) {
        logger.warning("\(error)")
        switch error {
        case .sourceChanged, .inconsistent: refresh()
        case .sourceUnreadable, .sourceTooShort, .notFound, .synthesis, .index: break
        }
    }

    // MARK: - Status

    private func status() -> [UInt8] {
        do {
            var report = try StatusReport(archive)
            let statistics = session.statistics
            report.mount = StatusReport.Mount(
                mountpoint: session.mountpoint.path, pid: getpid(), bytesRead: statistics.bytesRead,
                opensPassedThrough: statistics.opensPassedThrough,
                headerBytesInMemory: archive.views.headerBytesInMemory, openSources: archive.views.openSourceCount,
                log: logPath, isScanning: refreshing.withLock { $0.isRunning })
            for operation in Operation.allCases {
                let summary = statistics[operation]
                report.operations["\(operation)"] = StatusReport.Operation(
                    count: summary.count, failures: summary.failures,
                    meanMicroseconds: Double(summary.nanoseconds) / 1000 / Double(max(1, summary.count)),
                    latencies: summary.latencies)
            }
            return try Array(report.json())
        } catch {
            logger.error("\(Failure(error).message)")
            return []
        }
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
