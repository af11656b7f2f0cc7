/// One state of the index, to ask for rows. Valid only within the closure that it was given to.
public struct IndexSnapshot {
    let connection: IndexConnection

    /// A fact about the index itself.
    public func meta(_ key: String) throws(IndexError) -> String? {
        try connection.first("SELECT value FROM meta WHERE key = ?", [.text(key)]) { $0.text(0) }
    }

    /// The patient with the row id `id`.
    public func patient(id: Int64) throws(IndexError) -> PatientRow? {
        try connection.first("\(PatientRow.select) WHERE id = ?", [.integer(id)]) { PatientRow($0) }
    }

    /// All patients, in the order of their row ids.
    public func patients() throws(IndexError) -> [PatientRow] {
        try connection.all("\(PatientRow.select) ORDER BY id") { PatientRow($0) }
    }

    /// The patients whose view instances do not yet follow from their instances, or were derived by another program.
    public func dirtyPatients(deriver: String) throws(IndexError) -> [PatientRow] {
        try connection.all(
            "\(PatientRow.select) WHERE revision <> settled_revision OR deriver <> ? ORDER BY id", [.text(deriver)]
        ) { PatientRow($0) }
    }
}

extension IndexSnapshot {
    /// Before a patient's row id, in `meta`.
    static let settlingFailureKey = "unsettled."

    /// What kept patients from being settled when it was last tried.
    public func settlingFailures() throws(IndexError) -> [(patient: PatientRow, message: String)] {
        var failures: [(patient: PatientRow, message: String)] = []
        let found = try connection.all(
            "SELECT patient.id, meta.value FROM patient JOIN meta ON meta.key = ? || patient.id ORDER BY patient.id",
            [.text(Self.settlingFailureKey)]
        ) { (id: $0.integer(0), message: $0.text(1)) }
        for failure in found {
            if let patient = try patient(id: failure.id) { failures.append((patient, failure.message)) }
        }
        return failures
    }
}

extension PatientRow {
    static let select = "SELECT id, patient_id, issuer_of_patient_id, revision, settled_revision, deriver FROM patient"

    init(_ columns: IndexColumns) {
        self.init(
            id: columns.integer(0), patientID: columns.text(1), issuerOfPatientID: columns.text(2),
            revision: columns.integer(3), settledRevision: columns.integer(4), deriver: columns.text(5))
    }
}
