import Archive

/// A node without a row of its own, as what it is.
struct HiddenNode {
    enum Content {
        /// `.frames` of a series.
        case framesDirectory
        /// `.metadata` of a series.
        case metadataDirectory
        /// The directory of an instance in `.frames`.
        case instanceDirectory
        /// The metadata of an instance.
        case metadata
        /// A file of frames of an instance.
        case frames([Int])

        var isDirectory: Bool {
            switch self {
            case .framesDirectory, .metadataDirectory, .instanceDirectory: true
            case .metadata, .frames: false
            }
        }

        /// As `TreeNodeKind.linkCount`.
        var linkCount: UInt32 {
            switch self {
            case .framesDirectory, .metadata, .frames: 1
            case .metadataDirectory, .instanceDirectory: 2
            }
        }
    }

    var id: UInt64
    var content: Content
    /// The series or the instance.
    var owner: NodeRow
    /// Of an instance.
    var instance: ViewInstanceRow?

    /// Tells apart owners that had one id at different times.
    var generation: UInt64 { Self.generation(of: owner) }

    static func generation(of owner: NodeRow) -> UInt64 {
        owner.identity.suffix(4).reduce(0) { $0 << 8 | UInt64($1) } | 1 << 31
    }
}
