import Archive
import Conversion
import Foundation
import ViewTree
import Views

/// An archive with its index and its views, held by this process alone.
final class OpenArchive: Sendable {
    let directory: ArchiveDirectory
    let location: IndexLocation
    let index: IndexStore
    let views: ArchiveViews
    let tree: TreeWriter
    private let lock: IndexLock

    /// - Parameters:
    ///   - indexDirectory: Where the index goes instead of its usual place.
    ///   - readers: How many threads read the index at once.
    ///   - template: How paths are made; nil leaves them as the index has them.
    init(
        path: String, indexDirectory: String?, readers: Int, template: NameTemplate? = nil,
        progress: any ProgressSink = Silence()
    ) throws {
        // Before anything is written.
        if let indexDirectory { try PathOverlap.refuse(index: indexDirectory, archive: path) }
        directory = try ArchiveDirectory(path: path, ruleset: Ruleset.id)
        guard directory.identity.ruleset == Ruleset.id else {
            throw Failure(
                "\(directory.path): its views follow ruleset \(directory.identity.ruleset), which this version does not "
                    + "have; use the version that made them", .dataError)
        }
        location = try IndexLocation(of: directory, requested: indexDirectory)
        lock = try IndexLock(path: location.lockPath, patience: IndexLock.patience)
        index = try IndexStore(
            path: location.databasePath, archiveID: directory.identity.archiveID, maximumReaderCount: readers)
        let stored = try index.read { (snapshot) throws(IndexError) in try TreeWriter.template(of: snapshot) }
        tree = TreeWriter(template: template ?? stored ?? .default)
        views = try ArchiveViews(
            archive: directory, index: index, location: location, observer: tree, deriver: ProgramBuild.id)
        try rename(progress)
    }

    /// Names the trees by the writer's template, if they are named by another one.
    @discardableResult
    private func rename(_ progress: any ProgressSink) throws -> Bool {
        defer { progress.end() }
        return try index.write { [tree] (transaction) throws(IndexError) in
            try tree.rename(in: transaction) { done, total in
                let fraction = total > 0 ? Double(done) / Double(total) : 1
                progress.show(
                    Progress(stage: "Naming", fraction: fraction, detail: "\(done) of \(total) patients"))
            }
        }
    }

    /// True if the index has once known the whole archive, and all that it knows stands in the views.
    var isComplete: Bool {
        get throws {
            try index.read { (snapshot) throws(IndexError) in try snapshot.isComplete() }
                && views.unsettledPatients().isEmpty
        }
    }

    /// Names the trees by `template` from now on. Readers see the old names until all are new.
    func use(_ template: NameTemplate, progress: any ProgressSink = Silence()) throws {
        let before = tree.template
        tree.use(template)
        do {
            try rename(progress)
        } catch {
            tree.use(before)
            throw error
        }
    }

    /// Brings index and views in line with the archive. What was done stays if it is cancelled.
    func refresh(cancellation: ScanCancellation, progress: any ProgressSink) throws -> RefreshReport {
        let start = ProcessInfo.processInfo.systemUptime
        let scan = ArchiveScan(archive: directory, store: index, summarizer: views.summarizer)
        let scanned = try scan.run(cancellation: cancellation) { progress.show(Progress($0)) }
        var isComplete = scanned.isComplete
        let failures = Lock([SettlingFailure]())
        if isComplete {
            let begin = ProcessInfo.processInfo.systemUptime
            isComplete = try views.settle(
                progress: {
                    progress.show(Progress($0, elapsed: ProcessInfo.processInfo.systemUptime - begin))
                    let new = $0.failures
                    // The list only grows, but what is said of it may come out of order.
                    failures.withLock { if new.count > $0.count { $0 = new } }
                },
                isCancelled: { cancellation.isCancelled })
        }
        progress.end()
        try index.checkpoint()
        return RefreshReport(
            scan: scanned, unsettled: failures.withLock { $0 }, isComplete: isComplete,
            seconds: ProcessInfo.processInfo.systemUptime - start)
    }

    /// Closes index and caches, and leaves nothing beside them.
    func close() throws {
        try index.close()
        try views.close()
    }
}

/// What bringing the index in line did.
struct RefreshReport: Sendable {
    var scan: ScanReport
    /// What kept patients from being settled.
    var unsettled: [SettlingFailure]
    /// False if it was interrupted; the next time goes on from there.
    var isComplete: Bool
    var seconds: Double

    /// All that could not be looked into or settled, a text each.
    var failures: [String] { scan.failures + unsettled.map(\.description) }
}
