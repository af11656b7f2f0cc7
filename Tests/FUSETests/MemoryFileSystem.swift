import FUSE
import Glibc
import SystemPackage
import VFS

@testable import FUSE

/// A file system in memory, to be served by the sessions under test.
final class MemoryFileSystem: FileSystem {
    /// Where a file's bytes come from.
    enum Content: Sendable {
        /// The byte at each offset is `pattern(offset)`; served in pieces that end at odd places.
        case pattern(size: UInt64)
        case bytes([UInt8])
        /// The bytes of a file on disk, `identical` to it or only `cached`.
        case file(path: String, isIdentical: Bool)
        /// The bytes of a file on disk, said to equal one that the kernel will not take.
        case refused(path: String)
        case direct(@Sendable () -> [UInt8])
        /// Bytes in memory and in files, one after the other; where they are is told.
        case placed([Piece])
    }

    enum Piece: Sendable {
        case bytes([UInt8])
        case file(path: String, offset: UInt64, count: Int)

        var count: Int {
            switch self {
            case .bytes(let bytes): bytes.count
            case .file(_, _, let count): count
            }
        }
    }

    struct Node {
        var attributes: Attributes
        var parent: NodeID
        var content: Content?
        var children: [[UInt8]: NodeID] = [:]
        var timeouts = CacheTimeouts.untilNotified
    }

    struct State {
        var nodes: [NodeID: Node] = [:]
        var lookups: [[UInt8]] = []
        var reads = 0
        var opened = 0
        var released = 0
    }

    let state = Lock(State())
    /// Runs after a listing was taken from the tree and before it is delivered.
    let whileListing = Lock<(@Sendable () -> Void)?>(nil)
    let permissions: UInt16

    init(permissions: UInt16 = 0o777) {
        self.permissions = permissions
        state.withLock { $0.nodes[.root] = Node(attributes: attributes(.root, .directory, size: 0), parent: .root) }
    }

    static func pattern(_ offset: UInt64) -> UInt8 {
        UInt8(truncatingIfNeeded: offset &* 31 &+ (offset >> 8) &* 7 &+ (offset >> 16))
    }

    private func attributes(_ node: NodeID, _ kind: NodeKind, size: UInt64) -> Attributes {
        Attributes(
            nodeID: node, kind: kind, permissions: permissions, linkCount: kind == .directory ? 2 : 1, uid: getuid(),
            gid: getgid(), size: size, modificationTime: Timestamp(seconds: 1_000_000_000, nanoseconds: 123_456_789),
            changeTime: Timestamp(seconds: 1_000_000_001, nanoseconds: 5))
    }

    @discardableResult
    func add(_ name: String, in parent: NodeID = .root, _ content: Content? = nil) -> NodeID {
        state.withLock { state in
            let node = NodeID(rawValue: UInt64(state.nodes.count) + 1)
            let size: UInt64
            switch content {
            case nil, .direct: size = 0
            case .pattern(let length): size = length
            case .bytes(let bytes): size = UInt64(bytes.count)
            case .placed(let pieces): size = UInt64(pieces.map(\.count).reduce(0, +))
            case .file(let path, _), .refused(let path):
                var status = stat()
                stat(path, &status)
                size = UInt64(status.st_size)
            }
            var entry = Node(
                attributes: attributes(node, content == nil ? .directory : .regularFile, size: size), parent: parent,
                content: content)
            if case .direct = content { entry.timeouts = .none }
            state.nodes[node] = entry
            state.nodes[parent]?.children[Array(name.utf8)] = node
            return node
        }
    }

    /// Gives a file other bytes; nobody is told.
    func change(_ node: NodeID, to content: Content, size: Int) {
        state.withLock { state in
            state.nodes[node]?.content = content
            state.nodes[node]?.attributes.size = UInt64(size)
            state.nodes[node]?.attributes.changeTime.seconds += 1
        }
    }

    func lookup(_ name: NameBytes, in parent: NodeID) throws(Errno) -> Entry {
        let name = Array(name)
        let node = try state.withLock { state throws(Errno) -> Node in
            state.lookups.append(name)
            guard let directory = state.nodes[parent] else { throw .noSuchFileOrDirectory }
            guard directory.attributes.kind == .directory else { throw .notDirectory }
            guard let child = directory.children[name], let node = state.nodes[child] else {
                throw .noSuchFileOrDirectory
            }
            return node
        }
        return Entry(attributes: node.attributes, timeouts: node.timeouts)
    }

    private func node(_ node: NodeID) throws(Errno) -> Node {
        guard let found = state.withLock({ $0.nodes[node] }) else { throw .noSuchFileOrDirectory }
        return found
    }

    func getattr(_ node: NodeID) throws(Errno) -> Entry {
        let node = try self.node(node)
        return Entry(attributes: node.attributes, timeouts: node.timeouts)
    }

    func readdir(
        _ directory: NodeID, after cookie: DirectoryCookie,
        deliver: (_ name: NameBytes, _ cookie: DirectoryCookie, _ entry: Entry) -> Bool
    ) throws(Errno) {
        let entries = state.withLock { state in
            (state.nodes[directory]?.children ?? [:]).filter { $0.value.rawValue > cookie }.map {
                ($0.key, state.nodes[$0.value])
            }
        }.sorted { ($0.1?.attributes.nodeID ?? .root) < ($1.1?.attributes.nodeID ?? .root) }
        whileListing.withLock { $0 }?()
        for (name, node) in entries {
            guard let node else { continue }
            let isTaken = name.withUnsafeBufferPointer {
                deliver(
                    $0, node.attributes.nodeID.rawValue, Entry(attributes: node.attributes, timeouts: node.timeouts))
            }
            if !isTaken { return }
        }
    }

