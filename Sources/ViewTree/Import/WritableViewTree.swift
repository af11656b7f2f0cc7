internal import Archive
public import SystemPackage
public import VFS

/// The views with a drop box: `import/`, and drops into the root and into `default/`. What lies in `classic/` and `enhanced/`
/// cannot be changed.
public final class WritableViewTree: FileSystem {
    let views: ViewTreeFileSystem
    let box: DropBox
    /// Where a directory is never changes, so it is asked once.
    private let places = Lock<[NodeID: Place]>([:])
    private static let placeLimit = 4096

    public init(views: ViewTreeFileSystem, box: DropBox) {
        self.views = views
        self.box = box
    }

    // MARK: - Where

    enum Place {
        /// `import/` or below a dropped directory.
        case box
        /// The root, `default/` or a directory below it: takes drops, which it does not list.
        case received
        case derived
    }

    func place(_ directory: NodeID) throws(Errno) -> Place {
        if directory == .root { return .received }
        if DropBox.has(directory) { return .box }
        if HiddenNodeID.isHidden(directory.rawValue) { return .derived }
        if let known = places.withLock({ $0[directory] }) { return known }
        let parent = try views.parent(of: directory)
        let place = try parent == .root ? views.isView(.default, directory) ? .received : .derived : place(parent)
        places.withLock { places in
            if places.count >= Self.placeLimit { places = [:] }
            places[directory] = place
        }
        return place
    }

    public func isWritable(_ directory: NodeID) -> Bool {
        do throws(Errno) {
            return try place(directory) != .derived
        } catch {
            return false
        }
    }

    /// Whether what lies in `parent` as `entry` can be written to. Of what the root has, only `default/`.
    private func isWritable(_ entry: Entry, in parent: NodeID) throws(Errno) -> Bool {
        let node = entry.attributes.nodeID
        if node == .root { return true }
        if HiddenNodeID.isHidden(node.rawValue) { return false }
        return try place(parent == .root ? node : parent) == .received
    }

    /// As the owner is told who can write: directories take drops, files have copies that are judged as such.
    private func writable(_ entry: Entry) -> Entry {
        var entry = entry
        let mask = entry.attributes.kind == .directory ? box.ownership.directoryMask : box.ownership.fileMask
        entry.attributes.permissions |= 0o200 & ~mask
        return entry
    }

    // MARK: - Looking

    public func lookup(_ name: NameBytes, in parent: NodeID) throws(Errno) -> Entry {
        try lookup(name, in: parent, caller: Caller(uid: 0, gid: 0))
    }

    /// What was received goes before what is dropped over it, but for those who were sent to write to the latter.
    public func lookup(_ name: NameBytes, in parent: NodeID, caller: Caller) throws(Errno) -> Entry {
        if parent == .root, name.elementsEqual(DropBox.rootName) { return try box.rootEntry() }
        if DropBox.has(parent) {
            guard let entry = try box.lookup(name, in: parent) else { throw .noSuchFileOrDirectory }
            return entry
        }
        if let entry = try box.redirected(name, in: parent, caller) { return try numberedAsReceived(entry) }
        do throws(Errno) {
            let entry = try views.lookup(name, in: parent)
            return try isWritable(entry, in: parent) ? writable(entry) : entry
        } catch {
            guard error == .noSuchFileOrDirectory, let entry = try box.lookup(name, in: parent) else { throw error }
            return entry
        }
    }

    public func getattr(_ node: NodeID) throws(Errno) -> Entry {
        if DropBox.has(node) { return try numberedAsReceived(box.getattr(node)) }
        if HiddenNodeID.isHidden(node.rawValue) { return try views.getattr(node) }
        let (entry, parent) = try views.getattrWithParent(node)
        return try isWritable(entry, in: parent) ? writable(entry) : entry
    }

    /// A copy of a received file has that one's inode number: editors (vim) that open a file to write and find another number
    /// than its path has take it for replaced under their hands, and do not save.
    func numberedAsReceived(_ copy: Entry) throws(Errno) -> Entry {
        guard let place = try box.placeInViews(of: copy.attributes.nodeID) else { return copy }
        let received = try place.name.withUnsafeBufferPointer { (name) throws(Errno) in
            try existing(name, in: place.parent)
        }
        guard let received else { return copy }
        var copy = copy
        copy.attributes.inodeNumber = received.attributes.inodeNumber
        return copy
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
            let isWritable =
                isRoot
                ? name.elementsEqual(TreeName.name(of: .default).utf8)
                : !HiddenNodeID.isHidden(entry.attributes.nodeID.rawValue)
            return deliver(name, cookie, isWritable ? writable(entry) : entry)
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
}
