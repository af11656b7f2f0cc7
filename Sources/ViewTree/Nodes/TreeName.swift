public import Archive

/// The names of what lies directly beneath the root.
public enum TreeName {
    /// The directory of a view.
    public static func name(of view: ViewCode) -> String {
        switch view {
        case .default: "default"
        case .classic: "classic"
        case .enhanced: "enhanced"
        }
    }

    /// The directory that can be entered but is not listed.
    public static let control = ".dicomviewfs"
    /// In `control`: how the mount is, as JSON.
    public static let status = "status.json"
}