    func open(_ node: NodeID) throws(Errno) -> any OpenFile {
        let node = try self.node(node)
        guard let content = node.content else { throw .isDirectory }
        state.withLock { $0.opened += 1 }
        return try MemoryFile(content, version: node.attributes.version, of: self)
    }

    func parent(of directory: NodeID) throws(Errno) -> NodeID {
        try node(directory).parent
    }

    func getxattr(_ name: NameBytes, of node: NodeID) throws(Errno) -> [UInt8] {
        guard name.elementsEqual("user.length".utf8) else { throw .noData }
        return [1, 2, 3, 4, 5]
    }

    func listxattr(_ node: NodeID) throws(Errno) -> [[UInt8]] { [Array("user.length".utf8)] }

    func statfs(_ node: NodeID) throws(Errno) -> FileSystemStatistics {
        FileSystemStatistics(
            blockSize: 4096, blocks: 1000, blocksFree: 400, blocksAvailable: 300, files: 77, filesFree: 11,
            maximumNameLength: 255)
    }
}

/// A file of a `MemoryFileSystem` that is open.
final class MemoryFile: OpenFile {
    let service: FileService
    let version: FileVersion?
    private let content: MemoryFileSystem.Content
    private let fileSystem: MemoryFileSystem
    private let descriptor: FileDescriptor?

    init(
        _ content: MemoryFileSystem.Content, version: FileVersion, of fileSystem: MemoryFileSystem
    ) throws(Errno) {
        self.fileSystem = fileSystem
        if case .direct = content { self.version = nil } else { self.version = version }
        switch content {
        case .file(let path, let isIdentical):
            let number = Glibc.open(path, O_RDONLY | O_CLOEXEC)
            guard number >= 0 else { throw Errno(rawValue: errno) }
            let descriptor = FileDescriptor(rawValue: number)
            self.descriptor = descriptor
            service = isIdentical ? .identical(to: descriptor) : .cached
            self.content = content
        case .refused(let path):
            descriptor = try MemoryFile(.file(path: path, isIdentical: false), version: version, of: fileSystem)
                .descriptor
            service = .identical(to: FileDescriptor(rawValue: -1))
            self.content = content
        case .direct(let make):
            // What is read in one open is of one moment.
            self.content = .bytes(make())
            service = .direct
            descriptor = nil
        case .pattern, .bytes, .placed:
            self.content = content
            service = .cached
            descriptor = nil
        }
    }

    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64) throws(Errno) -> Int {
        fileSystem.state.withLock { $0.reads += 1 }
        switch content {
        case .pattern(let size):
            guard offset < size else { return 0 }
            let count = min(buffer.count, Int(size - offset))
            for index in 0..<count { buffer[index] = MemoryFileSystem.pattern(offset + UInt64(index)) }
            return count
        case .bytes(let bytes):
            guard offset < UInt64(bytes.count) else { return 0 }
            let part = bytes[Int(offset)..<min(bytes.count, Int(offset) + buffer.count)]
            buffer.copyBytes(from: part)
            return part.count
        case .file, .refused:
            let count = pread(descriptor?.rawValue ?? -1, buffer.baseAddress, buffer.count, off_t(offset))
            guard count >= 0 else { throw Errno(rawValue: errno) }
            return count
        case .direct:
            throw .ioError
        case .placed:
            var bytes: [UInt8] = []
            try forEachPiece(of: placedCount(buffer.count, at: offset), at: offset) { (piece) throws(Errno) in
                switch piece {
                case .memory(let part): bytes += part
                case .file(let file, let offset, let count):
                    var part = [UInt8](repeating: 0, count: count)
                    // Shorter than planned.
                    guard pread(file.rawValue, &part, count, off_t(offset)) == count else { throw .ioError }
                    bytes += part
                }
                return true
            }
            buffer.copyBytes(from: bytes)
            return bytes.count
        }
    }

    func placedCount(_ count: Int, at offset: UInt64) -> Int {
        guard case .placed(let pieces) = content else { return 0 }
        return max(0, min(count, pieces.map(\.count).reduce(0, +) - Int(offset)))
    }

    func forEachPiece(
        of count: Int, at offset: UInt64, deliver: (FilePiece) throws(Errno) -> Bool
    ) throws(Errno) {
        guard case .placed(let pieces) = content else { return }
        var start = 0
        let wanted = Int(offset)..<Int(offset) + count
        for piece in pieces {
            let part = wanted.clamped(to: start..<start + piece.count)
            let skipped = part.lowerBound - start
            start += piece.count
            if part.isEmpty { continue }
            let isTaken: Bool
            switch piece {
            case .bytes(let bytes):
                let result = bytes[skipped..<skipped + part.count].withUnsafeBytes { bytes -> Result<Bool, Errno> in
                    do throws(Errno) { return .success(try deliver(.memory(bytes))) } catch { return .failure(error) }
                }
                isTaken = try result.get()
            case .file(let path, let offset, _):
                let file = Glibc.open(path, O_RDONLY | O_CLOEXEC)
                guard file >= 0 else { throw Errno(rawValue: errno) }
                defer { close(file) }
                isTaken = try deliver(
                    .file(FileDescriptor(rawValue: file), offset: offset + UInt64(skipped), count: part.count))
            }
            if !isTaken { return }
        }
    }

    func release() {
        try? descriptor?.close()
        fileSystem.state.withLock { $0.released += 1 }
    }
}
