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
    /// The directory of the instance that came last.
    private var lastDirectory: (view: ViewCode, path: ArraySlice<NameComponent>, identity: NodeIdentity)?
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
        let directory = try openDirectory(of: instance.view, path.dropLast())
        let identity = directory.child(fileComponent)
        if isNew {
            if try insertFirst(instance, identity, fileComponent, in: directory) { return }
        } else {
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
        guard var row = row(of: instance, identity, in: directory) else { return }
        try place(&row, component, in: directory)
        try transaction.insertNode(row)
        count(row, in: directory)
    }

    /// Makes the file of a new instance under its first id and name; false if either is taken. Nearly always both are free, and one
    /// statement settles it.
    private mutating func insertFirst(
        _ instance: ViewInstanceRow, _ identity: NodeIdentity, _ component: NameComponent, in directory: NodeIdentity
    ) throws(IndexError) -> Bool {
        guard var row = row(of: instance, identity, in: directory) else { return false }
        row.id = identity.nodeID(rehash: 0, bits: idBits)
        row.name = component.name(rehash: 0)
        guard try transaction.insertNodeIfFree(row) else { return false }
        count(row, in: directory)
        return true
    }

    /// Opens the directory at `path` beneath the root of `view`. Instances come series by series, so that it mostly is the last one.
    private mutating func openDirectory(
        of view: ViewCode, _ path: ArraySlice<NameComponent>
    ) throws(IndexError) -> NodeIdentity {
        if let last = lastDirectory, last.view == view, last.path == path, directories[last.identity] != nil {
            return last.identity
        }
        var directory = NodeIdentity(tree: TreeName.name(of: view))
        let depthOfView = 1
        try openView(directory)
        for (index, component) in path.enumerated() {
            let kind: TreeNodeKind = index == path.count - 1 ? .series : .group
            directory = try openDirectory(component, in: directory, kind: kind, depth: depthOfView + 1 + index)
        }
        lastDirectory = (view, path, directory)
        return directory
    }

    /// The row of a new file, but for its id and name.
    private func row(of instance: ViewInstanceRow, _ identity: NodeIdentity, in directory: NodeIdentity) -> NodeRow? {
        directories[directory].map {
            NodeRow(
                parent: $0.row.id, id: 0, name: [], kind: TreeNodeKind.instance.rawValue, viewInstanceID: instance.id,
                size: instance.size, modificationTime: instance.modificationTime, changeTime: instance.changeTime,
                identity: identity.bytes)
        }
    }

    /// Counts a file that was made in its directory.
    private mutating func count(_ row: NodeRow, in directory: NodeIdentity) {
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
