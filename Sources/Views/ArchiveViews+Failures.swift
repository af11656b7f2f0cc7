internal import Archive
internal import Conversion

extension ArchiveViews {
    /// Derives the views of one patient. What follows from the files cannot be kept where rows of it contradict each other: that
    /// is a fault of this program, and must not be one for other patients (`keepUnsettled`).
    ///
    /// - Returns: what kept the patient from being settled.
    func settle(
        _ patient: PatientRow, progress: @escaping @Sendable (Int, Int) -> Void
    ) throws(ViewError) -> [SettlingFailure] {
        let messages: [String]
        do throws(ViewError) {
            messages = try settleWhole(patient, progress: progress)
        } catch {
            guard case .index(let cause) = error, cause.isContradiction else { throw error }
            try keepUnsettled(patient, "\(cause)")
            messages = ["\(cause); shown as far as it can be, and tried again"]
        }
        return messages.map {
            SettlingFailure(patient: patient.id, patientID: patient.patientID, message: $0)
        }
    }

    /// Shows a patient that cannot be settled: `default/` as the index has it, the converted views as they were, or as received
    /// if there is nothing of the patient in them (V-5).
    private func keepUnsettled(_ patient: PatientRow, _ message: String) throws(ViewError) {
        for view in ViewCode.allCases {
            try writeUnlessContradicted { (transaction) throws(IndexError) in
                let snapshot = transaction.snapshot
                if view != .default, try !snapshot.viewInstances(ofPatient: patient.id, view: view).isEmpty { return }
                let reason = view == .default ? nil : ConversionReason(.notDerived)
                let rows = try snapshot.instances(ofPatient: patient.id).map {
                    ViewInstanceRow(asReceived: $0, view: view, reason: reason)
                }
                let changes = try transaction.replaceViewInstances(ofPatient: patient.id, view: view, rows: rows)
                if !changes.isEmpty { try observer?.viewInstancesChanged(changes, in: transaction) }
            }
        }
        try writeUnlessContradicted { (transaction) throws(IndexError) in
            try transaction.setSettlingFailure(message, ofPatient: patient.id)
        }
    }

    private func writeUnlessContradicted(
        _ body: (IndexTransaction) throws(IndexError) -> Void
    ) throws(ViewError) {
        do throws(IndexError) {
            try index.write(body)
        } catch  where !error.isContradiction {
            throw .index(error)
        } catch {
            // What stands in the view is the last that could be kept.
        }
    }
}
