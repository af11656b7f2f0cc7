/// One of the three ways an archive is seen (PS3.4 C.3.5). The raw value is its name in paths and in derived UIDs.
public enum View: String, Sendable, CaseIterable {
    /// Every instance as it was received.
    case `default`
    /// Single-frame: Enhanced and Legacy Converted CT, MR and PET taken apart.
    case classic
    /// Multi-frame: classic CT, MR and PET combined.
    case enhanced

    /// Query/Retrieve View (0008,0053) of instances created in this view (digest G-13).
    public var queryRetrieveView: String? {
        switch self {
        case .default: nil
        case .classic: "CLASSIC"
        case .enhanced: "ENHANCED"
        }
    }
}

/// The rules by which views are made. The id changes when the output for some input changes, and only then.
public enum Ruleset {
    /// Part of every derived UID.
    public static let id = "1"
    /// Implementation Class UID (0002,0012) of synthesized files: one for each ruleset, not for each build (D-4).
    public static let implementationClassUID = "2.25.302594713260486512376580213647412350977"
    /// Implementation Version Name (0002,0013).
    public static let implementationVersionName = "DICOMVIEWFS_1"
}
