internal import Archive
internal import Synchronization
internal import SystemPackage
internal import VFS

// Writing to a received file in default/. Its copy is a name in the journal beside it, as any drop into default/ has, which nothing
// but `Redirections` leads to. It begins as a name whose bytes are the archive's, and has some of its own with the first change;
// then it is judged as any drop. While it is there (open, or in its settle time) all who write to the file meet in it.

extension DropBox {
    /// What `name` leads the caller to, if it was sent there.
    func redirected(_ name: NameBytes, in parent: NodeID, _ caller: Caller) throws(Errno) -> Entry? {
        guard let id = redirections.target(of: name, in: parent, for: caller.threadID) else { return nil }
        let row = try read { (records) throws(IndexError) in try records.name(id: id) }
        guard let row, row.parent == parent.rawValue else { return nil }
        return try entry(row)
    }

    /// Where in a view a dropped file has its name; nil of one in `import/`, and of one without a name.
    func placeInViews(of node: NodeID) throws(Errno) -> (parent: NodeID, name: [UInt8])? {
        guard node != Self.root, hasOverlays.load(ordering: .acquiring) else { return nil }
        let row = try read { (records) throws(IndexError) in try records.name(id: node.rawValue) }
        guard let row, row.kind == .file, !Self.has(NodeID(rawValue: row.parent)) else { return nil }
        return (NodeID(rawValue: row.parent), row.name)
    }

    /// Has the caller's next lookup of the file's name lead to its copy.
    func send(_ caller: Caller, toCopyOf file: ReceivedFile) throws(Errno) {
        let now = Self.now()
        let result = try change { (records) throws(IndexError) -> Result<Void, Errno> in
            let (parent, name) = (file.parent.rawValue, file.name)
            let known = try records.child(of: parent, name: name)
            if let known, known.kind != .file { return .failure(.isDirectory) }
            var target = known?.id
            if known == nil {
                hasOverlays.store(true, ordering: .releasing)
                target = try records.insert(
                    DroppedName(
                        parent: parent, name: name, kind: .file, mode: 0o644 & ~ownership.fileMask, uid: ownership.uid,
                        gid: ownership.gid, size: file.facts.size, modificationTime: file.facts.modificationTime,
                        changeTime: now, state: .archived, path: file.path,
                        archivedTime: file.facts.modificationTime))
            }
            // Within the transaction, so that the copy is not taken for forgotten in between.
            if let target { redirections.send(caller.threadID, to: target, as: name, in: file.parent) }
            return .success(())
        }
        try result.get()
        sweepLater()
    }

    /// Whether somebody writes, or has just written, to the file.
    func hasWrittenCopy(of file: ReceivedFile) throws(Errno) -> Bool {
        guard hasOverlays.load(ordering: .acquiring) else { return false }
        let row = try read { (records) throws(IndexError) in
            try records.child(of: file.parent.rawValue, name: file.name)
        }
        guard let row else { return false }
        return row.kind == .file && !row.isUntouchedCopy
    }

    /// Nobody changed the copy and nobody has it open to do so any more: it was none. To be called by the one whose turn it is.
    func forgetUntouched(_ file: DroppedFile) {
        guard !file.with({ $0.isChanged || $0.isUnlinked }) else { return }
        do throws(Errno) {
            let isForgotten = try change { (records) throws(IndexError) in
                // Within the transaction, for in another one somebody is sent to it.
                guard !redirections.lead(to: file.id), let row = try records.name(id: file.id), row.isUntouchedCopy
                else { return false }
                try records.delete(id: row.id)
                return true
            }
            // For those who read it.
            if isForgotten { file.with { $0.isUnlinked = true } }
        } catch {
            log("a name outside import/ could not be cleared: \(error)")
        }
    }
}

extension DroppedName {
    /// True of the copy of a received file that nothing was written to.
    var isUntouchedCopy: Bool { kind == .file && state == .archived && outcome == nil }
}
