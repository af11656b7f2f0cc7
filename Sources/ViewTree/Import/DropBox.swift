public import Archive
internal import Glibc
internal import Synchronization
internal import SystemPackage
public import VFS
public import Views

/// What people drop: names as on any file system, behind which bytes are staged, judged when a file is complete, and stored in
/// the archive. The names stay, with the bytes, sizes, times and modes that were dropped (`ImportJournal`).
///
/// Names in `import/` are listed. In the root and in `default/` names are found, but not listed, and pass when what they
/// brought has settled; what could not be stored then has its name in `import/`.
public final class DropBox: Sendable {
    public struct Options: Sendable {
        /// Answer EINVAL or EEXIST at close for what is not stored.
        public var isStrict = false
        /// Seconds for which a name outside `import/` stays, and for which an mtime set on a name is the stored file's too.
        public var settleTime = SettlingSchedule.defaultSettleTime

        public init() {}
    }

    let journal: ImportJournal
    let staging: StagingArea
    let imports: InstanceImport
    let ownership: Ownership
    let options: Options
    let files = DroppedFiles()
    let redirections = Redirections()
    let waiting = Lock(WaitingDrops())
    let reserve: SpaceReserve
    let sweeping = Monitor(SweepState())
    /// Names are, or may be, in directories of views. Set within transactions of the journal, so that it is never behind them.
    let hasOverlays = Atomic(true)
    let left = Lock(LeftBehind())
    private let outcomes = Lock([ImportOutcome: UInt64]())
    let notifier: @Sendable () -> (any ChangeNotifier)?
    let log: @Sendable (_ message: String) -> Void

    /// - Parameters:
    ///   - notifier: Whom to tell of names that come or go by themselves.
    ///   - log: Is told, once for each, what was not stored and why.
    public init(
        journal: ImportJournal, imports: InstanceImport, ownership: Ownership, options: Options = Options(),
        notifier: @escaping @Sendable () -> (any ChangeNotifier)? = { nil },
        log: @escaping @Sendable (_ message: String) -> Void
    ) {
        self.journal = journal
        staging = imports.staging
        reserve = SpaceReserve(imports.staging.archive)
        self.imports = imports
        self.ownership = ownership
        self.options = options
        self.notifier = notifier
        self.log = log
    }

    /// How many files had which outcome since this was made.
    public var outcomeCounts: [ImportOutcome: UInt64] { outcomes.withLock { $0 } }

    func count(_ outcome: ImportOutcome) { outcomes.withLock { $0[outcome, default: 0] += 1 } }

    /// `import/`.
    public static let root = NodeID(rawValue: ImportJournal.root)
    static let rootName = Array("import".utf8)

    /// Whether `node` is one of ours.
    static func has(_ node: NodeID) -> Bool {
        node == root || (ImportJournal.firstID..<ImportJournal.endOfIDs).contains(node.rawValue)
    }

    // MARK: - The journal

    func read<Result>(_ body: (ImportRecords) throws(IndexError) -> Result) throws(Errno) -> Result {
        do throws(IndexError) { return try journal.read(body) } catch { throw Errno(error) }
    }

    func change<Result>(_ body: (ImportRecords) throws(IndexError) -> Result) throws(Errno) -> Result {
        do throws(IndexError) { return try journal.transaction(body) } catch { throw Errno(error) }
    }

    /// Changes what is said of one name. False if it is gone.
    @discardableResult
    func change(_ id: UInt64, _ body: (inout DroppedName) -> Void) throws(Errno) -> Bool {
        try change { (records) throws(IndexError) in
            guard var name = try records.name(id: id) else { return false }
            body(&name)
            return try records.update(name)
        }
    }

    static func now() -> FileTime {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return FileTime(seconds: Int64(time.tv_sec), nanoseconds: UInt32(clamping: time.tv_nsec))
    }

    // MARK: - Attributes

    func getattr(_ node: NodeID) throws(Errno) -> Entry {
        if node == Self.root { return try rootEntry() }
        let name = try read { (records) throws(IndexError) in try records.name(id: node.rawValue) }
        // A file without a name is still there for those who have it open.
        guard let name = name ?? files.used(node.rawValue)?.with({ $0.isUnlinked ? $0.name : nil }) else {
            throw .noSuchFileOrDirectory
        }
        return try entry(name)
    }

    /// `import/` belongs to the mounting user, whatever is done to it; its times are as on any file system.
    func rootEntry() throws(Errno) -> Entry {
        let row = try read { (records) throws(IndexError) in try records.name(id: ImportJournal.root) }
        let epoch = FileTime(seconds: 0, nanoseconds: 0)
        return Entry(
            attributes: Attributes(
                nodeID: Self.root, kind: .directory, permissions: 0o755 & ~ownership.directoryMask, linkCount: 1,
                uid: ownership.uid, gid: ownership.gid, size: 0,
                modificationTime: Timestamp(row?.modificationTime ?? epoch),
                changeTime: Timestamp(row?.changeTime ?? epoch)),
            timeouts: .untilNotified)
    }

    /// What `stat` tells of a name.
    func entry(_ name: DroppedName) throws(Errno) -> Entry {
        var attributes = Attributes(
            nodeID: NodeID(rawValue: name.id), kind: name.kind == .directory ? .directory : .regularFile,
            permissions: name.mode, linkCount: 1, uid: name.uid, gid: name.gid, size: name.size,
            modificationTime: Timestamp(name.modificationTime), changeTime: Timestamp(name.changeTime))
        var isChanging = false
        if name.kind == .file, let facts = try factsOfOwnBytes(name, &isChanging) {
            attributes.size = facts.size
            attributes.modificationTime = Timestamp(facts.modificationTime)
            attributes.changeTime = Timestamp(max(facts.changeTime, name.changeTime))
        }
        // Names in views pass; a file that is being written to changes.
        let isLasting = !isChanging && DropBox.has(NodeID(rawValue: name.parent))
        return Entry(attributes: attributes, timeouts: isLasting ? .untilNotified : .none)
    }

    /// The facts of a file that is in staging area or quarantine; nil of one whose bytes are the archive's.
    private func factsOfOwnBytes(_ name: DroppedName, _ isChanging: inout Bool) throws(Errno) -> FileFacts? {
        var name = name
        // A file that is being judged may move between question and answer.
        for _ in 0..<4 {
            let state = files.used(name.id)?.with { $0 }
            isChanging = (state?.writers ?? 0) > 0
            switch state?.content ?? .unknown {
            case .staged(let file):
                isChanging = true
                return file.facts
            case .quarantined(let file): return file.facts
            case .archived: return nil
            case .unknown: break
            }
            switch name.state {
            case .archived: return nil
            case .staged, .storing:
                isChanging = true
                if let facts = staging.facts(name.id, in: .staging) { return facts }
            case .quarantined: if let facts = staging.facts(name.id, in: .quarantine) { return facts }
            }
            let id = name.id
            guard let again = try read({ (records) throws(IndexError) in try records.name(id: id) }) else {
                throw .noSuchFileOrDirectory
            }
            name = again
        }
        // Left by a crash and not recovered yet: a listing is none the worse for it.
        isChanging = true
        return nil
    }
}
