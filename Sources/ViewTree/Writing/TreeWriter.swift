public import Archive
public import Views

/// Keeps the names and nodes of the trees in step with the instances of the views.
public final class TreeWriter: ViewObserver {
    private struct State {
        var isRecording = false
        var changes = TreeChanges()
    }

    let template: NameTemplate
    let idBits: Int
    private let state = Lock(State())

    /// - Parameter template: How paths are made.
    public convenience init(template: NameTemplate = .default) {
        self.init(template: template, idBits: 63)
    }

    init(template: NameTemplate, idBits: Int) {
        self.template = template
        self.idBits = idBits
    }

    /// Makes the nodes that are there without any instance: the root, the views and what is not listed.
    public func prepare(in transaction: IndexTransaction) throws(IndexError) {
        let root = NodeIdentity(tree: "")
        let rootID: UInt64 = 1
        guard try transaction.snapshot.node(id: rootID) == nil else { return }
        let epoch = FileTime(seconds: 0, nanoseconds: 0)
        var update = TreeUpdate(transaction: transaction, template: template, idBits: idBits)
        func add(
            _ name: String, _ kind: TreeNodeKind, _ identity: NodeIdentity, in parent: UInt64
        ) throws(IndexError) -> UInt64 {
            var row = NodeRow(
                parent: parent, id: rootID, name: Array(name.utf8), kind: kind.rawValue, modificationTime: epoch,
                changeTime: epoch, identity: identity.bytes)
            if kind != .root { try update.placeID(&row, from: 0) }
            try transaction.insertNode(row)
            return row.id
        }
        _ = try add("", .root, root, in: 0)
        for view in ViewCode.allCases {
            let name = TreeName.name(of: view)
            let id = try add(name, .view, NodeIdentity(tree: name), in: rootID)
            _ = try update.openDirectory(id: id)
            let share = EntryDigest.digest(name: Array(name.utf8), changeTime: epoch)
            update.directories[root]?.add(share: share, seconds: 0)
        }
        let control = try add(TreeName.control, .control, NodeIdentity(tree: TreeName.control), in: rootID)
        let status = NodeIdentity(tree: "\(TreeName.control)/\(TreeName.status)")
        _ = try add(TreeName.status, .status, status, in: control)
        try update.close()
    }

    /// Changes the trees as the instances of views changed, in the transaction that changes those.
    public func viewInstancesChanged(_ changes: ViewInstanceChanges, in transaction: IndexTransaction)
        throws(IndexError)
    {
        if changes.isEmpty { return }
        try prepare(in: transaction)
        var update = TreeUpdate(transaction: transaction, template: template, idBits: idBits)
        for row in changes.removed { try update.remove(row) }
        for (_, row) in changes.updated { try update.put(row, isNew: false) }
        for row in changes.inserted { try update.put(row, isNew: true) }
        try update.close()
        if update.hasRemoved, try !transaction.snapshot.rehashedNodes().isEmpty {
            try update.promote()
            try update.close()
        }
        let made = update.changes
        state.withLock { if $0.isRecording { $0.changes.merge(made) } }
    }

    /// From now on changes are kept for `takeChanges`. While nobody has seen the trees, nobody needs to know.
    public func startRecording() {
        state.withLock { $0.isRecording = true }
    }

    /// What changed since the last call. Only after the transactions were committed is it true.
    public func takeChanges() -> TreeChanges {
        state.withLock { state in
            defer { state.changes = TreeChanges() }
            return state.changes
        }
    }
}
