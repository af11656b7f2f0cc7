internal import Archive
internal import Synchronization
internal import SystemPackage
internal import VFS

// Names: each of these is one transaction of the journal, so that a crash leaves all of it or nothing.

extension DropBox {
    func lookup(_ name: NameBytes, in parent: NodeID) throws(Errno) -> Entry? {
        // Nearly always there is none, and whoever reads the views does not wait for the journal.
        if !Self.has(parent), !hasOverlays.load(ordering: .acquiring) { return nil }
        let found = try read { (records) throws(IndexError) in try records.child(of: parent.rawValue, name: name) }
        return try found.map { (name) throws(Errno) in try entry(name) }
    }

    func readdir(
        _ directory: NodeID, after cookie: DirectoryCookie,
        deliver: (_ name: NameBytes, _ cookie: DirectoryCookie, _ entry: Entry) -> Bool
    ) throws(Errno) {
        var after = cookie
        while true {
            let page = try read { (records) throws(IndexError) in
                try records.children(of: directory.rawValue, after: after, limit: 256)
            }
            for name in page {
                after = name.id
                guard let entry = try listed(name) else { continue }
                guard name.name.withUnsafeBufferPointer({ deliver($0, name.id, entry) }) else { return }
            }
            if page.count < 256 { return }
        }
    }

    /// What a listing tells of a name; nil of one that went meanwhile.
    private func listed(_ name: DroppedName) throws(Errno) -> Entry? {
        do throws(Errno) {
            return try entry(name)
        } catch {
            if error == .noSuchFileOrDirectory { return nil }
            throw error
        }
    }

    func parent(of directory: NodeID) throws(Errno) -> NodeID {
        if directory == Self.root { return .root }
        return NodeID(rawValue: try name(directory).parent)
    }

    private func name(_ node: NodeID) throws(Errno) -> DroppedName {
        let name = try read { (records) throws(IndexError) in try records.name(id: node.rawValue) }
        guard let name else { throw .noSuchFileOrDirectory }
        return name
    }

    /// Adds a name. `parent` may be any directory of ours, or one of a view.
    func insert(
        _ name: NameBytes, in parent: NodeID, kind: DroppedName.Kind, permissions: UInt16, caller: Caller
    ) throws(Errno) -> DroppedName {
        guard name.count <= 255 else { throw .fileNameTooLong }
        let now = Self.now()
        var row = DroppedName(
            parent: parent.rawValue, name: Array(name), kind: kind, mode: permissions, uid: caller.uid,
            gid: caller.gid, modificationTime: now, changeTime: now)
        let id = try change { (records) throws(IndexError) -> Result<UInt64, Errno> in
            if Self.has(parent), parent != Self.root {
                guard let directory = try records.name(id: parent.rawValue) else {
                    return .failure(.noSuchFileOrDirectory)
                }
                guard directory.kind == .directory else { return .failure(.notDirectory) }
            }
            guard try records.child(of: parent.rawValue, name: row.name) == nil else { return .failure(.fileExists) }
            try records.touch(directory: parent.rawValue, at: now)
            let id = try records.insert(row)
            if !Self.has(parent) { hasOverlays.store(true, ordering: .releasing) }
            return .success(id)
        }
        row.id = try id.get()
        if !Self.has(parent) { sweepLater() }
        return row
    }

    func mkdir(_ name: NameBytes, in parent: NodeID, permissions: UInt16, caller: Caller) throws(Errno) -> Entry {
        try entry(insert(name, in: parent, kind: .directory, permissions: permissions, caller: caller))
    }

    func rmdir(_ name: NameBytes, in parent: NodeID) throws(Errno) {
        let name = Array(name)
        let result = try changeWithReserve { (records) throws(IndexError) -> Result<Void, Errno> in
            guard let row = try records.child(of: parent.rawValue, name: name) else {
                return .failure(.noSuchFileOrDirectory)
            }
            guard row.kind == .directory else { return .failure(.notDirectory) }
            guard try records.isEmpty(row.id) else { return .failure(.directoryNotEmpty) }
            try records.delete(id: row.id)
            try records.touch(directory: parent.rawValue, at: Self.now())
            return .success(())
        }
        try result.get()
    }

    /// Removes the name only: what was stored stays in the archive.
    func unlink(_ name: NameBytes, in parent: NodeID) throws(Errno) {
        let name = Array(name)
        let result = try changeWithReserve { (records) throws(IndexError) -> Result<DroppedName, Errno> in
            guard let row = try records.child(of: parent.rawValue, name: name) else {
                return .failure(.noSuchFileOrDirectory)
            }
            guard row.kind == .file else { return .failure(.isDirectory) }
            try records.delete(id: row.id)
            try records.touch(directory: parent.rawValue, at: Self.now())
            return .success(row)
        }
        discard(try result.get())
        // Room may have come of it: first for the next name to go, then for what waits.
        if !reserve.isKept { _ = regainReserve() }
    }

    func rename(
        _ name: NameBytes, in parent: NodeID, to newName: NameBytes, in newParent: NodeID, mode: RenameMode
    ) throws(Errno) {
        guard newName.count <= 255 else { throw .fileNameTooLong }
        let (name, newName) = (Array(name), Array(newName))
        if options.isStrict {
            let row = try read { (records) throws(IndexError) in
                try records.child(of: parent.rawValue, name: name)
            }
            if let row { try refuseStrictly(row, as: newName) }
        }
        let result = try changeWithReserve {
            (records) throws(IndexError) -> Result<(DroppedName, DroppedName?), Errno> in
            guard var row = try records.child(of: parent.rawValue, name: name) else {
                return .failure(.noSuchFileOrDirectory)
            }
            let target = try records.child(of: newParent.rawValue, name: newName)
            if let target {
                if target.id == row.id { return .success((row, nil)) }
                if mode == .notReplacing { return .failure(.fileExists) }
                switch (row.kind, target.kind) {
                case (.directory, .file): return .failure(.notDirectory)
                case (.file, .directory): return .failure(.isDirectory)
                case (.directory, .directory):
                    guard try records.isEmpty(target.id) else { return .failure(.directoryNotEmpty) }
                case (.file, .file): break
                }
                try records.delete(id: target.id)
            }
            let now = Self.now()
            row.parent = newParent.rawValue
            row.name = newName
            row.changeTime = now
            try records.update(row)
            if !Self.has(newParent) { hasOverlays.store(true, ordering: .releasing) }
            try records.touch(directory: parent.rawValue, at: now)
            try records.touch(directory: newParent.rawValue, at: now)
            return .success((row, target))
        }
        let (row, target) = try result.get()
        if !Self.has(newParent) { sweepLater() }
        if let target, target.kind == .file { discard(target) }
        if row.kind == .file { judgeIfIdle(row.id) }
    }

    /// The bytes of a file without a name go, at once or with its last handle.
    private func discard(_ name: DroppedName) {
        let file = files.take(name.id)
        file.alone {
            file.with { state in
                state.isUnlinked = true
                state.name = name
            }
            staging.remove(name.id)
        }
        files.giveBack(file)
    }
}
