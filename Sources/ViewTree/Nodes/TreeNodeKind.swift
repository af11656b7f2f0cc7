/// What sort of node a row of the tree is; decides which operations find what in it. Raw values stand in indexes.
enum TreeNodeKind: UInt8, Sendable {
    /// The root of the mount.
    case root = 0
    /// The root of a view.
    case view = 1
    /// A directory of directories: a patient, a study.
    case group = 2
    /// A directory of instances.
    case series = 3
    /// A file: one instance of a view.
    case instance = 4
    /// The directory that is entered but not listed.
    case control = 5
    /// In `control`: a file that is made when it is opened (`ControlFile`).
    case controlFile = 6

    var isDirectory: Bool {
        switch self {
        case .root, .view, .group, .series, .control: true
        case .instance, .controlFile: false
        }
    }

    /// 2 says that a directory has no subdirectories, and fts(3) then looks for none. 1 says that their number is unknown, as
    /// on btrfs.
    var linkCount: UInt32 {
        switch self {
        case .root, .view, .group: 1
        case .series, .control: 2
        case .instance, .controlFile: 1
        }
    }

    /// True if listings show it.
    var isListed: Bool { self != .control }
}
