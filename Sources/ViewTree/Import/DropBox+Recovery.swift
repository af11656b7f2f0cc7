internal import Archive
internal import SystemPackage
internal import Views

// After a crash: the journal says what was meant, the directories what is. Each file is whole in one place.

extension DropBox {
    /// Brings journal, staging area and quarantine in line, and judges what was left unjudged. To be called before anybody can
    /// drop, with an index that knows the archive.
    public func recover() {
        do throws(Errno) {
            for name in try read({ (records) throws(IndexError) in try records.unarchived() }) { try recover(name) }
            try adopt()
            sweep(isStarting: true)
        } catch {
            log("what was dropped before could not be looked through: \(error)")
        }
    }

    private func recover(_ name: DroppedName) throws(Errno) {
        let isStaged = staging.facts(name.id, in: .staging) != nil
        let isQuarantined = staging.facts(name.id, in: .quarantine) != nil
        if isStaged {
            // Being stored, moved out of quarantine, or written: it is what it was.
            if name.state != .staged {
                try change(name.id) { row in
                    row.state = .staged
                    row.outcome = nil
                    row.path = nil
                }
            }
            return judgeIfIdle(name.id)
        }
        if isQuarantined {
            if name.state == .quarantined { return }
            // Judged, and not yet said so.
            try bringBack(name.id)
            return judgeIfIdle(name.id)
        }
        if name.state == .storing, let path = name.path, try recoverStored(name, at: path) { return }
        if name.state == .staged, name.outcome == nil {
            // A name whose file was not made any more.
            return try change { (records) throws(IndexError) in try records.delete(id: name.id) }
        }
        log(
            "\(String(decoding: name.name, as: UTF8.self)): its bytes are gone from \(staging.path(name.id, in: .staging))"
        )
        try change { (records) throws(IndexError) in try records.delete(id: name.id) }
    }

    private func bringBack(_ id: UInt64) throws(Errno) {
        do throws(ImportError) {
            try staging.move(id, from: .quarantine, to: .staging)
        } catch {
            throw Errno(error)
        }
        try change(id) { $0.state = .staged }
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
        }
    }

    /// Files that no name leads to, because the journal was lost: they get one.
    private func adopt() throws(Errno) {
        for place in StagingArea.Place.allCases {
            let ids: [UInt64]
            do throws(ImportError) { ids = try staging.list(place) } catch { throw Errno(error) }
            for id in ids where (ImportJournal.firstID..<ImportJournal.endOfIDs).contains(id) {
                let name = try read { (records) throws(IndexError) in try records.name(id: id) }
                if let name {
                    // A copy that was begun to be written to, and was not.
                    if name.state == .archived { staging.remove(id, from: place) }
                    continue
                }
                if place == .quarantine {
                    do throws(ImportError) {
                        try staging.move(id, from: .quarantine, to: .staging)
                    } catch {
                        throw Errno(error)
                    }
                }
                let now = Self.now()
                try change { (records) throws(IndexError) in
                    let name = try Self.freeName(Array("recovered-\(id)".utf8), records)
                    _ = try records.insert(
                        DroppedName(
                            id: id, parent: ImportJournal.root, name: name, kind: .file, mode: 0o600,
                            uid: ownership.uid, gid: ownership.gid, modificationTime: now, changeTime: now))
                }
                judgeIfIdle(id)
            }
        }
    }
}
