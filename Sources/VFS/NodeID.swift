/// The identity of a node in a file system, which is also its inode number.
///
/// It must name the same node for ever, over remounts and re-indexing: kernels, NFS servers and backup programs keep it.
public struct NodeID: RawRepresentable, Hashable, Sendable, Comparable {
    public let rawValue: UInt64

    public init(rawValue: UInt64) {
        self.rawValue = rawValue
    }

    /// The root of the mount; the kernel knows it by this number (FUSE_ROOT_ID).
    public static let root = NodeID(rawValue: 1)

    public static func < (left: NodeID, right: NodeID) -> Bool {
        left.rawValue < right.rawValue
    }
}
