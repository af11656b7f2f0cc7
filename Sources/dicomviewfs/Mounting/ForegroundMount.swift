import Archive
import CLinux
import FUSE
import Foundation
import Logging
import Synchronization
import SystemPackage

/// Serves a mount from this process: what `mount --foreground` does, and what `mount` starts in the background.
struct ForegroundMount {
    var archive: String
    var mountpoint: String
    var settings: MountSettings
    var indexDirectory: String?
    /// Who waits for the mount to answer, if someone started this process for it.
    var reporter: MountReporter?

    private final class Stage: Sendable {
        let cancellation = ScanCancellation()
        let mounted = Mutex<MountedArchive?>(nil)

        func end() {
            cancellation.cancel()
            mounted.withLock { $0 }?.unmount()
        }
    }

    func run() throws {
        // A reader of our messages that goes away must not end the mount.
        signal(SIGPIPE, SIG_IGN)
        Descriptors.raiseLimit()
        let stage = Stage()
        // Before any other thread: they inherit the mask that leaves signals to this one.
        let signals = SignalThread([
            SIGTERM: { stage.end() },
            SIGINT: { stage.end() },
            SIGHUP: { stage.mounted.withLock { $0 }?.reload() },
        ])
        do {
            try serve(stage)
        } catch {
            let failure = Failure(error)
            guard let reporter else { throw failure }
            reporter.send(.failed(message: failure.message, exit: failure.exit.rawValue))
            throw failure
        }
        signals.stop()
    }

    /// How many failures of a scan are said one by one.
    private static let listed = 20

    private func serve(_ stage: Stage) throws {
        let place = try Mountpoint(FilePath(mountpoint))
        if try place.removeStaleMount() {
            StandardError.say("\(mountpoint): a dead mount was left there; removed it")
        }
        if place.mount?.type == "fuse.dicomviewfs" {
            throw Failure("\(mountpoint): an archive is mounted there already; unmount it first", .temporaryFailure)
        }
        try place.check()
        let options = settings.options
        let progress = SystemdProgress(reporter ?? ProgressDisplay())
        let indexDirectory = (indexDirectory ?? options.indexDirectory).map(absolute)
        try PathOverlap.refuse(archive: archive, mountpoint: place.path, index: indexDirectory)
        let (archive, report) = try opened(at: place.path, indexDirectory, stage, progress)
        // Until it is mounted whoever mounts is told; fusermount3 says why it refuses on stderr alone.
        let log = openLog(beside: archive)
        let logger = Logger(label: "dicomviewfs") { _ in LogLines() }
        if let reason = archive.index.rebuildReason { logger.notice("The index was made anew: \(reason)") }
        if let report {
            for failure in report.failures.prefix(Self.listed) { logger.warning("\(failure)") }
            if report.failures.count > Self.listed {
                logger.warning("and \(report.failures.count - Self.listed) more; `dicomviewfs status` names them")
            }
            guard report.isComplete else {
                throw Failure("interrupted; what was indexed is kept, the next mount goes on from there", .interrupted)
            }
        }
        let mounted = try MountedArchive(
            archive, at: mountpoint, settings: settings, logger: logger, logPath: log?.path)
        if let log {
            dup2(log.descriptor, STDERR_FILENO)
            close(log.descriptor)
        }
        stage.mounted.withLock { $0 = mounted }
        // A signal that came before there was anything to unmount.
        if stage.cancellation.isCancelled { mounted.unmount() }
        try mounted.serve(
            whenUnanswered: { [reporter, logger] (error: SessionError) in
                let failure = Failure(error)
                logger.error("\(failure.message)")
                reporter?.send(.failed(message: failure.message, exit: failure.exit.rawValue))
                stage.end()
            }
        ) { [reporter] in
            reporter?.send(.ready)
            SystemdNotification.send("READY=1\nSTATUS=Serving \(archive.directory.path)\nMAINPID=\(getpid())\n")
        }
        SystemdNotification.send("STOPPING=1\n")
        stage.mounted.withLock { $0 = nil }
        try archive.close()
    }

    /// The archive, in line with what is on disk if it is to be; nil for the report if that was left for later.
    private func opened(
        at mountpoint: String, _ indexDirectory: String?, _ stage: Stage, _ progress: any ProgressSink
    ) throws -> (OpenArchive, RefreshReport?) {
        try OpenArchive.open {
            try OpenArchive(
                path: archive, indexDirectory: indexDirectory, readers: SessionOptions().maximumThreads + 4,
                template: settings.template, progress: progress)
        } _: { archive in
            // Where the state directory is.
            try PathOverlap.refuse(index: archive.location.directory, mountpoint: mountpoint)
            guard try isToBeCompleted(archive, settings.options.indexing) else { return nil }
            return try archive.refresh(cancellation: stage.cancellation, progress: progress)
        }
    }

    /// Whether the index is brought in line before anything answers.
    private func isToBeCompleted(_ archive: OpenArchive, _ indexing: MountOptions.Indexing) throws -> Bool {
        switch indexing {
        case .background: false
        case .complete: true
        case .automatic: try !archive.isComplete
        }
    }

    /// A daemon started from a shell has nobody to talk to: its messages go to a file beside the index.
    private func openLog(beside archive: OpenArchive) -> (path: String, descriptor: Int32)? {
        guard reporter != nil else { return nil }
        // Keeps no directory busy that someone may want to unmount.
        _ = chdir("/")
        if Self.isJournal(STDERR_FILENO) { return nil }
        let path = "\(archive.location.directory)/mount.log"
        let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0o600)
        return file >= 0 ? (path, file) : nil
    }

    /// True if `descriptor` leads to the journal. The variable is inherited by whatever a service's process starts, so it names
    /// the device and inode of what was meant (systemd.exec(5)).
    private static func isJournal(_ descriptor: Int32) -> Bool {
        var facts = stat()
        guard let stream = ProcessInfo.processInfo.environment["JOURNAL_STREAM"], fstat(descriptor, &facts) == 0 else {
            return false
        }
        return stream == "\(facts.st_dev):\(facts.st_ino)"
    }
}
