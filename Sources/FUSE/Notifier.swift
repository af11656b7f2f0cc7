import CFuse
import Glibc
public import VFS

/// Tells the kernel what changed, on one thread of its own that holds no lock while it does.
///
/// The kernel takes the directory's lock for it and so waits for a READDIR under way: called from within an operation this would
/// wait for itself, and called under a lock that an operation wants it would wait for ever.
public final class Notifier: ChangeNotifier {
    private enum Change {
        case entries(directory: NodeID, names: [[UInt8]])
        /// With the number of the last announcement before it (`ChangingFiles`).
        case node(NodeID, content: Bool, announced: UInt64)
    }

    private struct State {
        var changes: [Change] = []
        /// The thread tells the kernel of changes it has taken.
        var isDelivering = false
        /// Before the session runs, and after, there is no one to tell.
        var isRunning = false
        var isStopping = false
        var thread: Thread?
    }

    private let state = Lock(State())
    private let server: Server
    private let log: MessageSink

    init(_ server: Server, log: @escaping MessageSink) {
        self.server = server
        self.log = log
    }

    public func contentWillChange(of nodes: [NodeID]) {
        guard state.withLock({ $0.isRunning }) else { return }
        server.changingFiles.begin(nodes)
        server.openFiles.supersede(nodes)
    }

    public func entriesChanged(in directory: NodeID, names: [[UInt8]]) {
        add(.entries(directory: directory, names: names))
    }

    public func nodeChanged(_ node: NodeID, content: Bool) {
        add(.node(node, content: content, announced: server.changingFiles.lastNumber))
    }

    /// Waits until the kernel knows of every change announced before, at most `seconds`; false if it does not yet. Never call it
    /// from within an operation.
    public func waitUntilDelivered(atMost seconds: Double) -> Bool {
        state.wait(atMost: seconds) { ($0.changes.isEmpty && !$0.isDelivering) || !$0.isRunning }
    }

    private func add(_ change: Change) {
        state.announce { state in
            if state.isRunning { state.changes.append(change) }
        }
    }

    // MARK: The thread

    /// Starts to deliver. `session` must live until `stop` has returned.
    func start(_ session: OpaquePointer) {
        state.withLock { $0.isRunning = true }
        let address = UInt(bitPattern: session)
        let thread = Thread.start(named: "notifier") { [self] in
            guard let session = OpaquePointer(bitPattern: address) else { return }
            while let changes = take() { deliver(changes, to: session) }
        }
        if thread == nil { log(.error, "No thread for notifications: listings that were read stay as they are") }
        state.announce { state in
            state.thread = thread
            if thread == nil { state.isRunning = false }
        }
    }

    /// Ends the thread; changes not yet delivered are dropped with the kernel's caches.
    func stop() {
        let thread = state.withLock { $0.thread }
        state.announce { $0.isStopping = true }
        thread?.join()
        state.announce { state in
            state.isRunning = false
            state.changes = []
            state.thread = nil
        }
        server.changingFiles.removeAll()
    }

    private func take() -> [Change]? {
        state.announce { $0.isDelivering = false }
        return state.wait(until: { !$0.changes.isEmpty || $0.isStopping }) { state in
            guard !state.isStopping else { return nil }
            state.isDelivering = true
            defer { state.changes = [] }
            return state.changes
        }
    }

    /// Names first: dropping one waits for a listing under way and marks its directory as changed, so that listing is not kept.
    /// Then the directories' listings and times, then nodes.
    private func deliver(_ changes: [Change], to session: OpaquePointer) {
        var names: [NodeID: Set<[UInt8]>] = [:]
        var nodes: [NodeID: (content: Bool, announced: UInt64)] = [:]
        for change in changes {
            switch change {
            case .entries(let directory, let changed): names[directory, default: []].formUnion(changed)
            case .node(let node, let content, let announced):
                nodes[node] = (content || nodes[node]?.content == true, announced)
            }
        }
        for (directory, names) in names {
            for name in names { invalidateEntry(name, in: directory, of: session) }
        }
        for directory in names.keys { invalidateNode(directory, content: true, of: session) }
        for (node, change) in nodes { invalidateNode(node, content: change.content, of: session) }
        for (node, change) in nodes { server.changingFiles.end(node, upTo: change.announced) }
    }

    private func invalidateEntry(_ name: [UInt8], in directory: NodeID, of session: OpaquePointer) {
        // The kernel wants a NUL behind the name.
        let result = (name + [0]).withUnsafeBytes { bytes -> Int32 in
            guard !name.isEmpty, let base = bytes.baseAddress else { return 0 }
            let characters = base.assumingMemoryBound(to: CChar.self)
            return fuse_lowlevel_notify_inval_entry(session, directory.rawValue, characters, name.count)
        }
        report(result)
    }

    private func invalidateNode(_ node: NodeID, content: Bool, of session: OpaquePointer) {
        // From offset 0, length 0: all pages. From a negative offset: the attributes alone.
        report(fuse_lowlevel_notify_inval_inode(session, node.rawValue, content ? 0 : -1, 0))
    }

    private func report(_ result: Int32) {
        // ENOENT: the kernel does not know it, so it keeps nothing wrong. ENOTDIR, ENOTCONN, EBADF and ENODEV: the mount is going.
        let expected = [0, -ENOENT, -ENOTDIR, -ENOTCONN, -ENODEV, -EBADF]
        if !expected.contains(result) {
            log(.debug, "A notification was refused (\(String(cString: strerror(-result))))")
        }
    }
}
