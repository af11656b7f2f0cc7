import Archive
import Foundation
import Synchronization
import Views

/// Imports files into an archive that is not mounted, by the same way as the drop box: judged, copied to the staging area, put at
/// their place, made durable, indexed. What is given is only read.
final class ImportRun: Sendable {
    private let archive: OpenArchive
    private let imports: InstanceImport
    private let cancellation: ScanCancellation
    private let display: any ProgressSink
    /// Of staged files; they have no names.
    private let nextID = Atomic(StagingArea.firstUnnamedID)
    private let state: Mutex<State>
    private let lock: IndexLock

    private struct State {
        var report: ImportReport
        var bytesDone: UInt64 = 0
        /// What ends the run: the archive cannot be written to.
        var failure: Failure?
    }

    /// - Throws: `IndexError.locked` if somebody else imports into the archive.
    init(_ archive: OpenArchive, cancellation: ScanCancellation, display: any ProgressSink) throws {
        guard archive.directory.isWritable else {
            throw Failure("\(archive.directory.path): nothing can be written there", .cannotCreate)
        }
        self.archive = archive
        self.cancellation = cancellation
        self.display = display
        lock = try IndexLock(path: ImportJournal.lockPath(archive.directory))
        let staging = try StagingArea(archive.directory)
        try staging.removeUnnamed()
        imports = InstanceImport(staging: staging, index: archive.index, views: archive.views, schedule: nil)
        state = Mutex(State(report: ImportReport(archive: archive.directory.path)))
    }

    /// Imports all of them. What was stored stays stored if it is cancelled.
    func run(_ given: GivenFiles) throws -> ImportReport {
        let start = ProcessInfo.processInfo.systemUptime
        var (files, bytes) = (0, UInt64(0))
        try given.visit { item in
            if cancellation.isCancelled { throw Failure("interrupted; nothing was imported", .interrupted) }
            guard case .files(let found) = item else { return }
            files += found.count
            bytes += found.reduce(0) { $0 + $1.size }
            display.show(Progress(stage: "Looking", fraction: nil, detail: Counted.files(files)))
        }
        try given.visit { item in
            switch item {
            case .files(let found): try take(found, of: files, bytes, since: start)
            case .leftOut(let count): state.withLock { $0.report.leftOut += count }
            case .unreadable(let path, let reason): state.withLock { $0.report.add(unreadable: path, reason) }
            }
        }
        display.end()
        return state.withLock { state in
            state.report.seconds = ProcessInfo.processInfo.systemUptime - start
            state.report.notStored.sort { $0.path < $1.path }
            return state.report
        }
    }

    private func take(
        _ files: [(path: String, size: UInt64)], of total: Int, _ totalBytes: UInt64, since start: Double
    ) throws {
        DispatchQueue.concurrentPerform(iterations: files.count) { index in
            if cancellation.isCancelled { return }
            let (path, size) = files[index]
            do {
                let verdict = try take(path)
                state.withLock { $0.report.add(verdict, path, size: size, archive.directory) }
            } catch let error as SourceError {
                state.withLock { state in
                    state.report.files += 1
                    state.report.add(unreadable: path, error.message)
                }
            } catch {
                state.withLock { if $0.failure == nil { $0.failure = Failure(error) } }
                cancellation.cancel()
            }
            let (done, bytesDone) = state.withLock { state in
                state.bytesDone += size
                return (state.report.files, state.bytesDone)
            }
            show(done, of: total, bytesDone, of: totalBytes, since: start)
        }
        let (failure, done) = state.withLock { ($0.failure, $0.report.stored) }
        if let failure { throw failure }
        if cancellation.isCancelled {
            throw Failure("interrupted; \(Counted.files(done)) stored, run it again to go on", .interrupted)
        }
    }

    private func show(
        _ files: Int, of total: Int, _ bytes: UInt64, of totalBytes: UInt64, since start: Double
    ) {
        let fraction = totalBytes > 0 ? min(1, Double(bytes) / Double(totalBytes)) : 1
        let elapsed = max(0.001, ProcessInfo.processInfo.systemUptime - start)
        var detail = "\(files) of \(total) files, \(Progress.decimal(Double(bytes) / 1e6 / elapsed)) MB/s"
        if fraction > 0.01, fraction < 1 { detail += ", \(Progress.duration(elapsed / fraction - elapsed)) left" }
        display.show(Progress(stage: "Importing", fraction: fraction, detail: detail))
    }

    /// A fault of one file that was given, which leaves the others as they are.
    private struct SourceError: Error {
        var message: String
    }

    private func take(_ path: String) throws -> ImportVerdict {
        let source: Descriptor
        do {
            source = try StagingArea.open(externalPath: path)
            // Nothing is copied that is not to be stored.
            if let verdict = try imports.examine(source, path: path) { return verdict }
        } catch ImportError.system(path, let errno) {
            throw SourceError(message: systemMessage(errno))
        }
        let id = nextID.wrappingAdd(1, ordering: .relaxed).oldValue
        do {
            let verdict = try store(source, id)
            if verdict.outcome != .stored { imports.staging.remove(id, from: .staging) }
            return verdict
        } catch {
            imports.staging.remove(id, from: .staging)
            throw error
        }
    }

    private func store(_ source: Descriptor, _ id: UInt64) throws -> ImportVerdict {
        let staged = try copy(source, id)
        guard let verdict = try imports.take(id, staged) else {
            throw SourceError(message: "changed while it was read")
        }
        return verdict
    }

    private func copy(_ source: Descriptor, _ id: UInt64) throws -> Descriptor {
        do {
            return try imports.staging.copy(source, to: id)
        } catch ImportError.system(_, EIO) {
            // A bad disc; of the archive's file system the next file will tell.
            throw SourceError(message: systemMessage(EIO))
        }
    }
}
