/// One patient of the archive: a Patient ID and its issuer.
public struct PatientRow: Hashable, Sendable {
    /// Of the row; not to be confused with Patient ID.
    public var id: Int64
    /// Patient ID (0010,0020), empty if the instances have none.
    public var patientID: String
    /// Issuer of Patient ID (0010,0021), empty if the instances have none.
    public var issuerOfPatientID: String
    /// Counts the changes of the patient's shown instances.
    public var revision: Int64
    /// The revision from which the patient's view instances were derived.
    public var settledRevision: Int64
    /// The program that derived them, empty if none has yet.
    public var deriver: String

    public init(
        id: Int64, patientID: String, issuerOfPatientID: String, revision: Int64, settledRevision: Int64,
        deriver: String
    ) {
        self.id = id
        self.patientID = patientID
        self.issuerOfPatientID = issuerOfPatientID
        self.revision = revision
        self.settledRevision = settledRevision
        self.deriver = deriver
    }
}
