import Archive

// Ids and names that more than one node could have. Each node has a sequence of them (its hashes), and of those who want one
// the smallest identity has it. That is a stable assignment, and with one order for all there is only one: it follows from the set
// of identities, whatever the order in which they came. (With 62 and 50 bits nobody has seen a clash; tests cut them short.)
extension TreeUpdate {
    /// The node with `identity`, nil if there is none.
    func find(_ identity: NodeIdentity) throws(IndexError) -> NodeRow? {
        var rehash = 0
        // It would be at the first id that is free or held by a greater identity.
        while let row = try snapshot.node(id: identity.nodeID(rehash: rehash, bits: idBits)) {
            if row.identity == identity.bytes { return row }
            if identity < NodeIdentity(bytes: row.identity) { return nil }
            rehash += 1
        }
        return nil
    }

    /// Gives `row`, which is not stored, its id and its name, moving others where it comes first.
    mutating func place(
        _ row: inout NodeRow, _ component: NameComponent, in parent: NodeIdentity
    ) throws(IndexError) {
        try placeID(&row, from: 0)
        // It may have been the parent that had to yield its id.
        row.parent = directories[parent]?.row.id ?? row.parent
        try placeName(&row, component, from: 0)
    }

    mutating func placeID(_ row: inout NodeRow, from first: Int) throws(IndexError) {
        let identity = NodeIdentity(bytes: row.identity)
        var rehash = first
        while true {
            let id = identity.nodeID(rehash: rehash, bits: idBits)
            if let holder = try snapshot.node(id: id) {
                guard identity < NodeIdentity(bytes: holder.identity) else {
                    rehash += 1
                    continue
                }
                var moved = holder
                try placeID(&moved, from: holder.idRehash + 1)
                try move(holder, to: moved)
            }
            row.id = id
            row.idRehash = rehash
            return
        }
    }

    private mutating func placeName(
        _ row: inout NodeRow, _ component: NameComponent, from first: Int
    ) throws(IndexError) {
        let identity = NodeIdentity(bytes: row.identity)
        var rehash = first
        while true {
            let name = component.name(rehash: rehash)
            if let holder = try snapshot.child(of: row.parent, name: name) {
                guard identity < NodeIdentity(bytes: holder.identity), let other = try self.component(of: holder) else {
                    rehash += 1
                    continue
                }
                var moved = holder
                try placeName(&moved, other, from: holder.nameRehash + 1)
                try move(holder, to: moved)
            }
            row.name = name
            row.nameRehash = rehash
            return
        }
    }

    /// Gives nodes that were hashed again what has become free and is theirs by order.
    mutating func promote() throws(IndexError) {
        var hasMoved = true
        while hasMoved {
            hasMoved = false
            let rows = try snapshot.rehashedNodes().sorted { $0.identity.lexicographicallyPrecedes($1.identity) }
            for row in rows {
                var moved = row
                if row.idRehash > 0 { try placeID(&moved, from: 0, before: row.idRehash) }
                if moved == row, row.nameRehash > 0, let component = try component(of: row) {
                    try placeName(&moved, component, from: 0, before: row.nameRehash)
                }
                guard moved != row else { continue }
                try move(row, to: moved)
                hasMoved = true
                break
            }
        }
    }

    /// Moves `row` to the first id before its own that it may have, if there is one.
    private mutating func placeID(_ row: inout NodeRow, from first: Int, before end: Int) throws(IndexError) {
        let identity = NodeIdentity(bytes: row.identity)
        for rehash in first..<end {
            let holder = try snapshot.node(id: identity.nodeID(rehash: rehash, bits: idBits))
            if holder.map({ identity < NodeIdentity(bytes: $0.identity) }) ?? true {
                return try placeID(&row, from: rehash)
            }
        }
    }

    private mutating func placeName(
        _ row: inout NodeRow, _ component: NameComponent, from first: Int, before end: Int
    ) throws(IndexError) {
        let identity = NodeIdentity(bytes: row.identity)
        for rehash in first..<end {
            let holder = try snapshot.child(of: row.parent, name: component.name(rehash: rehash))
            if holder.map({ identity < NodeIdentity(bytes: $0.identity) }) ?? true {
                return try placeName(&row, component, from: rehash)
            }
        }
    }

    /// What a stored node is named after: rendered again from an instance in or below it.
    private func component(of row: NodeRow) throws(IndexError) -> NameComponent? {
        if let component = directories[NodeIdentity(bytes: row.identity)]?.component { return component }
        var node = row
        var levelsBelow = 0
        while node.viewInstanceID == nil {
            guard let child = try snapshot.children(of: node.id, limit: 1).first else { return nil }
            node = child
            levelsBelow += 1
        }
        guard let id = node.viewInstanceID, let instance = try snapshot.viewInstance(id: id) else { return nil }
        let path = template.path(of: InstanceNaming(instance))
        return path.indices.contains(path.count - 1 - levelsBelow) ? path[path.count - 1 - levelsBelow] : nil
    }

    /// Changes id or name of a stored node, and what depends on them.
    private mutating func move(_ stored: NodeRow, to target: NodeRow) throws(IndexError) {
        // Its parent may have been moved before it.
        guard let old = try snapshot.node(id: stored.id) else { return }
        var new = target
        new.parent = old.parent
        let parent = try openDirectory(id: old.parent)
        let isDirectory = old.viewInstanceID == nil
        let identity = isDirectory ? try openDirectory(id: old.id) : nil
        try transaction.moveNode(old, to: new)
        changes.add(name: old.name, in: old.parent)
        changes.add(name: new.name, in: new.parent)
        hasRemoved = true
        if let identity {
            for (key, directory) in directories where directory.row.parent == old.id && directory.depth > 0 {
                directories[key]?.row.parent = new.id
                directories[key]?.stored.parent = new.id
            }
            for path in [\OpenDirectory.row, \OpenDirectory.stored] {
                directories[identity]?[keyPath: path].id = new.id
                directories[identity]?[keyPath: path].idRehash = new.idRehash
                directories[identity]?[keyPath: path].name = new.name
                directories[identity]?[keyPath: path].nameRehash = new.nameRehash
            }
            // Its share of the parent's sum follows when it is closed.
            if new.name != old.name { directories[identity]?.stored.name = old.name }
        } else if let parent, new.name != old.name {
            let seconds = old.modificationTime.seconds
            let share = EntryDigest.digest(name: old.name, changeTime: old.changeTime)
            directories[parent]?.remove(share: share, seconds: seconds)
            let newShare = EntryDigest.digest(name: new.name, changeTime: new.changeTime)
            directories[parent]?.add(share: newShare, seconds: seconds)
        }
    }
}
