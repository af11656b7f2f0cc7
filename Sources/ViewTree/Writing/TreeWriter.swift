public import Archive
public import VFS
public import Views

/// Keeps the names and nodes of the trees in step with the instances of the views.
public final class TreeWriter: ViewObserver {
    private struct State {
        var template: NameTemplate
        /// Who keeps answers of the trees.
        var notifier: (any ChangeNotifier)?
    }

    let idBits: Int
    private let state: Lock<State>

    /// - Parameter template: How paths are made; the index must have its nodes by it, see `rename`.
    public convenience init(template: NameTemplate = .default) {
        self.init(template: template, idBits: NodeIdentity.bitCount)
    }

    init(template: NameTemplate, idBits: Int) {
        state = Lock(State(template: template))
        self.idBits = idBits
    }

    /// How paths are made.
    public var template: NameTemplate { state.withLock { $0.template } }

    /// Makes the nodes that are there without any instance: the root, the views and what is not listed.
    public func prepare(in transaction: IndexTransaction) throws(IndexError) {
        let root = NodeIdentity(tree: "")
        let rootID: UInt64 = 1
        guard try transaction.snapshot.node(id: rootID) == nil else { return }
        try transaction.setMeta(Self.templateKey, template.text)
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
        for file in ControlFile.allCases {
            let identity = NodeIdentity(tree: "\(TreeName.control)/\(file.rawValue)")
            _ = try add(file.rawValue, .controlFile, identity, in: control)
        }
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
        record(update.changes, in: transaction)
    }

    /// From now on paths are made by `template`. Call `rename` in the same transaction.
    public func use(_ template: NameTemplate) {
        state.withLock { $0.template = template }
    }

    /// From now on `notifier` is told of every change, before it is committed and right after. While nobody has seen the trees,
    /// nobody needs to know.
    public func announce(to notifier: any ChangeNotifier) {
        state.withLock { $0.notifier = notifier }
    }

    func record(_ changes: TreeChanges, in transaction: IndexTransaction) {
        guard !changes.isEmpty, let notifier = state.withLock({ $0.notifier }) else { return }
        changes.announce(to: notifier)
        transaction.whenEnded { changes.deliver(to: notifier) }
    }
}
