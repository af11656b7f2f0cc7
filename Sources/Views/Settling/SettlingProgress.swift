/// How far deriving the views has come.
public struct SettlingProgress: Sendable {
    public var patients = 0
    public var patientsDone = 0
    /// Files of converted views whose headers were derived.
    public var derived = 0
    /// Files of converted views that were derived before and still hold.
    public var kept = 0
    /// What kept patients from being settled; one may be here several times.
    public var failures: [SettlingFailure] = []
}
