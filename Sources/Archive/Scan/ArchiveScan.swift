internal import Glibc

/// Brings the index in line with the archive: reads the headers of new and changed files, drops what is gone.
///
/// One thread walks the tree, one for each core examines files, and the caller's stores what they find. What is stored stays
/// if the scan is interrupted; the next one finds it unchanged and goes on from there.
public struct ArchiveScan<Summarizer: InstanceSummarizer>: Sendable {
    public let archive: ArchiveDirectory
    public let store: IndexStore
    public let summarizer: Summarizer
    /// How many threads examine files.
    public var threadCount: Int

    public init(archive: ArchiveDirectory, store: IndexStore, summarizer: Summarizer, threadCount: Int? = nil) {
        self.archive = archive
        self.store = store
        self.summarizer = summarizer
        self.threadCount = max(1, threadCount ?? Threads.coreCount)
    }

    /// Scans the whole archive.
    ///
    /// - Parameters:
    ///   - cancellation: Interrupts the scan; it then returns what it has done, with `isComplete` false.
    ///   - progress: Called on this thread, at most ten times a second and once at the end.
    public func run(
        cancellation: ScanCancellation = ScanCancellation(), progress: (ScanProgress) -> Void = { _ in }
    ) throws(IndexError) -> ScanReport {
        let queue = ScanQueue(workers: threadCount)
        let ending = Lock(WalkEnding())
        let (archive, store, summarizer) = (archive, store, summarizer)
        var threads: [@Sendable () -> Void] = (0..<threadCount).map { _ in
            { Self.work(queue, archive, summarizer, cancellation) }
        }
        threads.append { Self.walk(queue, archive, store, cancellation, ending) }
        var recorder = ScanRecorder(archive: archive, store: store, reader: FileExamination.reader(summarizer))
        let outcome = Threads.run(threads, orStop: queue.stop) { () -> IndexError? in
            defer { queue.stop() }
            do throws(IndexError) {
                while let (results, totalFiles) = queue.takeResults() {
                    recorder.report.progress.totalFiles = totalFiles
                    try recorder.record(results)
                    recorder.tick(progress)
                }
                // The walk may have ended after the last results were taken.
                recorder.report.progress.totalFiles = queue.totalFiles
                return nil
            } catch {
                cancellation.cancel()
                return error
            }
        }
        guard let outcome else {
            throw .notAccessible(path: store.path, message: "the system has no thread left to scan with", errno: EAGAIN)
        }
        if let failure = outcome { throw failure }
        let end = ending.withLock { $0 }
        if let error = end.error { throw error }
        recorder.report.failures = end.failures + recorder.report.failures
        recorder.report.isComplete = end.isComplete && !cancellation.isCancelled
        if recorder.report.isComplete {
            try DuplicateComparison(archive: archive, store: store).run(cancellation: cancellation)
            try recorder.recordCompletion()
        }
        recorder.finish(progress)
        return recorder.report
    }

    /// How the walk ended.
    private struct WalkEnding {
        var isComplete = false
        var failures: [String] = []
        var error: IndexError?
    }

    private static func walk(
        _ queue: ScanQueue, _ archive: ArchiveDirectory, _ store: IndexStore, _ cancellation: ScanCancellation,
        _ ending: Lock<WalkEnding>
    ) {
        var total: Int?
        defer { queue.endWalk(totalFiles: total) }
        do throws(IndexError) {
            var walk = try DirectoryWalk(archive, store, cancellation)
            let isComplete = try walk.run { queue.put($0) }
            if isComplete { total = walk.fileCount }
            let failures = walk.failures
            ending.withLock {
                $0.isComplete = isComplete
                $0.failures = failures
            }
        } catch {
            ending.withLock { $0.error = error }
        }
    }

    private static func work(
        _ queue: ScanQueue, _ archive: ArchiveDirectory, _ summarizer: Summarizer, _ cancellation: ScanCancellation
    ) {
        defer { queue.endWorker() }
        var examination = FileExamination(archive: archive, summarizer: summarizer)
        while let batch = queue.takeBatch() {
            queue.put(examine(batch, &examination, cancellation))
            if cancellation.isCancelled { return }
        }
    }

    private static func examine(
        _ batch: WalkBatch, _ examination: inout FileExamination<Summarizer>, _ cancellation: ScanCancellation
    ) -> ScanQueue.Results {
        let (headerBytes, headersRead) = (examination.headerBytes, examination.headersRead)
        var results = ScanQueue.Results(vanished: batch.vanished)
        batch.paths.withUnsafeBytes { paths in
            for (index, entry) in batch.entries.enumerated() {
                if cancellation.isCancelled { break }
                guard let start = paths.baseAddress else { break }
                let path = (start + entry.start).assumingMemoryBound(to: CChar.self)
                let outcome = examination.examine(path, entry.kind, known: entry.known)
                results.fileCount += 1
                if case .unchanged = outcome {
                    results.unchangedCount += 1
                } else {
                    results.results.append(
                        ScanQueue.Result(path: Array(batch.path(at: index)), known: entry.known, outcome: outcome))
                }
            }
        }
        results.headerBytes = examination.headerBytes - headerBytes
        results.headersRead = examination.headersRead - headersRead
        return results
    }
}
