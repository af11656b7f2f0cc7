import Archive
import FUSE
import ViewTree

extension StatusReport.Operation {
    init(_ summary: OperationSummary) {
        self.init(
            count: summary.count, failures: summary.failures,
            meanMicroseconds: Double(summary.nanoseconds) / 1000 / Double(max(1, summary.count)),
            latencies: summary.latencies)
    }

    /// Microseconds that `share` of all took less than, as far as is known; nil if that is longer than what is told apart.
    func microseconds(of share: Double) -> UInt64? {
        let total = latencies.reduce(0, &+)
        var sum: UInt64 = 0
        for (exponent, count) in latencies.enumerated().dropLast() {
            sum &+= count
            if Double(sum) >= share * Double(total) { return 1 << UInt64(exponent) }
        }
        return nil
    }
}

extension StatusReport.Imports {
    /// Names that a report lists; the counts are whole in any case, and imports.tsv lists all.
    private static let listLimit = 20_000

    init(
        _ journal: ImportJournal, _ archive: ArchiveDirectory, sinceMount: [ImportOutcome: UInt64]
    ) throws(IndexError) {
        let (names, refused) = try journal.read { (records) throws(IndexError) in
            (
                try records.counts(),
                try records.refused(limit: Self.listLimit).map { (row) throws(IndexError) in
                    (row, try records.path(of: row).path)
                }
            )
        }
        self.init(
            names: names,
            sinceMount: Dictionary(uniqueKeysWithValues: sinceMount.map { ($0.key.rawValue, $0.value) }),
            notStored: refused.compactMap { row, path in
                guard let outcome = row.outcome else { return nil }
                return Refused(
                    name: String(decoding: path, as: UTF8.self), outcome: outcome.rawValue,
                    sopInstanceUID: row.sopInstanceUID, path: row.path.map { archive.displayPath($0) },
                    reason: row.detail.isEmpty ? outcome.sentence : row.detail)
            })
    }
}
