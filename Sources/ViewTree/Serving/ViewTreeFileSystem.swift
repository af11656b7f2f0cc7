public import Archive
internal import Glibc
public import SystemPackage
public import VFS
public import Views

/// The views of an archive as a file system: every answer but the bytes comes from the index, and no source is opened for it.
public final class ViewTreeFileSystem: FileSystem {
    let index: IndexStore
    let views: ArchiveViews
    let ownership: Ownership
    private let inodeNumbers: InodeNumbers
    private let shownViews: Lock<Set<ViewCode>>
    let archivePath: String
    private let control: @Sendable (ControlFile) -> ControlContent
    let onFailure: @Sendable (ViewError) -> Void
    /// Whether listings show what is otherwise entered by name alone.
    let listsHidden: Bool
    let lists = NamedFrameLists()
    let entered = EnteredDirectories()

    /// - Parameters:
    ///   - index: In which `TreeWriter` keeps the nodes.
    ///   - archivePath: Of the archive's directory: its file system is what `statfs` tells of.
    ///   - inodeNumbers: Of how many bits.
    ///   - shownViews: The views that the root has; the others are in the index all the same.
    ///   - listsHidden: Whether listings show `.frames`, `.metadata` and `.dicomviewfs`.
    ///   - control: What the files of `.dicomviewfs/` hold, made anew at each open.
    ///   - onFailure: Is told why a file or the index could not be opened or read, of which the reader sees no more than an errno.
    public init(
        index: IndexStore, views: ArchiveViews, archivePath: String, ownership: Ownership,
        inodeNumbers: InodeNumbers = .full,
        shownViews: Set<ViewCode> = Set(ViewCode.allCases), listsHidden: Bool = false,
        control: @escaping @Sendable (ControlFile) -> ControlContent,
        onFailure: @escaping @Sendable (ViewError) -> Void
    ) {
        self.index = index
        self.views = views
        self.archivePath = archivePath
        self.ownership = ownership
        self.inodeNumbers = inodeNumbers
        self.shownViews = Lock(shownViews)
        self.listsHidden = listsHidden
        self.control = control
        self.onFailure = onFailure
    }

    /// From now on the root has these views. The kernel must be told.
    public func show(_ views: Set<ViewCode>) {
        shownViews.withLock { $0 = views }
    }

    /// Whether the root shows what stands there as `name`.
    private func isShown(_ name: some Collection<UInt8>) -> Bool {
        let shown = shownViews.withLock { $0 }
        return ViewCode.allCases.allSatisfy { shown.contains($0) || !name.elementsEqual(TreeName.name(of: $0).utf8) }
    }

    /// Tells `notifier` too what follows from changes of the trees for nodes that have no rows.
    public func notifier(telling notifier: any ChangeNotifier) -> any ChangeNotifier {
        HiddenChanges(notifier, entered: entered, lists: lists)
    }

    public func lookup(_ name: NameBytes, in parent: NodeID) throws(Errno) -> Entry {
        if HiddenNodeID.isHidden(parent.rawValue) { return try lookup(name, in: hidden(parent.rawValue)) }
        let name = Array(name)
        let (found, directory) = try read { (snapshot) throws(IndexError) -> (NodeRow?, NodeRow?) in
            if let row = try snapshot.child(of: parent.rawValue, name: name) { return (row, nil) }
            return (nil, try snapshot.node(id: parent.rawValue))
        }
        if let found, parent != .root || isShown(name) { return try entry(found) }
        if found == nil, let directory {
            let kind = try kind(directory.kind)
            if !kind.isDirectory { throw .notDirectory }
            if kind == .series, let entry = try hiddenDirectory(name, ofSeries: directory) { return entry }
        }
        throw .noSuchFileOrDirectory
    }

    public func getattr(_ node: NodeID) throws(Errno) -> Entry {
        if HiddenNodeID.isHidden(node.rawValue) { return try entry(hidden(node.rawValue)) }
        return try entry(row(of: node))
    }

    /// The same of a node of the index, with the directory that it lies in: one read for both.
    func getattrWithParent(_ node: NodeID) throws(Errno) -> (entry: Entry, parent: NodeID) {
        let row = try row(of: node)
        return (try entry(row), node == .root ? .root : NodeID(rawValue: row.parent))
    }

    public func readdir(
        _ directory: NodeID, after cookie: DirectoryCookie,
        deliver: (_ name: NameBytes, _ cookie: DirectoryCookie, _ entry: Entry) -> Bool
    ) throws(Errno) {
        if HiddenNodeID.isHidden(directory.rawValue) {
            return try readdir(hidden(directory.rawValue), after: cookie, deliver: deliver)
        }
        // A cookie is the id of the last entry delivered: nothing that comes or goes makes a reader miss or repeat another.
        var isFull = false
        try read { (snapshot) throws(IndexError) in
            try snapshot.forEachChild(of: directory.rawValue, after: cookie) { (node) throws(IndexError) in
                guard let kind = TreeNodeKind(rawValue: node.kind), kind.isListed || listsHidden else { return true }
                if kind == .view, !isShown(node.name) { return true }
                isFull = !deliver(node.name, node.id, entry(node, kind))
                return !isFull
            }
        }
        if !isFull { try readdirHidden(of: directory, after: cookie, deliver: deliver) }
    }

