/// Who asks: new files belong to them.
public struct Caller: Sendable, Hashable {
    public var uid: UInt32
    public var gid: UInt32
    /// The thread's number in the server's PID namespace (gettid(2)); 0 if it has none there.
    public var threadID: Int32

    public init(uid: UInt32, gid: UInt32, threadID: Int32 = 0) {
        self.uid = uid
        self.gid = gid
        self.threadID = threadID
    }
}

/// What `setattr` is to change; nil leaves as it is.
public struct AttributeChanges: Sendable {
    /// The permission bits alone.
    public var permissions: UInt16?
    public var uid: UInt32?
    public var gid: UInt32?
    public var size: UInt64?
    public var modificationTime: NewTime?

    public enum NewTime: Sendable {
        case now
        case at(Timestamp)
    }

    public init() {}
}

/// What `rename` does about a name that is taken.
public enum RenameMode: Sendable {
    /// What has it goes, at once.
    case replacing
    /// EEXIST.
    case notReplacing
}
