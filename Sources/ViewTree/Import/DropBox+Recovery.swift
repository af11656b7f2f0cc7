public import Archive
internal import SystemPackage
internal import VFS
internal import Views

// After a crash: the journal says what was meant, the directories what is. Each file is whole in one place.

/// What a former process left, as it was found before anybody could drop: whatever comes later is none of it.
struct LeftBehind: Sendable {
    /// The greatest number that a name had.
    var lastID: UInt64 = 0
    var files: [(place: StagingArea.Place, id: UInt64)] = []
}

extension DropBox {
    /// Sees what a former process left. To be called before anybody can drop.
    public func prepare() throws(ImportError) {
        var left = LeftBehind()
        try staging.removeUnnamed()
        for place in StagingArea.Place.allCases {
            left.files += try staging.list(place).filter { $0 >= ImportJournal.firstID }.map { (place, $0) }
        }
        // Where the journal was lost, its numbers begin anew: none may be given that a file has.
        let lastFile = left.files.map(\.id).max() ?? 0
        do throws(IndexError) {
            left.lastID = try journal.transaction { (records) throws(IndexError) in
                let last = try records.lastID()
                try records.reserve(upTo: lastFile)
                return last
            }
        } catch {
            throw .index(error)
        }
        self.left.withLock { $0 = left }
    }

    /// Brings journal, staging area and quarantine in line with each other, and judges what was left unjudged. To be called once,
    /// with an index that knows the archive; what is dropped meanwhile is not touched.
    public func recover() {
        let left = left.withLock { $0 }
        // What was dropped meanwhile comes after what was left.
        waiting.withLock { $0.isBeforeFirstScan = false }
        defer { endWaitForFirstScan() }
        do throws(Errno) {
            let ids = try read { (records) throws(IndexError) in try records.unarchived(upTo: left.lastID) }
            for id in ids {
                try recover(id)
                judgeIfIdle(id)
            }
            for (place, id) in left.files { try adopt(id, in: place, lastID: left.lastID) }
            sweep(lastLeft: left.lastID)
            // Before anybody looks: a name whose bytes the archive has no more would keep `rsync` from bringing them again.
            sweeping.change { $0.isAllChanged = true }
            try followArchive()
        } catch {
            log("what was dropped before could not be looked through: \(error)")
        }
    }

    private func recover(_ id: UInt64) throws(Errno) {
        let file = files.take(id)
        defer { files.giveBack(file) }
        try file.alone { () throws(Errno) in
            guard let name = try read({ (records) throws(IndexError) in try records.name(id: id) }) else { return }
            if staging.facts(id, in: .staging) != nil {
                // Being stored, moved out of quarantine, or written: it is what it was.
                if name.state != .staged { try change(id) { $0.becomeStaged() } }
            } else if staging.facts(id, in: .quarantine) != nil {
                // Judged, and not yet said so.
                if name.state != .quarantined { try bringBack(id) }
            } else if name.state == .storing, let path = name.path, try recoverStored(name, at: path) {
                return
            } else {
                // A name whose file was not made any more has lost nothing.
                if name.state != .staged || name.outcome != nil {
                    let text = String(decoding: name.name, as: UTF8.self)
                    log("\(text): its bytes are gone from \(staging.path(id, in: .staging))")
                }
                try change { (records) throws(IndexError) in try records.delete(id: id) }
                notifier()?.entriesChanged(in: NodeID(rawValue: name.parent), names: [name.name])
            }
        }
    }

    private func bringBack(_ id: UInt64) throws(Errno) {
        do throws(ImportError) {
            try staging.move(id, from: .quarantine, to: .staging)
        } catch {
            throw Errno(error)
        }
        try change(id) { $0.becomeStaged() }
    }

    /// A file that had reached its place when this ended.
    private func recoverStored(_ name: DroppedName, at path: [UInt8]) throws(Errno) -> Bool {
        let bytes: Descriptor
        do throws(ImportError) { bytes = try staging.openArchived(path) } catch { return false }
        guard let facts = bytes.facts, bytes.sync() == 0 else { return false }
        try? imports.pathsChanged([path])
        return try change(name.id) { row in
            row.state = .archived
            row.outcome = .stored
            row.size = facts.size
            row.modificationTime = facts.modificationTime
            row.archivedTime = facts.modificationTime
            row.digest = bytes.digest()
            row.judgedSeconds = Self.now().seconds
        }
    }

    /// A file that was there at the start: if no name leads to it, because the journal was lost, it gets one. If the journal gave
    /// its number, the name was taken from it, and the file was to go.
    private func adopt(_ id: UInt64, in place: StagingArea.Place, lastID: UInt64) throws(Errno) {
        guard id < ImportJournal.endOfIDs else { return }
        let name = try read { (records) throws(IndexError) in try records.name(id: id) }
        if name != nil || id <= lastID {
            // Of a name in the archive: a copy that was begun to be written to, and was not.
            let isInUse = files.used(id) != nil
            if !isInUse, name == nil || name?.state == .archived { staging.remove(id, from: place) }
            return
        }
        if place == .quarantine {
            do throws(ImportError) {
                try staging.move(id, from: .quarantine, to: .staging)
            } catch {
                throw Errno(error)
            }
        }
        let now = Self.now()
        let newName = try change { (records) throws(IndexError) in
            let name = try Self.freeName(Array("recovered-\(id)".utf8), records)
            _ = try records.insert(
                DroppedName(
                    id: id, parent: ImportJournal.root, name: name, kind: .file, mode: 0o600,
                    uid: ownership.uid, gid: ownership.gid, modificationTime: now, changeTime: now))
            try records.touch(directory: ImportJournal.root, at: now)
            return name
        }
        notifier()?.entriesChanged(in: Self.root, names: [newName])
        judgeIfIdle(id)
    }
}
