/// To whom the files of a mount belong, and which permissions they have: never taken from the sources.
public struct Ownership: Sendable, Hashable {
    public var uid: UInt32
    public var gid: UInt32
    /// Permission bits that files lack.
    public var fileMask: UInt16
    /// Permission bits that directories lack.
    public var directoryMask: UInt16

    public init(uid: UInt32, gid: UInt32, fileMask: UInt16 = 0, directoryMask: UInt16 = 0) {
        self.uid = uid
        self.gid = gid
        self.fileMask = fileMask
        self.directoryMask = directoryMask
    }

    func permissions(of kind: TreeNodeKind) -> UInt16 {
        kind.isDirectory ? 0o555 & ~directoryMask : 0o444 & ~fileMask
    }
}
