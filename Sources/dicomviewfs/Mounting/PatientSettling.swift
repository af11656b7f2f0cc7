import Archive
import Views

/// Settles patients for the schedule of a mount. What keeps one from it keeps no other.
struct PatientSettling: Sendable {
    let views: ArchiveViews
    let cancellation: ScanCancellation
    let log: @Sendable (String) -> Void

    /// Returns who could not be settled, with what kept them from it.
    func settle(_ patients: Set<Int64>) -> [Int64: String] {
        guard let failure = attempt(patients) else { return [:] }
        var failures: [Int64: String] = [:]
        if patients.count == 1, let patient = patients.first {
            failures[patient] = failure
        } else {
            // Those who settled are passed by.
            for patient in patients.sorted() { failures[patient] = attempt([patient]) }
        }
        if cancellation.isCancelled { return [:] }
        for reason in Set(failures.values).sorted() {
            let count = failures.values.filter { $0 == reason }.count
            log("\(Counted.patients(count)) not settled, and tried again: \(reason)")
        }
        return failures
    }

    /// Returns what kept any of them from it.
    private func attempt(_ patients: Set<Int64>) -> String? {
        let failures = Lock([String]())
        do throws(ViewError) {
            try views.settle(
                patients: patients,
                // The list only grows, but what is said of it may come out of order.
                progress: { progress in
                    failures.withLock { if progress.failures.count > $0.count { $0 = progress.failures } }
                },
                isCancelled: { cancellation.isCancelled })
        } catch {
            return "\(error)"
        }
        let all = failures.withLock { $0 }
        return all.first.map { all.count == 1 ? $0 : "\($0) (and \(all.count - 1) more)" }
    }
}
