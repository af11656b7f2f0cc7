internal import Glibc

/// Reads the headers of all files again and compares them with the index, which trusts size and times.
public struct FileVerification<Summarizer: InstanceSummarizer>: Sendable {
    private static var batchSize: Int { 1024 }

    public let archive: ArchiveDirectory
    public let store: IndexStore
    public let summarizer: Summarizer

    public init(archive: ArchiveDirectory, store: IndexStore, summarizer: Summarizer) {
        self.archive = archive
        self.store = store
        self.summarizer = summarizer
    }

    /// Calls `report` for each file that is not what the index says.
    ///
    /// - Parameter progress: Called with how many files were read; returning false ends it.
    public func run(
        progress: (_ files: Int) -> Bool, report: (_ path: String, _ detail: String) -> Void
    ) throws(IndexError) {
        var last: Int64 = 0
        var done = 0
        while true {
            let rows = try store.read { (snapshot) throws(IndexError) in
                try snapshot.files(after: last, limit: Self.batchSize)
            }
            guard let end = rows.last?.id else { return }
            let outcomes = try examine(rows)
            for (row, outcome) in zip(rows, outcomes) {
                if let detail = try fault(of: row, outcome) { report(archive.displayPath(row.path), detail) }
            }
            last = end
            done += rows.count
            guard progress(done) else { return }
        }
    }

    private func examine(_ rows: [FileRow]) throws(IndexError) -> [FileExaminationOutcome] {
        let outcomes = Lock<[FileExaminationOutcome]>(Array(repeating: .unsettled, count: rows.count))
        let threads = max(1, min(Threads.coreCount, rows.count))
        let bodies: [@Sendable () -> Void] = (0..<threads).map { first in
            {
                var examination = FileExamination(archive: archive, summarizer: summarizer)
                for index in stride(from: first, to: rows.count, by: threads) {
                    let outcome = withCPath(rows[index].path) { path in
                        var facts = stat()
                        // What cannot be looked at is opened as a file, which says why.
                        let isThere = fstatat(archive.descriptor, path, &facts, AT_SYMLINK_NOFOLLOW) == 0
                        let kind = isThere ? DirectoryListing.Kind(mode: facts.st_mode) : .file
                        return examination.examine(path, kind, known: nil)
                    }
                    outcomes.withLock { $0[index] = outcome }
                }
            }
        }
        guard Threads.run(bodies, orStop: {}, while: {}) != nil else {
            throw .notAccessible(path: store.path, message: "the system has no thread left to read with", errno: EAGAIN)
        }
        return outcomes.withLock { $0 }
    }

    private func fault(of row: FileRow, _ outcome: FileExaminationOutcome) throws(IndexError) -> String? {
        switch outcome {
        case .unchanged: return nil
        // It changed while this ran; the next scan takes it up.
        case .vanished, .unsettled: return nil
        case .failed(let errno), .unreadable(_, let errno): return "cannot be read: \(message(of: errno))"
        case .skipped(let facts, let reason):
            if facts != row.facts || row.skipReason?.code == reason.code { return nil }
            return "is indexed as \(row.skipReason.map { $0.code.rawValue } ?? "an instance"), and is \(reason)"
        case .instance(let facts, let found):
            if facts != row.facts { return nil }
            if let reason = row.skipReason { return "is an instance, and indexed as \(reason)" }
            let known = try store.read { (snapshot) throws(IndexError) in try snapshot.instance(fileID: row.id) }
            guard let known else { return "is an instance, and not indexed as one" }
            let isSame =
                known.sopInstanceUID == found.sopInstanceUID && known.sopClassUID == found.sopClassUID
                && known.studyInstanceUID == found.studyInstanceUID
                && known.seriesInstanceUID == found.seriesInstanceUID
                && known.transferSyntaxUID == found.transferSyntaxUID && known.attributes == found.attributes
                && known.summary == found.summary && known.damage == found.damage
            return isSame ? nil : "its header is not the one that was indexed, although its size and times are the same"
        }
    }
}
