import SystemPackage
import VFS

/// A file that the kernel has open. Its address is the handle (`fh`) in the kernel's requests; the table keeps it alive.
final class OpenedFile: Sendable {
    let node: NodeID
    let file: any OpenFile
    let service: Service

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

    var handle: UInt64 {
        UInt64(UInt(bitPattern: Unmanaged.passUnretained(self).toOpaque()))
    }
}

/// All open files, and how each open inode is served.
///
/// The kernel wants one backing id per inode, and either passthrough or cached pages for all its opens (EIO otherwise). So an
/// inode's first open decides, later ones share the decision, and the last release ends it.
final class OpenFileTable: Sendable {
    private struct Inode {
        /// 0 where the inode is read through us.
        var backingID: Int32
        var count: Int
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
    func insert(_ file: any OpenFile, of node: NodeID) -> OpenedFile {
        let service = file.service
        return state.withLock { state in
            var inode =
                state.inodes[node]
                ?? {
                    guard case .identical(let descriptor) = service else { return Inode(backingID: 0, count: 0) }
                    return Inode(backingID: passthrough.open(descriptor.rawValue), count: 0)
                }()
            inode.count += 1
            state.inodes[node] = inode
            let served: OpenedFile.Service
            if inode.backingID != 0 {
                served = .passthrough(backingID: inode.backingID)
            } else if case .direct = service {
                served = .direct
            } else {
                served = .cached
            }
            let opened = OpenedFile(node: node, file: file, service: served)
            state.files[opened.handle] = opened
            return opened
        }
    }

    /// Strikes out a file and tells it that it is released.
    func release(handle: UInt64) {
        let (opened, backingID) = state.withLock { state -> (OpenedFile?, Int32) in
            guard let opened = state.files.removeValue(forKey: handle) else { return (nil, 0) }
            guard var inode = state.inodes[opened.node] else { return (opened, 0) }
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

    /// The services of the opens under way of one inode.
    func services(of node: NodeID) -> [OpenedFile.Service] {
        state.withLock { state in state.files.values.filter { $0.node == node }.map(\.service) }
    }
}
