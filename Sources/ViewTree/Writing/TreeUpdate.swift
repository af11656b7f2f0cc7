import Archive

/// One change of the trees, within one transaction of the index.
///
/// What results depends on the instances alone, not on the order in which they come: names and ids that are taken are given
/// out in the order of identities, and the times of directories are sums and maxima over their entries.
struct TreeUpdate {
    let transaction: IndexTransaction
    let template: NameTemplate
    /// Bits of a node id; fewer than there are only in tests.
    let idBits: Int
    var directories: [NodeIdentity: OpenDirectory] = [:]
    var changes = TreeChanges()
    /// True if a name or an id became free, which a node that was hashed again may be entitled to.
    var hasRemoved = false

    var snapshot: IndexSnapshot { transaction.snapshot }

    init(transaction: IndexTransaction, template: NameTemplate, idBits: Int) {
        self.transaction = transaction
        self.template = template
        self.idBits = idBits
    }

    // MARK: - Instances

    mutating func remove(_ instance: ViewInstanceRow) throws(IndexError) {
        for row in try snapshot.nodes(ofViewInstance: instance.id) { try removeFile(row) }
    }

    /// Makes the file of `instance`, or makes it what `instance` now says.
    mutating func put(_ instance: ViewInstanceRow, isNew: Bool) throws(IndexError) {
        let path = template.path(of: InstanceNaming(instance))
        guard let fileComponent = path.last else { return }
        var directory = NodeIdentity(tree: TreeName.name(of: instance.view))
        let depthOfView = 1
        try openView(directory)
        for (index, component) in path.dropLast().enumerated() {
            let kind: TreeNodeKind = index == path.count - 2 ? .series : .group
            directory = try openDirectory(component, in: directory, kind: kind, depth: depthOfView + 1 + index)
        }
        let identity = directory.child(fileComponent)
        if !isNew {
            for row in try snapshot.nodes(ofViewInstance: instance.id) where row.identity != identity.bytes {
                try removeFile(row)
            }
        }
        if let row = try find(identity) {
            try updateFile(row, in: directory, to: instance)
        } else {
            try insertFile(instance, identity, fileComponent, in: directory)
        }
    }

    private mutating func insertFile(
        _ instance: ViewInstanceRow, _ identity: NodeIdentity, _ component: NameComponent, in directory: NodeIdentity
    ) throws(IndexError) {
        guard let parent = directories[directory] else { return }
        var row = NodeRow(
            parent: parent.row.id, id: 0, name: [], kind: TreeNodeKind.instance.rawValue, viewInstanceID: instance.id,
            size: instance.size, modificationTime: instance.modificationTime, changeTime: instance.changeTime,
            identity: identity.bytes)
        try place(&row, component, in: directory)
        try transaction.insertNode(row)
        let share = EntryDigest.digest(name: row.name, changeTime: row.changeTime)
        directories[directory]?.add(share: share, seconds: row.modificationTime.seconds)
        changes.add(name: row.name, in: row.parent)
    }

    private mutating func updateFile(
        _ old: NodeRow, in directory: NodeIdentity, to instance: ViewInstanceRow
    ) throws(IndexError) {
        var row = old
        row.viewInstanceID = instance.id
        row.size = instance.size
        row.modificationTime = instance.modificationTime
        row.changeTime = instance.changeTime
        guard row != old else { return }
        try transaction.updateNode(row)
        changes.add(node: row.id, content: row.changeTime != old.changeTime || row.size != old.size)
        let share = EntryDigest.digest(name: old.name, changeTime: old.changeTime)
        directories[directory]?.remove(share: share, seconds: old.modificationTime.seconds)
        let newShare = EntryDigest.digest(name: row.name, changeTime: row.changeTime)
        directories[directory]?.add(share: newShare, seconds: row.modificationTime.seconds)
    }

    private mutating func removeFile(_ row: NodeRow) throws(IndexError) {
        guard let directory = try openDirectory(id: row.parent) else { return }
        try transaction.deleteNode(parent: row.parent, id: row.id)
        let share = EntryDigest.digest(name: row.name, changeTime: row.changeTime)
        directories[directory]?.remove(share: share, seconds: row.modificationTime.seconds)
        changes.add(name: row.name, in: row.parent)
        hasRemoved = true
    }
}
