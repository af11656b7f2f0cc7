/// What kept one patient from being settled: it is shown without what could not be read, and tried again the next time.
public struct SettlingFailure: Sendable, Hashable, CustomStringConvertible {
    /// `PatientRow.id`.
    public var patient: Int64
    public var patientID: String
    /// In words; names the file where there is one.
    public var message: String

    public var description: String {
        "\(patientID.isEmpty ? "the patient without an ID" : "patient \(patientID)") is not settled: \(message)"
    }

    /// One text for each patient: the first that was met, and how many more there were.
    public static func texts(_ failures: [SettlingFailure]) -> [Int64: String] {
        Dictionary(grouping: failures, by: \.patient).compactMapValues { failures in
            failures.first.map { failures.count == 1 ? $0.message : "\($0.message) (and \(failures.count - 1) more)" }
        }
    }
}
