/// What the threads of a scan hand to each other: batches from the walk to those who examine, and results from them to the
/// one who stores.
final class ScanQueue: Sendable {
    /// A file and what came of examining it.
    struct Result: Sendable {
        var path: [UInt8]
        var known: KnownFile?
        var outcome: FileExaminationOutcome
    }

    /// What one batch came to.
    struct Results: Sendable {
        var results: [Result] = []
        var vanished: [Int64] = []
        /// Files examined, unchanged ones included.
        var fileCount = 0
        var unchangedCount = 0
        var headerBytes: UInt64 = 0
        var headersRead = 0
    }

    private struct State {
        var batches: [WalkBatch] = []
        var nextBatch = 0
        var queuedFiles = 0
        var results: [Results] = []
        var pendingResults = 0
        var isWalkDone = false
        var isStopped = false
        var workers: Int
        var totalFiles: Int?
    }

    /// The walk may be that many files ahead: it is what lets progress know the total early.
    private static let maximumQueuedFiles = 1 << 20
    /// Results may wait for that many files at most, so that memory stays bounded if storing is slow.
    private static let maximumPendingResults = 8192

    private let state: Monitor<State>

    init(workers: Int) {
        state = Monitor(State(workers: workers))
    }

    // MARK: The walk

    func put(_ batch: WalkBatch) {
        state.await { state -> Void? in
            if state.isStopped { return () }
            guard state.queuedFiles < Self.maximumQueuedFiles else { return nil }
            state.batches.append(batch)
            state.queuedFiles += batch.entries.count
            return ()
        }
    }

    /// No batch will follow. `totalFiles` is nil if the walk did not get to its end.
    func endWalk(totalFiles: Int?) {
        state.change {
            $0.isWalkDone = true
            $0.totalFiles = totalFiles
        }
    }

    // MARK: Those who examine

    /// The next batch; nil if there will be none.
    func takeBatch() -> WalkBatch? {
        state.await { state -> WalkBatch?? in
            if state.isStopped { return .some(nil) }
            guard state.nextBatch < state.batches.count else { return state.isWalkDone ? .some(nil) : nil }
            let batch = state.batches[state.nextBatch]
            state.batches[state.nextBatch] = WalkBatch()
            state.nextBatch += 1
            state.queuedFiles -= batch.entries.count
            if state.nextBatch == state.batches.count {
                state.batches.removeAll(keepingCapacity: true)
                state.nextBatch = 0
            }
            return .some(batch)
        }
    }

    func put(_ results: Results) {
        state.await { state -> Void? in
            if state.isStopped { return () }
            guard state.pendingResults < Self.maximumPendingResults else { return nil }
            state.pendingResults += results.results.count
            state.results.append(results)
            return ()
        }
    }

    func endWorker() {
        state.change { $0.workers -= 1 }
    }

    // MARK: The one who stores

    /// All results there are, waiting for some; nil if there will be none.
    func takeResults() -> (results: [Results], totalFiles: Int?)? {
        state.await { state -> (results: [Results], totalFiles: Int?)?? in
            if state.results.isEmpty { return state.workers == 0 ? .some(nil) : nil }
            let results = state.results
            state.results = []
            state.pendingResults = 0
            return .some((results, state.totalFiles))
        }
    }

    /// How many files there are, once the walk has got to its end.
    var totalFiles: Int? { state.await { .some($0.totalFiles) } }

    /// Nobody will take results any more: all others are to end.
    func stop() {
        state.change { $0.isStopped = true }
    }
}
