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

    /// The directory that can be entered but is not listed; what is in it: `ControlFile`.
    public static let control = ".dicomviewfs"
}
