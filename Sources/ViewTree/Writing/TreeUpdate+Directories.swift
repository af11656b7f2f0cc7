import Archive

extension TreeUpdate {
    /// More than any template gives.
    private static var maximumDepth: Int { 100 }

    /// Opens the root of a view, which `TreeWriter.prepare` has made.
    mutating func openView(_ identity: NodeIdentity) throws(IndexError) {
        guard directories[identity] == nil, let row = try find(identity) else { return }
        _ = try openDirectory(id: row.id)
    }

    /// Opens the directory that `component` names in `parent`, which is open, making it if it is not there.
    mutating func openDirectory(
        _ component: NameComponent, in parent: NodeIdentity, kind: TreeNodeKind, depth: Int
    ) throws(IndexError) -> NodeIdentity {
        let identity = parent.child(component)
        if directories[identity] != nil { return identity }
        if let row = try find(identity) {
            open(row, identity, depth: depth, parent: parent, component)
            return identity
        }
        guard let parentRow = directories[parent]?.row else { return identity }
        let epoch = FileTime(seconds: 0, nanoseconds: 0)
        var row = NodeRow(
            parent: parentRow.id, id: 0, name: [], kind: kind.rawValue, modificationTime: epoch, changeTime: epoch,
            identity: identity.bytes)
        try place(&row, component, in: parent)
        try transaction.insertNode(row)
        directories[identity] = OpenDirectory(
            row: row, stored: row, depth: depth, parent: parent, component: component, share: 0, latestSeconds: nil,
            isPermanent: false)
        changes.add(name: row.name, in: row.parent)
        return identity
    }

    /// Opens the directory with a node id, and all above it. Nil if there is none.
    mutating func openDirectory(id: UInt64, below level: Int = 0) throws(IndexError) -> NodeIdentity? {
        // Rows that lead around in a circle.
        guard level < Self.maximumDepth else { throw transaction.corrupt("directories lie too deep in one another") }
        guard let row = try snapshot.node(id: id) else { return nil }
        let identity = NodeIdentity(bytes: row.identity)
        if directories[identity] != nil { return identity }
        if row.kind == TreeNodeKind.root.rawValue {
            open(row, identity, depth: 0, parent: nil, nil)
            return identity
        }
        guard let parent = try openDirectory(id: row.parent, below: level + 1),
            let depth = directories[parent]?.depth
        else { return nil }
        open(row, identity, depth: depth + 1, parent: parent, nil)
        return identity
    }

    private mutating func open(
        _ row: NodeRow, _ identity: NodeIdentity, depth: Int, parent: NodeIdentity?, _ component: NameComponent?
    ) {
        let isPermanent = row.kind == TreeNodeKind.root.rawValue || row.kind == TreeNodeKind.view.rawValue
        directories[identity] = OpenDirectory(
            row: row, stored: row, depth: depth, parent: parent, component: component,
            share: EntryDigest.digest(name: row.name, changeTime: row.changeTime),
            latestSeconds: row.modificationTime.seconds,
            // Zero may also say that it is empty.
            needsLatest: isPermanent && row.modificationTime.seconds == 0, isPermanent: isPermanent)
    }

    /// Writes the open directories with their times, from the deepest up, and removes those that have become empty.
    mutating func close() throws(IndexError) {
        let order = directories.sorted { ($0.value.depth, $1.key) > ($1.value.depth, $0.key) }.map(\.key)
        for identity in order {
            guard var directory = directories[identity] else { continue }
            if directory.needsLatest {
                directory.latestSeconds = try snapshot.latestModificationSeconds(in: directory.row.id)
                directory.needsLatest = false
            }
            if directory.latestSeconds == nil, !directory.isPermanent {
                try removeEmpty(directory, identity)
                continue
            }
            let time = FileTime(
                seconds: directory.latestSeconds ?? 0,
                nanoseconds: EntryDigest.nanoseconds(of: directory.row.entryDigest))
            directory.row.modificationTime = time
            directory.row.changeTime = time
            if directory.row != directory.stored { try store(&directory) }
            directories[identity] = directory
        }
    }

    private mutating func removeEmpty(_ directory: OpenDirectory, _ identity: NodeIdentity) throws(IndexError) {
        try transaction.deleteNode(parent: directory.row.parent, id: directory.row.id)
        if let parent = directory.parent {
            directories[parent]?.remove(share: directory.share, seconds: directory.stored.modificationTime.seconds)
        }
        changes.add(name: directory.row.name, in: directory.row.parent)
        directories[identity] = nil
        hasRemoved = true
    }

    private mutating func store(_ directory: inout OpenDirectory) throws(IndexError) {
        try transaction.updateNode(directory.row)
        changes.add(node: directory.row.id, content: false)
        if let parent = directory.parent {
            let share = EntryDigest.digest(name: directory.row.name, changeTime: directory.row.changeTime)
            directories[parent]?.remove(share: directory.share, seconds: directory.stored.modificationTime.seconds)
            directories[parent]?.add(share: share, seconds: directory.row.modificationTime.seconds)
            directory.share = share
        }
        directory.stored = directory.row
    }
}
