internal import Archive
public import SystemPackage
public import VFS

extension WritableViewTree {
    /// A received file is not written to: whoever wants to is sent to a copy of it.
    public func open(
        _ node: NodeID, forWriting truncates: Bool, caller: Caller
    ) throws(Errno) -> any OpenFile {
        guard DropBox.has(node) else {
            let received = try received(node)
            // Says what is wrong with it, and has it looked at.
            _ = try views.open(node)
            try box.send(caller, toCopyOf: received)
            throw .staleNFSFileHandle
        }
        defer { box.redirections.end(caller.threadID) }
        return try box.open(node, isWriting: true, truncates: truncates)
    }

    public func create(
        _ name: NameBytes, in parent: NodeID, permissions: UInt16, caller: Caller
    ) throws(Errno) -> (entry: Entry, file: any OpenFile) {
        guard try place(parent) != .derived else { throw .readOnlyFileSystem }
        return try box.create(name, in: parent, permissions: permissions, caller: caller)
    }

    public func mkdir(
        _ name: NameBytes, in parent: NodeID, permissions: UInt16, caller: Caller
    ) throws(Errno) -> Entry {
        guard try place(parent) != .derived else { throw .readOnlyFileSystem }
        return try box.mkdir(name, in: parent, permissions: permissions, caller: caller)
    }

    public func unlink(_ name: NameBytes, in parent: NodeID) throws(Errno) {
        try refuseOthers(name, in: parent)
        try box.unlink(name, in: parent)
    }

    public func rmdir(_ name: NameBytes, in parent: NodeID) throws(Errno) {
        try refuseOthers(name, in: parent)
        try box.rmdir(name, in: parent)
    }

    public func rename(
        _ name: NameBytes, in parent: NodeID, to newName: NameBytes, in newParent: NodeID, mode: RenameMode
    ) throws(Errno) {
        try refuseOthers(name, in: parent)
        guard try place(newParent) != .derived else { throw .readOnlyFileSystem }
        if newParent == .root, newName.elementsEqual(DropBox.rootName) { throw .directoryNotEmpty }
        let shown = DropBox.has(newParent) ? nil : try existing(newName, in: newParent)
        if let shown {
            // Over a file of default/: what was dropped is judged by what is in it, whatever its name. Never over a directory.
            if mode == .notReplacing { throw .fileExists }
            if shown.attributes.kind == .directory { throw .isDirectory }
        }
        try box.rename(name, in: parent, to: newName, in: newParent, mode: mode)
        if let shown {
            // The kernel takes the name to lead to what was renamed: to readers it leads to what was received.
            box.notifier()?.entriesChanged(in: newParent, names: [Array(newName)])
            box.notifier()?.nodeChanged(shown.attributes.nodeID, content: false)
        }
    }

    public func fsyncdir(_ directory: NodeID) throws(Errno) {
        if DropBox.has(directory) { try box.syncNames() }
    }

    public func setattr(
        _ node: NodeID, _ changes: AttributeChanges, through file: (any OpenFile)?, caller: Caller
    ) throws(Errno) -> Entry {
        guard DropBox.has(node) else {
            let received = try received(node)
            // What is said of the file by name after it was written to is said of the copy; of the received one nothing is changed.
            if changes.size == nil, try !box.hasWrittenCopy(of: received) { throw .notPermitted }
            try box.send(caller, toCopyOf: received)
            throw .staleNFSFileHandle
        }
        defer { box.redirections.end(caller.threadID) }
        return try numberedAsReceived(box.setattr(node, changes))
    }

    /// What a view has under the name; nil if nothing.
    func existing(_ name: NameBytes, in parent: NodeID) throws(Errno) -> Entry? {
        do throws(Errno) {
            return try views.lookup(name, in: parent)
        } catch {
            if error == .noSuchFileOrDirectory { return nil }
            throw error
        }
    }

    /// What is no drop has its name from what it is: EPERM in `default/`, EROFS in what is derived.
    private func refuseOthers(_ name: NameBytes, in parent: NodeID) throws(Errno) {
        if parent == .root, name.elementsEqual(DropBox.rootName) { throw .notPermitted }
        if DropBox.has(parent) { return }
        if try existing(name, in: parent) == nil, try box.lookup(name, in: parent) != nil { return }
        throw try place(parent) == .derived ? .readOnlyFileSystem : .notPermitted
    }

    /// The received file that `node` is.
    /// - throws: EROFS for what is derived, EPERM for all else of `default/` and the root.
    private func received(_ node: NodeID) throws(Errno) -> ReceivedFile {
        if HiddenNodeID.isHidden(node.rawValue) { throw .readOnlyFileSystem }
        guard node != .root else { throw .notPermitted }
        guard try place(views.parent(of: node)) == .received else { throw .readOnlyFileSystem }
        guard let file = try views.received(node) else {
            throw try place(node) == .received ? .notPermitted : .readOnlyFileSystem
        }
        return file
    }
}
