import Archive
import Views

extension StatusReport {
    /// Whose converted views do not show yet what is in the archive, and why.
    struct Settling: Codable {
        struct Failed: Codable {
            var patientID: String
            var reason: String
            /// Nil while it is tried.
            var secondsToRetry: Double?
        }

        /// Patients that wait or are being derived.
        var waiting: Int
        /// Files open for writing, which hold all back, and for how long there has been some.
        var openWriters: Int
        var secondsSinceWriter: Double
        /// Patients that could not be settled.
        var failed: [Failed]
    }
}

extension StatusReport.Settling {
    init(_ status: SettlingSchedule.Status, _ index: IndexStore) throws(IndexError) {
        let failed = try index.read { (snapshot) throws(IndexError) in
            var failed: [Failed] = []
            for failure in status.failed {
                guard let patient = try snapshot.patient(id: failure.patient) else { continue }
                failed.append(
                    Failed(
                        patientID: patient.patientID, reason: failure.reason, secondsToRetry: failure.secondsToRetry))
            }
            return failed
        }
        self.init(
            waiting: status.waiting, openWriters: status.openWriters, secondsSinceWriter: status.secondsSinceWriter,
            failed: failed)
    }

    /// For people; nothing if nobody waits.
    var lines: [String] {
        var lines: [String] = []
        if waiting > failed.count || (waiting > 0 && openWriters > 0) {
            var line = "Settling     \(Counted.patients(waiting)) wait"
            if openWriters > 0 {
                line +=
                    ", held back for \(Progress.duration(secondsSinceWriter)) by \(Counted.files(openWriters)) open for "
                    + "writing in the mount (at most \(Progress.duration(SettlingSchedule.maximumDelay)))"
            }
            lines.append(line)
        }
        guard !failed.isEmpty else { return lines }
        lines.append("Not settled  \(Counted.patients(failed.count)); classic/ and enhanced/ show them as they were")
        for failure in failed.prefix(Self.listed) {
            let retry = failure.secondsToRetry.map { "again in \(Progress.duration($0))" } ?? "tried now"
            lines.append("      \(failure.patientID): \(failure.reason) (\(retry))")
        }
        if failed.count > Self.listed {
            lines.append("      and \(failed.count - Self.listed) more; --json names them")
        }
        return lines
    }

    private static let listed = 10
}
