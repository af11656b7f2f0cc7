public import SystemPackage

/// The bytes of one name within a directory, without "/" and NUL; valid only during the call it is passed to.
public typealias NameBytes = UnsafeBufferPointer<UInt8>

/// Where a directory stream stands: the key of the last entry delivered, not its position, so that entries that come or go
/// never make a reader miss or repeat another. 0 is the beginning; keys are at most 2^63 - 4, for the kernel's offsets are signed
/// and the server numbers "." and ".." before them.
public typealias DirectoryCookie = UInt64

/// What the file system tells of itself as a whole (statvfs(3)).
public struct FileSystemStatistics: Sendable {
    public var blockSize: UInt64
    public var blocks: UInt64
    public var blocksFree: UInt64
    public var blocksAvailable: UInt64
    public var files: UInt64
    public var filesFree: UInt64
    public var maximumNameLength: UInt64

    public init(
        blockSize: UInt64, blocks: UInt64, blocksFree: UInt64, blocksAvailable: UInt64, files: UInt64,
        filesFree: UInt64,
        maximumNameLength: UInt64
    ) {
        self.blockSize = blockSize
        self.blocks = blocks
        self.blocksFree = blocksFree
        self.blocksAvailable = blocksAvailable
        self.files = files
        self.filesFree = filesFree
        self.maximumNameLength = maximumNameLength
    }
}

/// A file system that can be served, whatever serves it.
///
/// Operations bear libfuse's names at every storey. Each is a synchronous function that may block: it is called on a thread
/// made for that, never on a thread of Swift's cooperative pool. Operations run concurrently.
///
/// The first five are what a read-only tree needs; the rest have answers of their own that suit such a tree.
public protocol FileSystem: AnyObject, Sendable {
    /// Finds `name` in `parent`. Called when the kernel meets a name it does not remember. "." and "..", which it asks for when
    /// it resolves a file handle after a restart (EXPORT_SUPPORT), are answered by the server from `getattr` and `parent`.
    /// - throws: `.noSuchFileOrDirectory`; `.notDirectory` if `parent` is a file.
    func lookup(_ name: NameBytes, in parent: NodeID) throws(Errno) -> Entry

    /// `lookup` on behalf of `caller`: a name may lead those who write elsewhere than those who read.
    func lookup(_ name: NameBytes, in parent: NodeID, caller: Caller) throws(Errno) -> Entry

    /// What `stat` tells of `node`.
    func getattr(_ node: NodeID) throws(Errno) -> Entry

    /// Delivers the entries of `directory` that come after `cookie`, in the order of their cookies, until `deliver` answers
    /// false. "." and ".." are the server's business, not delivered here.
    func readdir(
        _ directory: NodeID, after cookie: DirectoryCookie,
        deliver: (_ name: NameBytes, _ cookie: DirectoryCookie, _ entry: Entry) -> Bool
    ) throws(Errno)

    /// Opens `node` for reading. The file returned lives until the last descriptor on it is closed.
    func open(_ node: NodeID) throws(Errno) -> any OpenFile

    /// The parent of a directory, for "..".
    func parent(of directory: NodeID) throws(Errno) -> NodeID

    func statfs(_ node: NodeID) throws(Errno) -> FileSystemStatistics

    /// The kernel gave up `lookups` of the answers that `lookup` gave it for `node`. Only a file system that keeps nodes in memory
    /// counts them; nodes delivered by `readdir` are given up through this too, without having been looked up.
    func forget(_ node: NodeID, lookups: UInt64)

    /// st_ino of `node`, as its attributes have it.
    func inodeNumber(of node: NodeID) -> UInt64

    // MARK: Extended attributes; only of a mount that was asked for them.

    /// The value of an extended attribute of `node`.
    /// - throws: `ENODATA` if it has none of this name.
    func getxattr(_ name: NameBytes, of node: NodeID) throws(Errno) -> [UInt8]

    /// The names of the extended attributes of `node`.
    func listxattr(_ node: NodeID) throws(Errno) -> [[UInt8]]

    /// How long, in seconds, the kernel may remember that a name is not in `parent`.
    func negativeTimeout(in parent: NodeID) -> Double

