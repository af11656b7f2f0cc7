import Archive
import FUSE
import Foundation
import Logging
import Synchronization
import SystemPackage

/// Serves a mount from this process: what `mount --foreground` does, and what `mount` starts in the background.
struct ForegroundMount {
    var archive: String
    var mountpoint: String
    var options: MountOptions
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
        let stage = Stage()
        // Before any other thread: they inherit the mask that leaves signals to this one.
        let signals = SignalThread([
            SIGTERM: { stage.end() },
            SIGINT: { stage.end() },
            SIGHUP: { stage.mounted.withLock { $0 }?.refresh() },
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

    private func serve(_ stage: Stage) throws {
        let place = try Mountpoint(FilePath(mountpoint))
        if try place.removeStaleMount() {
            StandardError.write("dicomviewfs: \(mountpoint): a dead mount was left there; removed it\n")
        }
        try place.check()
        let threads = SessionOptions().maximumThreads
        let archive = try OpenArchive(path: archive, indexDirectory: indexDirectory, readers: threads + 4)
        try archive.directory.refuseOverlap(withMountpoint: place.path)
        let logPath = redirectMessages(beside: archive)
        var logger = Logger(label: "dicomviewfs") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = .notice
        if let reason = archive.index.rebuildReason { logger.notice("The index was made anew: \(reason)") }
        if !options.indexesInBackground {
            let progress: any ProgressSink = reporter ?? ProgressDisplay()
            let report = try archive.refresh(cancellation: stage.cancellation, progress: progress)
            for failure in report.scan.failures { logger.warning("\(failure)") }
            guard report.isComplete else {
                throw Failure("interrupted; what was indexed is kept, the next mount goes on from there", .interrupted)
            }
        }
        let mounted = try MountedArchive(
            archive, at: mountpoint, options: options, readOnly: true, logger: logger, logPath: logPath)
        stage.mounted.withLock { $0 = mounted }
        // A signal that came before there was anything to unmount.
        if stage.cancellation.isCancelled { mounted.unmount() }
        let (reporter, refreshes) = (reporter, options.indexesInBackground)
        try mounted.serve {
            reporter?.send(.ready)
            SystemdNotification.send("READY=1\nSTATUS=Serving \(archive.directory.path)\nMAINPID=\(getpid())\n")
            if refreshes { mounted.refresh() }
        }
        SystemdNotification.send("STOPPING=1\n")
        stage.mounted.withLock { $0 = nil }
        try archive.close()
    }

    /// A daemon started from a shell has nobody to talk to: its messages go to a file beside the index.
    private func redirectMessages(beside archive: OpenArchive) -> String? {
        guard reporter != nil, ProcessInfo.processInfo.environment["JOURNAL_STREAM"] == nil else { return nil }
        let path = "\(archive.location.directory)/mount.log"
        let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else { return nil }
        dup2(file, STDERR_FILENO)
        close(file)
        // Keeps no directory busy that someone may want to unmount.
        _ = chdir("/")
        return path
    }
}
