/// One name that somebody dropped: a file or a directory.
public struct DroppedName: Hashable, Sendable {
    public enum Kind: UInt8, Sendable {
        case file = 0
        case directory = 1
    }

    /// Where the bytes of a file are.
    public enum State: UInt8, Sendable {
        /// In the staging area: being written, or under a temporary name, or not judged yet.
        case staged = 0
        /// On their way to `path`, or already there: a crash leaves this.
        case storing = 1
        /// The archive's file at `path` has them.
        case archived = 2
        /// In quarantine.
        case quarantined = 3
    }

    /// A number that is never given twice; it names the file in staging area and quarantine too.
    public var id: UInt64
    /// The directory's number.
    public var parent: UInt64
    public var name: [UInt8]
    public var kind: Kind
    /// Permission bits.
    public var mode: UInt16
    public var uid: UInt32
    public var gid: UInt32
    /// Of a file whose bytes are the archive's. Of one in staging area or quarantine the file itself tells.
    public var size: UInt64
    /// As `size`; of a directory always.
    public var modificationTime: FileTime
    public var changeTime: FileTime
    public var state: State
    /// Nil before it was judged.
    public var outcome: ImportOutcome?
    public var sopInstanceUID: String
    /// Beneath the archive's root; see `ImportVerdict.path`.
    public var path: [UInt8]?
    /// Of the archive's file when the name came to share its bytes: another one has taken its place if it differs.
    public var archivedTime: FileTime
    /// SHA-256 of a file whose bytes are the archive's; empty if it was not made.
    public var digest: [UInt8]
    public var detail: String
    /// When it got its outcome: seconds since the epoch.
    public var judgedSeconds: Int64?

    public init(
        id: UInt64 = 0, parent: UInt64, name: [UInt8], kind: Kind, mode: UInt16, uid: UInt32, gid: UInt32,
        size: UInt64 = 0, modificationTime: FileTime, changeTime: FileTime, state: State = .staged,
        outcome: ImportOutcome? = nil, sopInstanceUID: String = "", path: [UInt8]? = nil,
        archivedTime: FileTime = FileTime(seconds: 0, nanoseconds: 0), digest: [UInt8] = [], detail: String = "",
        judgedSeconds: Int64? = nil
    ) {
        self.id = id
        self.parent = parent
        self.name = name
        self.kind = kind
        self.mode = mode
        self.uid = uid
        self.gid = gid
        self.size = size
        self.modificationTime = modificationTime
        self.changeTime = changeTime
        self.state = state
        self.outcome = outcome
        self.sopInstanceUID = sopInstanceUID
        self.path = path
        self.archivedTime = archivedTime
        self.digest = digest
        self.detail = detail
        self.judgedSeconds = judgedSeconds
    }
}
