internal import Archive

/// Hands out the patients that are to be settled to two who settle them side by side, of whom one derives while the other waits
/// for the index; no more at once than memory is meant for.
struct SettlingLanes: Sendable {
    /// Instances of patients that are settled beside others.
    private static let maximumWeight = 2000

    private struct State {
        var position = 0
        /// Instances of the patients that are being settled.
        var weight = 0
    }

    private let patients: [PatientRow]
    private let state = Monitor(State())

    init(_ patients: [PatientRow]) {
        self.patients = patients
    }

    /// The next patient and how many instances it has, as `weight` counts them, once there is room for it; nil if there is none.
    func next(
        weight: (PatientRow) throws(ViewError) -> Int
    ) throws(ViewError) -> (patient: PatientRow, weight: Int)? {
        let position = state.change { state in
            defer { state.position += 1 }
            return state.position
        }
        guard position < patients.count else { return nil }
        let own = try weight(patients[position])
        state.await { state -> Void? in
            guard state.weight == 0 || state.weight + own <= Self.maximumWeight else { return nil }
            state.weight += own
            return ()
        }
        return (patients[position], own)
    }

    /// A patient is settled.
    func end(_ weight: Int) {
        state.change { $0.weight -= weight }
    }

    /// Nobody gets another one.
    func stop() {
        state.change { $0.position = patients.count }
    }
}
