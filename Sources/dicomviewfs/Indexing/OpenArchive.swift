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
    init(path: String, indexDirectory: String?, readers: Int) throws {
        directory = try ArchiveDirectory(path: path, ruleset: Ruleset.id)
        guard directory.identity.ruleset == Ruleset.id else {
            throw Failure(
                "\(directory.path): its views follow ruleset \(directory.identity.ruleset), which this version does not "
                    + "have; use the version that made them", .dataError)
        }
        location = try IndexLocation(of: directory, requested: indexDirectory)
        lock = try IndexLock(path: location.lockPath)
        index = try IndexStore(
            path: location.databasePath, archiveID: directory.identity.archiveID, maximumReaderCount: readers)
        tree = TreeWriter()
        views = try ArchiveViews(archive: directory, index: index, location: location, observer: tree)
        try index.write { [tree] (transaction) throws(IndexError) in try tree.prepare(in: transaction) }
    }

    /// Brings index and views in line with the archive. What was done stays if it is cancelled.
    func refresh(cancellation: ScanCancellation, progress: any ProgressSink) throws -> RefreshReport {
        let start = ProcessInfo.processInfo.systemUptime
        let scan = ArchiveScan(archive: directory, store: index, summarizer: ConversionSummarizer())
        let scanned = try scan.run(cancellation: cancellation) { progress.show(Progress($0)) }
        var isComplete = scanned.isComplete
        if isComplete {
            let begin = ProcessInfo.processInfo.systemUptime
            isComplete = try views.settle(
                progress: { progress.show(Progress($0, elapsed: ProcessInfo.processInfo.systemUptime - begin)) },
                isCancelled: { cancellation.isCancelled })
        }
        progress.end()
        try index.checkpoint()
        return RefreshReport(
            scan: scanned, isComplete: isComplete, seconds: ProcessInfo.processInfo.systemUptime - start)
    }

    func close() throws {
        try index.close()
    }
}

/// What bringing the index in line did.
struct RefreshReport: Sendable {
    var scan: ScanReport
    /// False if it was interrupted; the next time goes on from there.
    var isComplete: Bool
    var seconds: Double
}
