import Archive
import Views

extension StatusReport {
    /// Whose converted views do not show yet what is in the archive.
    struct Settling: Codable {
        /// Patients that wait or are being derived, those who could not be settled among them.
        var waiting: Int
        /// Files open for writing, which hold all back, and for how long there has been some.
        var openWriters: Int
        var secondsSinceWriter: Double
    }
}

extension StatusReport.Settling {
    init(_ status: SettlingSchedule.Status) {
        self.init(
            waiting: status.waiting, openWriters: status.openWriters, secondsSinceWriter: status.secondsSinceWriter)
    }
}

extension StatusReport.Unsettled {
    /// Everybody who could not be settled, once: as the schedule of the mount says, and those of whom only the index knows, because
    /// it was another mount that tried.
    static func all(
        _ snapshot: IndexSnapshot, _ failed: [SettlingSchedule.Status.Failed] = []
    ) throws(IndexError) -> [StatusReport.Unsettled] {
        var all = failed
        let known = Set(failed.map(\.patient))
        for failure in try snapshot.settlingFailures() where !known.contains(failure.patient.id) {
            all.append(.init(patient: failure.patient.id, reason: failure.message, secondsToRetry: nil))
        }
        var unsettled: [StatusReport.Unsettled] = []
        for failure in all.sorted(by: { $0.patient < $1.patient }) {
            guard let patient = try snapshot.patient(id: failure.patient) else { continue }
            unsettled.append(
                .init(
                    patientID: patient.patientID, reason: failure.reason, secondsToRetry: failure.secondsToRetry))
        }
        return unsettled
    }
}

extension StatusReport {
    /// Of those who wait to be settled, and those who could not be, for people; nothing if there are none.
    var settlingLines: [String] {
        var lines: [String] = []
        if let settling = mount?.settling,
            settling.waiting > unsettled.count || (settling.waiting > 0 && settling.openWriters > 0)
        {
            var line = "Settling     \(Counted.patients(settling.waiting)) wait"
            if settling.openWriters > 0 {
                line +=
                    ", held back for \(Progress.duration(settling.secondsSinceWriter)) by "
                    + "\(Counted.files(settling.openWriters)) open for writing in the mount "
                    + "(at most \(Progress.duration(SettlingSchedule.maximumDelay)))"
            }
            lines.append(line)
        }
        guard !unsettled.isEmpty else { return lines }
        lines.append(
            "Not settled  \(Counted.patients(unsettled.count)); classic/ and enhanced/ show them as they were, or as received"
        )
        lines += listed(unsettled, of: unsettled.count) { patient in
            let retry = patient.secondsToRetry.map { " (again in \(Progress.duration($0)))" } ?? ""
            return "\(patient.patientID): \(patient.reason)\(retry)"
        }
        return lines
    }
}
