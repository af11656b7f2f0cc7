/// One name in a tree.
public struct NodeRow: Hashable, Sendable {
    /// Node id of the directory that holds the name.
    public var parent: UInt64
    /// st_ino: 62 bits, never 0 or 1.
    public var id: UInt64
    public var name: [UInt8]
    /// What sort of node it is; the index does not interpret it.
    public var kind: UInt8
    /// `ViewInstanceRow.id` of a file.
    public var viewInstanceID: Int64?
    /// In bytes.
    public var size: UInt64
    public var modificationTime: FileTime
    public var changeTime: FileTime
    /// Of a directory: the wrapping sum of its entries' digests.
    public var entryDigest: UInt64
    /// Who the node is: 16 bytes, of which `id` is a part.
    public var identity: [UInt8]
    /// How often `identity` was hashed again because another node has the id.
    public var idRehash: Int
    /// How often the code in `name` was made again because another node of the directory has the name.
    public var nameRehash: Int

    public init(
        parent: UInt64, id: UInt64, name: [UInt8], kind: UInt8, viewInstanceID: Int64? = nil, size: UInt64 = 0,
        modificationTime: FileTime, changeTime: FileTime, entryDigest: UInt64 = 0,
        identity: [UInt8] = [], idRehash: Int = 0, nameRehash: Int = 0
    ) {
        self.parent = parent
        self.id = id
        self.name = name
        self.kind = kind
        self.viewInstanceID = viewInstanceID
        self.size = size
        self.modificationTime = modificationTime
        self.changeTime = changeTime
        self.entryDigest = entryDigest
        self.identity = identity
        self.idRehash = idRehash
        self.nameRehash = nameRehash
    }
}

/// A node as a listing walks over it: the same as `NodeRow`, but its name is lent for the time of the call.
public struct ListedNode {
    public let id: UInt64
    /// Valid only within the closure that it was given to.
    public let name: UnsafeBufferPointer<UInt8>
    public let kind: UInt8
    public let viewInstanceID: Int64?
    public let size: UInt64
    public let modificationTime: FileTime
    public let changeTime: FileTime
    public let entryDigest: UInt64
}