    public func open(_ node: NodeID) throws(Errno) -> any OpenFile {
        if HiddenNodeID.isHidden(node.rawValue) { return try open(hidden(node.rawValue)) }
        let (row, instance) = try read { (snapshot) throws(IndexError) -> (NodeRow?, ViewInstanceRow?) in
            let row = try snapshot.node(id: node.rawValue)
            guard let id = row?.viewInstanceID else { return (row, nil) }
            return (row, try snapshot.viewInstance(id: id, withNotes: false))
        }
        guard let row else { throw .noSuchFileOrDirectory }
        switch try kind(row.kind) {
        case .root, .view, .group, .series, .control: throw .isDirectory
        case .controlFile:
            guard let file = ControlFile(rawValue: String(decoding: row.name, as: UTF8.self)) else {
                throw .noSuchFileOrDirectory
            }
            switch control(file) {
            case .bytes(let bytes): return GeneratedFile(bytes)
            case .pages(let pages): return StreamedFile(pages, onFailure: onFailure)
            }
        case .instance:
            guard let instance else { throw .noSuchFileOrDirectory }
            let entry = try entry(row)
            do throws(ViewError) {
                return ViewTreeOpenFile(try views.open(instance), entry, onFailure: onFailure)
            } catch {
                onFailure(error)
                throw Errno(error)
            }
        }
    }

    public func parent(of directory: NodeID) throws(Errno) -> NodeID {
        if HiddenNodeID.isHidden(directory.rawValue) { return try parent(of: hidden(directory.rawValue)) }
        return directory == .root ? .root : NodeID(rawValue: try row(of: directory).parent)
    }

    public func inodeNumber(of node: NodeID) -> UInt64 { inodeNumbers.number(of: node.rawValue) }

    public func forget(_ node: NodeID, lookups: UInt64) {
        if HiddenNodeID.isList(node.rawValue) { lists.forget(node.rawValue, lookups: lookups) }
    }

    public func negativeTimeout(in parent: NodeID) -> Double {
        // What an instance has frames of may change without a name that comes or goes.
        HiddenNodeID.isHidden(parent.rawValue) ? 0 : CacheTimeouts.untilNotified.entry
    }

    /// Whether `node` is the root of `view`.
    func isView(_ view: ViewCode, _ node: NodeID) throws(Errno) -> Bool {
        if HiddenNodeID.isHidden(node.rawValue) { return false }
        let row = try row(of: node)
        return row.parent == NodeID.root.rawValue && row.name.elementsEqual(TreeName.name(of: view).utf8)
    }

    public func statfs(_ node: NodeID) throws(Errno) -> FileSystemStatistics {
        var answer = statvfs()
        // By the descriptor: the archive may have been renamed since.
        guard fstatvfs(views.archiveDescriptor, &answer) == 0 else { throw Errno(rawValue: errno) }
        // Counts of blocks are in fragments.
        return FileSystemStatistics(
            blockSize: UInt64(answer.f_frsize), blocks: UInt64(answer.f_blocks), blocksFree: UInt64(answer.f_bfree),
            blocksAvailable: UInt64(answer.f_bavail), files: UInt64(answer.f_files), filesFree: UInt64(answer.f_ffree),
            maximumNameLength: 255)
    }

    // MARK: - Rows as answers

    private func row(of node: NodeID) throws(Errno) -> NodeRow {
        let row = try read { (snapshot) throws(IndexError) in try snapshot.node(id: node.rawValue) }
        guard let row else { throw .noSuchFileOrDirectory }
        return row
    }

    func read<Result>(_ body: (IndexSnapshot) throws(IndexError) -> Result) throws(Errno) -> Result {
        do throws(IndexError) {
            return try index.read(body)
        } catch {
            onFailure(.index(error))
            throw Errno(error)
        }
    }

    private func kind(_ rawValue: UInt8) throws(Errno) -> TreeNodeKind {
        guard let kind = TreeNodeKind(rawValue: rawValue) else { throw .ioError }
        return kind
    }

    private func entry(_ row: NodeRow) throws(Errno) -> Entry {
        entry(try kind(row.kind), row.id, row.size, row.modificationTime, row.changeTime)
    }

    private func entry(_ node: ListedNode, _ kind: TreeNodeKind) -> Entry {
        entry(kind, node.id, node.size, node.modificationTime, node.changeTime)
    }

    func entry(
        _ kind: TreeNodeKind, _ id: UInt64, _ size: UInt64, _ modificationTime: FileTime, _ changeTime: FileTime
    ) -> Entry {
        var attributes = Attributes(
            nodeID: NodeID(rawValue: id), kind: kind.isDirectory ? .directory : .regularFile,
            permissions: ownership.permissions(of: kind), linkCount: kind.linkCount, uid: ownership.uid,
            gid: ownership.gid, size: size, modificationTime: Timestamp(modificationTime),
            changeTime: Timestamp(changeTime))
        attributes.inodeNumber = inodeNumbers.number(of: id)
        // Where they are listed, a series has subdirectories, and programs look into none that this does not speak of.
        if listsHidden, kind == .series { attributes.linkCount = 1 }
        return Entry(attributes: attributes, timeouts: kind == .controlFile ? .none : .untilNotified)
    }
}

extension Timestamp {
    init(_ time: FileTime) {
        self.init(seconds: time.seconds, nanoseconds: time.nanoseconds)
    }
}
