/// A point in time as file systems keep it: seconds since the epoch and nanoseconds within the second.
public struct Timestamp: Hashable, Sendable, Comparable {
    public var seconds: Int64
    /// 0 to 999,999,999.
    public var nanoseconds: UInt32

    public init(seconds: Int64, nanoseconds: UInt32) {
        self.seconds = seconds
        self.nanoseconds = nanoseconds
    }

    public static func < (left: Timestamp, right: Timestamp) -> Bool {
        (left.seconds, left.nanoseconds) < (right.seconds, right.nanoseconds)
    }
}

/// What kind of node an inode is.
public enum NodeKind: UInt8, Sendable {
    case directory
    case regularFile
}

/// What `stat` tells of a node. Block counts follow from the size.
public struct Attributes: Sendable {
    public var nodeID: NodeID
    public var kind: NodeKind
    /// The permission bits alone, for example 0o444.
    public var permissions: UInt16
    /// 1 for files; for directories 2 and the count of their subdirectories, or 1 if that is not known: fts(3) believes it.
    public var linkCount: UInt32
    public var uid: UInt32
    public var gid: UInt32
    /// In bytes, exact: reads and this come from the same layout.
    public var size: UInt64
    public var modificationTime: Timestamp
    public var changeTime: Timestamp
    /// Tells apart nodes that have the same id at different times: a handle of one is stale for the other. 1 where an id is never
    /// given to another.
    public var generation: UInt64 = 1
    /// st_ino: the node id, unless numbers of fewer bits were asked for.
    public var inodeNumber: UInt64

    public init(
        nodeID: NodeID, kind: NodeKind, permissions: UInt16, linkCount: UInt32, uid: UInt32, gid: UInt32, size: UInt64,
        modificationTime: Timestamp, changeTime: Timestamp
    ) {
        self.nodeID = nodeID
        self.kind = kind
        self.permissions = permissions
        self.linkCount = linkCount
        self.uid = uid
        self.gid = gid
        self.size = size
        self.modificationTime = modificationTime
        self.changeTime = changeTime
        inodeNumber = nodeID.rawValue
    }
}

/// How long the kernel may keep what it was told, in seconds. Changes are pushed, so this is long where nothing changes
/// unannounced.
public struct CacheTimeouts: Sendable {
    public var entry: Double
    public var attributes: Double

    public init(entry: Double, attributes: Double) {
        self.entry = entry
        self.attributes = attributes
    }

    /// A year: changes are pushed to the kernel (`ChangeNotifier`).
    public static let untilNotified = CacheTimeouts(entry: 365 * 86400, attributes: 365 * 86400)
    /// Nothing is kept: for nodes whose content changes unannounced, such as status files.
    public static let none = CacheTimeouts(entry: 0, attributes: 0)
}

/// The answer to `lookup`: which node a name leads to.
public struct Entry: Sendable {
    public var attributes: Attributes
    public var timeouts: CacheTimeouts

    public init(attributes: Attributes, timeouts: CacheTimeouts) {
        self.attributes = attributes
        self.timeouts = timeouts
    }
}
