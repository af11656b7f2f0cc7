import Synchronization
import SystemPackage
import VFS

/// A file that the kernel has open. Its address is the handle (`fh`) in the kernel's requests; the table keeps it alive.
final class OpenedFile: Sendable {
    let node: NodeID
    let file: any OpenFile
    let service: Service
    private let superseded = Atomic<Bool>(false)

    /// How the kernel was told to serve it.
    enum Service: Equatable, Sendable {
        case passthrough(backingID: Int32)
        case cached
        case direct
    }

    init(node: NodeID, file: any OpenFile, service: Service) {
        self.node = node
        self.file = file
        self.service = service
    }

    /// True once the file has other bytes: what is read of this one must not reach the pages that the next one shares.
    var isSuperseded: Bool { superseded.load(ordering: .acquiring) }

    func supersede() { superseded.store(true, ordering: .releasing) }

    var handle: UInt64 {
        UInt64(UInt(bitPattern: Unmanaged.passUnretained(self).toOpaque()))
    }
}

/// All open files, and how each open inode is served.
///
/// The kernel wants one backing id per inode, and either passthrough or cached pages for all its opens (EIO otherwise). So an
/// inode's first open decides, later ones share the decision, and the last release ends it. Pages and backing file are one
/// version's. While one is open that was superseded, newer ones are read past its pages (direct I/O, which the kernel allows
/// beside them); beside a backing file it allows nothing, so that they have to wait for its release.
final class OpenFileTable: Sendable {
    private struct Inode {
        /// 0 where the inode is read through us.
        var backingID: Int32
        var version: FileVersion?
        /// Bytes have changed since it was opened.
        var isSuperseded = false
        /// Opens that share pages or backing file.
        var count = 0
    }

    private struct State {
        var inodes: [NodeID: Inode] = [:]
        var files: [UInt64: OpenedFile] = [:]
    }

    private let state = Lock(State())
    private let passthrough: Passthrough

    init(passthrough: Passthrough) {
        self.passthrough = passthrough
    }

    /// Enters a file that was just opened. Registering it for passthrough is a short system call that never waits for a disk.
    ///
    /// - throws: ESTALE while the kernel itself reads another version of it for somebody.
    func insert(_ file: any OpenFile, of node: NodeID) throws(Errno) -> OpenedFile {
        let (service, version) = (file.service, file.version)
        return try state.withLock { state throws(Errno) in
            let opened = OpenedFile(node: node, file: file, service: try serve(node, as: service, version, &state))
            state.files[opened.handle] = opened
            return opened
        }
    }

    private func serve(
        _ node: NodeID, as service: FileService, _ version: FileVersion?, _ state: inout State
    ) throws(Errno) -> OpenedFile.Service {
        if case .direct = service { return .direct }
        var inode: Inode
        if let open = state.inodes[node] {
            if open.isSuperseded || open.version != version {
                guard open.backingID == 0 else { throw .staleNFSFileHandle }
                return .direct
            }
            inode = open
        } else {
            inode = Inode(backingID: 0, version: version)
            if case .identical(let descriptor) = service { inode.backingID = passthrough.open(descriptor.rawValue) }
        }
        inode.count += 1
        state.inodes[node] = inode
        return inode.backingID == 0 ? .cached : .passthrough(backingID: inode.backingID)
    }

    /// The bytes of `nodes` are about to change. What is open of them reads no more through us; where the kernel reads the old
    /// file itself, it goes on.
    func supersede(_ nodes: [NodeID]) {
        state.withLock { state in
            let open = Set(nodes.filter { state.inodes[$0] != nil })
            if open.isEmpty { return }
            for node in open { state.inodes[node]?.isSuperseded = true }
            for opened in state.files.values where open.contains(opened.node) && opened.service == .cached {
                opened.supersede()
            }
        }
    }

    /// Strikes out a file and tells it that it is released.
    func release(handle: UInt64) {
        let (opened, backingID) = state.withLock { state -> (OpenedFile?, Int32) in
            guard let opened = state.files.removeValue(forKey: handle) else { return (nil, 0) }
            guard opened.service != .direct, var inode = state.inodes[opened.node] else { return (opened, 0) }
            inode.count -= 1
            state.inodes[opened.node] = inode.count > 0 ? inode : nil
            return (opened, inode.count > 0 ? 0 : inode.backingID)
        }
        if backingID != 0 { passthrough.close(backingID) }
        opened?.file.release()
    }

    /// Releases what the kernel left open when the connection ended; its backing ids ended with it.
    func releaseAll() {
        let files = state.withLock { state in
            defer { state = State() }
            return Array(state.files.values)
        }
        for opened in files { opened.file.release() }
    }

    /// What one of the opens under way of an inode knows of it.
    func entry(of node: NodeID) -> Entry? {
        let opened = state.withLock { state in
            state.inodes[node] == nil ? nil : state.files.values.first { $0.node == node }
        }
        return opened?.file.entry
    }

    /// The services of the opens under way of one inode.
    func services(of node: NodeID) -> [OpenedFile.Service] {
        state.withLock { state in state.files.values.filter { $0.node == node }.map(\.service) }
    }
}
