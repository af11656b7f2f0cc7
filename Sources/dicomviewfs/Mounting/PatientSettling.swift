import Archive
import Views

/// Settles patients for the schedule of a mount. What keeps one from it keeps no other.
struct PatientSettling: Sendable {
    let views: ArchiveViews
    let cancellation: ScanCancellation
    let log: @Sendable (String) -> Void

    /// Returns who could not be settled, with what kept them from it.
    func settle(_ patients: Set<Int64>) -> [Int64: String] {
        var failures: [Int64: String] = [:]
        do throws(ViewError) {
            failures = try attempt(patients)
        } catch {
            // Of them all, or of one of them: those who settled are passed by.
            if patients.count == 1, let patient = patients.first { failures[patient] = "\(error)" }
            for patient in patients.sorted() where patients.count > 1 {
                do throws(ViewError) {
                    failures.merge(try attempt([patient])) { _, new in new }
                } catch {
                    failures[patient] = "\(error)"
                }
            }
        }
        if cancellation.isCancelled { return [:] }
        for reason in Set(failures.values).sorted() {
            let count = failures.values.filter { $0 == reason }.count
            log("\(Counted.patients(count)) not settled, and tried again: \(reason)")
        }
        return failures
    }

    private func attempt(_ patients: Set<Int64>) throws(ViewError) -> [Int64: String] {
        let failures = Lock([SettlingFailure]())
        try views.settle(
            patients: patients,
            // The list only grows, but what is said of it may come out of order.
            progress: { progress in
                failures.withLock { if progress.failures.count > $0.count { $0 = progress.failures } }
            },
            isCancelled: { cancellation.isCancelled })
        return SettlingFailure.texts(failures.withLock { $0 })
    }
}