    // MARK: What changes something; a read-only tree has none of it and answers `.readOnlyFileSystem`.

    /// Opens `node` for writing, and for reading too; `truncates` says that it is to be empty at once.
    /// - throws: ESTALE where `lookup` now leads this caller to another node, which the kernel then asks for.
    func open(_ node: NodeID, forWriting truncates: Bool, caller: Caller) throws(Errno) -> any OpenFile

    /// Makes the file `name` in `parent` and opens it for writing. The kernel has found that the name is not there.
    func create(
        _ name: NameBytes, in parent: NodeID, permissions: UInt16, caller: Caller
    ) throws(Errno) -> (entry: Entry, file: any OpenFile)

    /// Makes the directory `name` in `parent`.
    func mkdir(_ name: NameBytes, in parent: NodeID, permissions: UInt16, caller: Caller) throws(Errno) -> Entry

    /// Removes the name of a file. Whoever has it open goes on using it.
    func unlink(_ name: NameBytes, in parent: NodeID) throws(Errno)

    /// Removes an empty directory.
    func rmdir(_ name: NameBytes, in parent: NodeID) throws(Errno)

    /// Gives a file or directory another name, in place of what has that name, if anything has.
    func rename(
        _ name: NameBytes, in parent: NodeID, to newName: NameBytes, in newParent: NodeID, mode: RenameMode
    ) throws(Errno)

    /// Changes what `stat` tells of `node`. `file` is the open file through which it is done, if it is.
    /// - throws: ESTALE as `open` for writing does.
    func setattr(
        _ node: NodeID, _ changes: AttributeChanges, through file: (any OpenFile)?, caller: Caller
    ) throws(Errno) -> Entry

    /// Makes the names in `directory` survive a crash of the machine.
    func fsyncdir(_ directory: NodeID) throws(Errno)

    /// Whether something can be changed in `directory`: what cannot be done even there (links, devices) is `.notPermitted`
    /// then, and EROFS elsewhere.
    func isWritable(_ directory: NodeID) -> Bool
}

extension FileSystem {
    public func lookup(_ name: NameBytes, in parent: NodeID, caller: Caller) throws(Errno) -> Entry {
        try lookup(name, in: parent)
    }

    public func open(_ node: NodeID, forWriting truncates: Bool, caller: Caller) throws(Errno) -> any OpenFile {
        throw .readOnlyFileSystem
    }
    public func create(
        _ name: NameBytes, in parent: NodeID, permissions: UInt16, caller: Caller
    ) throws(Errno) -> (entry: Entry, file: any OpenFile) { throw .readOnlyFileSystem }
    public func mkdir(
        _ name: NameBytes, in parent: NodeID, permissions: UInt16, caller: Caller
    ) throws(Errno) -> Entry { throw .readOnlyFileSystem }
    public func unlink(_ name: NameBytes, in parent: NodeID) throws(Errno) { throw .readOnlyFileSystem }
    public func rmdir(_ name: NameBytes, in parent: NodeID) throws(Errno) { throw .readOnlyFileSystem }
    public func rename(
        _ name: NameBytes, in parent: NodeID, to newName: NameBytes, in newParent: NodeID, mode: RenameMode
    ) throws(Errno) { throw .readOnlyFileSystem }
    public func setattr(
        _ node: NodeID, _ changes: AttributeChanges, through file: (any OpenFile)?, caller: Caller
    ) throws(Errno) -> Entry { throw .readOnlyFileSystem }
    public func fsyncdir(_ directory: NodeID) throws(Errno) {}
    public func isWritable(_ directory: NodeID) -> Bool { false }

    public func getxattr(_ name: NameBytes, of node: NodeID) throws(Errno) -> [UInt8] { throw .noData }
    public func listxattr(_ node: NodeID) throws(Errno) -> [[UInt8]] { [] }

    public func forget(_ node: NodeID, lookups: UInt64) {}

    public func inodeNumber(of node: NodeID) -> UInt64 { node.rawValue }

    /// A year: names that appear are pushed to the kernel (`ChangeNotifier`).
    public func negativeTimeout(in parent: NodeID) -> Double { CacheTimeouts.untilNotified.entry }
}

