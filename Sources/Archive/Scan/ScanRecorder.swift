internal import CLinux
internal import Glibc

/// Stores what a scan finds, many files in one transaction, and counts.
struct ScanRecorder {
    let archive: ArchiveDirectory
    let store: IndexStore
    let reader: Int64
    var report = ScanReport()
    /// The patients whose shown instances changed (`PatientRow.id`).
    private(set) var patients: Set<Int64> = []

    private let start = Self.now()
    private var lastTick = 0.0

    init(archive: ArchiveDirectory, store: IndexStore, reader: Int64) {
        self.archive = archive
        self.store = store
        self.reader = reader
    }

    /// Stores `batches` in one transaction; none at all if nothing is new.
    mutating func record(_ batches: [ScanQueue.Results]) throws(IndexError) {
        var counts = report
        for batch in batches {
            counts.progress.files += batch.fileCount
            counts.progress.headersRead += batch.headersRead
            counts.progress.headerBytes &+= batch.headerBytes
            counts.unchanged += batch.unchangedCount
        }
        if batches.contains(where: { !$0.results.isEmpty || !$0.vanished.isEmpty }) {
            (counts, patients) = try store.write { (transaction) throws(IndexError) in
                var counts = counts
                var writer = InstanceWriter(transaction.connection, reader: reader)
                for batch in batches {
                    for id in batch.vanished { try remove(id, &writer, &counts) }
                    for result in batch.results { try record(result, &writer, &counts) }
                }
                try writer.finish()
                return (counts, patients.union(writer.touched))
            }
        }
        report = counts
    }

    private func remove(_ id: Int64, _ writer: inout InstanceWriter, _ counts: inout ScanReport) throws(IndexError) {
        try writer.removeFile(id: id)
        counts.removed += 1
    }

    private func record(
        _ result: ScanQueue.Result, _ writer: inout InstanceWriter, _ counts: inout ScanReport
    ) throws(IndexError) {
        var isChange = true
        switch result.outcome {
        case .unchanged:
            counts.unchanged += 1
            return
        case .vanished:
            if let known = result.known { try remove(known.id, &writer, &counts) }
            return
        case .unsettled:
            counts.unsettled += 1
            counts.failures.append(
                "\(archive.displayPath(result.path)): it was written to while it was read; the next scan takes it up")
            return
        case .failed(let errno):
            counts.failures.append("\(archive.displayPath(result.path)): \(message(of: errno))")
            return
        case .instance(let facts, let instance):
            isChange = try writer.store(instance, path: result.path, facts: facts, known: result.known).isChange
            counts.progress.instancesRead += 1
        case .skipped(let facts, let reason):
            try writer.store(reason, path: result.path, facts: facts, known: result.known)
        case .unreadable(let facts, let errno):
            counts.failures.append("\(archive.displayPath(result.path)): \(message(of: errno))")
            // It is tried again at every scan.
            isChange = result.known.map { $0.skipCode != .unreadable || $0.facts != facts } ?? true
            if isChange {
                let reason = SkipReason(.unreadable, message(of: errno))
                try writer.store(reason, path: result.path, facts: facts, known: result.known)
            }
        }
        if result.known == nil {
            counts.added += 1
        } else if isChange {
            counts.changed += 1
        } else {
            counts.unchanged += 1
        }
    }

    /// Says in the index that one scan went over the whole archive; written once.
    func recordCompletion() throws(IndexError) {
        let isRecorded = try store.read { (snapshot) throws(IndexError) in try snapshot.isComplete() }
        if isRecorded { return }
        try store.write { (transaction) throws(IndexError) in
            try transaction.setMeta(IndexSnapshot.completionKey, "1")
        }
    }

    // MARK: Progress

    mutating func tick(_ progress: (ScanProgress) -> Void) {
        report.progress.elapsed = Self.now() - start
        guard report.progress.elapsed - lastTick >= 0.1 else { return }
        lastTick = report.progress.elapsed
        progress(report.progress)
    }

    mutating func finish(_ progress: (ScanProgress) -> Void) {
        report.progress.elapsed = Self.now() - start
        progress(report.progress)
    }

    private static func now() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}

extension IndexSnapshot {
    static var completionKey: String { "scan_completed" }

    /// True if a scan has once gone over the whole archive, so that the index can be served while another one looks for changes.
    public func isComplete() throws(IndexError) -> Bool {
        try meta(Self.completionKey) != nil
    }
}
