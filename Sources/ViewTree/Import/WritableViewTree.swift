internal import Archive
public import SystemPackage
public import VFS

/// The views with a drop box: `import/`, and drops into the root and into `default/`. What lies in `classic/` and `enhanced/`
/// cannot be changed.
public final class WritableViewTree: FileSystem {
    let views: ViewTreeFileSystem
    let box: DropBox

    public init(views: ViewTreeFileSystem, box: DropBox) {
        self.views = views
        self.box = box
    }

    // MARK: - Where

    private enum Place {
        /// `import/` or below a dropped directory.
        case box
        /// The root, `default/` or a directory below it: takes drops, which it does not list.
        case received
        case derived
    }

    private func place(_ directory: NodeID) throws(Errno) -> Place {
        if DropBox.has(directory) { return .box }
        if HiddenNodeID.isHidden(directory.rawValue) { return .derived }
        var node = directory
        while node != .root {
            let parent = try views.parent(of: node)
            if parent == .root { return try isDefault(node) ? .received : .derived }
            node = parent
        }
        return .received
    }

    private func isDefault(_ node: NodeID) throws(Errno) -> Bool {
        try views.isView(.default, node)
    }

    public func isWritable(_ directory: NodeID) -> Bool {
        do throws(Errno) {
            return try place(directory) != .derived
        } catch {
            return false
        }
    }

    private func takesDrops(_ entry: Entry) throws(Errno) -> Bool {
        guard entry.attributes.kind == .directory else { return false }
        return try place(entry.attributes.nodeID) == .received
    }

    /// Directories that take drops can be written to by their owner.
    private func opened(_ entry: Entry) -> Entry {
        guard entry.attributes.kind == .directory, !HiddenNodeID.isHidden(entry.attributes.nodeID.rawValue) else {
            return entry
        }
        var entry = entry
        entry.attributes.permissions |= 0o200 & ~box.ownership.directoryMask
        return entry
    }

    // MARK: - Looking

    public func lookup(_ name: NameBytes, in parent: NodeID) throws(Errno) -> Entry {
        if parent == .root, name.elementsEqual(DropBox.rootName) { return try box.rootEntry() }
        if let entry = try box.lookup(name, in: parent) { return entry }
        if DropBox.has(parent) { throw .noSuchFileOrDirectory }
        let entry = try views.lookup(name, in: parent)
        return try takesDrops(entry) ? opened(entry) : entry
    }

    public func getattr(_ node: NodeID) throws(Errno) -> Entry {
        if DropBox.has(node) { return try box.getattr(node) }
        let entry = try views.getattr(node)
        return try takesDrops(entry) ? opened(entry) : entry
    }

    public func readdir(
        _ directory: NodeID, after cookie: DirectoryCookie,
        deliver: (_ name: NameBytes, _ cookie: DirectoryCookie, _ entry: Entry) -> Bool
    ) throws(Errno) {
        if DropBox.has(directory) { return try box.readdir(directory, after: cookie, deliver: deliver) }
        if directory == .root, cookie < ImportJournal.root {
            let entry = try box.rootEntry()
            let goesOn = DropBox.rootName.withUnsafeBufferPointer { deliver($0, ImportJournal.root, entry) }
            guard goesOn else { return }
        }
        guard try place(directory) == .received else {
            return try views.readdir(directory, after: cookie, deliver: deliver)
        }
        let isRoot = directory == .root
        try views.readdir(directory, after: cookie) { name, cookie, entry in
            let takesDrops = !isRoot || name.elementsEqual(TreeName.name(of: .default).utf8)
            return deliver(name, cookie, takesDrops ? opened(entry) : entry)
        }
    }

    public func open(_ node: NodeID) throws(Errno) -> any OpenFile {
        if DropBox.has(node) { return try box.open(node, isWriting: false) }
        return try views.open(node)
    }

    public func parent(of directory: NodeID) throws(Errno) -> NodeID {
        try DropBox.has(directory) ? box.parent(of: directory) : views.parent(of: directory)
    }

    public func statfs(_ node: NodeID) throws(Errno) -> FileSystemStatistics { try views.statfs(.root) }

    public func forget(_ node: NodeID, lookups: UInt64) {
        if !DropBox.has(node) { views.forget(node, lookups: lookups) }
    }

    public func inodeNumber(of node: NodeID) -> UInt64 {
        DropBox.has(node) ? node.rawValue : views.inodeNumber(of: node)
    }

    public func negativeTimeout(in parent: NodeID) -> Double {
        DropBox.has(parent) ? CacheTimeouts.untilNotified.entry : views.negativeTimeout(in: parent)
    }

    // MARK: - Extended attributes

    public func getxattr(_ name: NameBytes, of node: NodeID) throws(Errno) -> [UInt8] {
        guard DropBox.has(node) else { return try views.getxattr(name, of: node) }
        guard ExtendedAttributes.hasOurs(name) else { throw .noData }
        return try box.extendedAttributes(of: node)[name]
    }

    public func listxattr(_ node: NodeID) throws(Errno) -> [[UInt8]] {
        try DropBox.has(node) ? box.extendedAttributes(of: node).names : views.listxattr(node)
    }

    // MARK: - Changing

    public func open(_ node: NodeID, forWriting truncates: Bool) throws(Errno) -> any OpenFile {
        guard DropBox.has(node) else { throw try isReceived(node) ? .notPermitted : .readOnlyFileSystem }
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
        if !DropBox.has(newParent), try box.lookup(newName, in: newParent) == nil,
            let entry = try existing(newName, in: newParent)
        {
            // Over a file of default/: what was dropped is judged by what is in it, whatever its name. Never over a directory.
            if mode == .notReplacing { throw .fileExists }
            if entry.attributes.kind == .directory { throw .isDirectory }
        }
        try box.rename(name, in: parent, to: newName, in: newParent, mode: mode)
    }

    public func fsyncdir(_ directory: NodeID) throws(Errno) {
        if DropBox.has(directory) { try box.syncNames() }
    }

    public func setattr(
        _ node: NodeID, _ changes: AttributeChanges, through file: (any OpenFile)?
    ) throws(Errno) -> Entry {
        guard DropBox.has(node) else { throw try isReceived(node) ? .notPermitted : .readOnlyFileSystem }
        return try box.setattr(node, changes)
    }

    private func existing(_ name: NameBytes, in parent: NodeID) throws(Errno) -> Entry? {
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
        if try box.lookup(name, in: parent) != nil { return }
        throw try place(parent) == .derived ? .readOnlyFileSystem : .notPermitted
    }

    private func isReceived(_ node: NodeID) throws(Errno) -> Bool {
        try place(node) == .received
    }
}