/// One opened file. Concurrent reads of one open file are normal.
public protocol OpenFile: AnyObject, Sendable {
    /// How the kernel may serve this file.
    var service: FileService { get }

    /// Which version of the file was opened, as the attributes of its node tell it; nil for a file that is new at each open.
    var version: FileVersion? { get }

    /// Fills `buffer` from `offset` on and returns how many bytes there were: fewer than asked only at the end of the file.
    /// Never parses, queries, or allocates by size.
    /// - throws: `.ioError` where a source is shorter than planned; `Errno(ESTALE)` where it was changed. Never zeros instead.
    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64) throws(Errno) -> Int

    /// How many of the `count` bytes from `offset` on `forEachPiece` can tell the places of: all that there are, or 0 if they have
    /// to be read.
    func placedCount(_ count: Int, at offset: UInt64) -> Int

    /// Says where the `count` bytes from `offset` on are, which `placedCount` answered, piece by piece in their order, until
    /// `deliver` answers false. A piece is there during the call. Checks and throws as `read` does; that a file is shorter than its
    /// pieces is for `deliver` to find out.
    func forEachPiece(
        of count: Int, at offset: UInt64, deliver: (FilePiece) throws(Errno) -> Bool
    ) throws(Errno)

    /// What `getattr` told when it was opened: what it goes on to tell those who have it open when its node is gone.
    var entry: Entry? { get }

    /// Called once, when the last descriptor is closed, and nothing is mapped any more.
    func release()

    // MARK: Of files opened for writing

    /// Writes all of `bytes` at `offset`, or says why not; some may be written then.
    func write(_ bytes: UnsafeRawBufferPointer, at offset: UInt64) throws(Errno)

    /// Called whenever a descriptor is closed, be it a duplicate, or one that a child process inherited: more may be written.
    /// An error is that close's error.
    func flush() throws(Errno)

    /// Makes what was written survive a crash.
    func fsync() throws(Errno)

    /// Reserves, or gives back, room; `mode` is that of fallocate(2).
    func fallocate(mode: Int32, offset: UInt64, length: UInt64) throws(Errno)
}

extension OpenFile {
    public func placedCount(_ count: Int, at offset: UInt64) -> Int { 0 }
    public func forEachPiece(
        of count: Int, at offset: UInt64, deliver: (FilePiece) throws(Errno) -> Bool
    ) throws(Errno) {}
    public var entry: Entry? { nil }
    public func write(_ bytes: UnsafeRawBufferPointer, at offset: UInt64) throws(Errno) { throw .badFileDescriptor }
    public func flush() throws(Errno) {}
    public func fsync() throws(Errno) {}
    public func fallocate(mode: Int32, offset: UInt64, length: UInt64) throws(Errno) { throw .badFileDescriptor }
}

/// Where some bytes of an open file are, for a server that need not copy them.
public enum FilePiece {
    case memory(UnsafeRawBufferPointer)
    case file(FileDescriptor, offset: UInt64, count: Int)
}

/// How the kernel may serve an open file.
public enum FileService: Sendable {
    /// All bytes equal those of the file behind `descriptor`: the kernel may read that itself (FUSE passthrough). The
    /// descriptor stays open until `release`.
    case identical(to: FileDescriptor)
    /// Bytes come from `read` and never change while this inode has them: the kernel may keep its pages over opens.
    case cached
    /// Bytes come from `read` and may differ at every open: nothing is kept (direct I/O).
    case direct
}

/// Tells whoever caches a file system's answers what has changed. Called after the change can be seen, by any thread,
/// and never from within a file-system operation.
public protocol ChangeNotifier: AnyObject, Sendable {
    /// The bytes of these files are about to change. Called before the change can be seen, and followed by `nodeChanged` for
    /// each when it can, or when nothing came of it. What is open of them gives no byte any more that the kernel might keep.
    func contentWillChange(of nodes: [NodeID])
    /// Names that appeared in, went from, or now lead elsewhere in `directory`; its listing and times changed too.
    func entriesChanged(in directory: NodeID, names: [[UInt8]])
    /// The attributes of `node` changed, and its bytes if `content`.
    func nodeChanged(_ node: NodeID, content: Bool)
}
