internal import Archive
internal import SystemPackage
internal import VFS
internal import Views

extension DropBox {
    /// Opens a file. Its bytes are where the journal says, and stay in reach of the handle wherever they go.
    func open(_ node: NodeID, isWriting: Bool, truncates: Bool = false) throws(Errno) -> DropHandle {
        let file = files.take(node.rawValue)
        do throws(Errno) {
            try file.alone { () throws(Errno) in
                if truncates { try empty(file) } else { _ = try load(file) }
                if isWriting { file.with { $0.writers += 1 } }
            }
        } catch {
            files.giveBack(file)
            throw error
        }
        if isWriting { imports.writerOpened() }
        return DropHandle(file, isWriting: isWriting, in: self)
    }

    func create(
        _ name: NameBytes, in parent: NodeID, permissions: UInt16, caller: Caller
    ) throws(Errno) -> (entry: Entry, file: any OpenFile) {
        let row = try insert(name, in: parent, kind: .file, permissions: permissions, caller: caller)
        do throws(ImportError) {
            let bytes = try staging.create(row.id)
            let file = files.take(row.id)
            file.with { state in
                state.content = .staged(bytes)
                state.writers += 1
                state.isChanged = true
            }
            imports.writerOpened()
            return (try attributes(of: row), DropHandle(file, isWriting: true, in: self))
        } catch {
            try? change { (records) throws(IndexError) in try records.delete(id: row.id) }
            throw Errno(error)
        }
    }

    private func attributes(of row: DroppedName) throws(ImportError) -> Entry {
        do throws(Errno) { return try entry(row) } catch { throw .system(path: "", errno: error.rawValue) }
    }

    /// Where the bytes are. To be called by the one whose turn it is.
    func load(_ file: DroppedFile) throws(Errno) -> DroppedFile.Content {
        let known = file.with { $0.content }
        if case .unknown = known {} else { return known }
        let row = try read { (records) throws(IndexError) in try records.name(id: file.id) }
        guard let row, !file.with({ $0.isUnlinked }) else { throw .noSuchFileOrDirectory }
        guard row.kind == .file else { throw .isDirectory }
        let content = try content(of: row)
        file.with { $0.content = content }
        return content
    }

    private func content(of row: DroppedName) throws(Errno) -> DroppedFile.Content {
        do throws(ImportError) {
            switch row.state {
            case .staged, .storing:
                if let bytes = try staging.open(row.id, in: .staging) { return .staged(bytes) }
                // Left by a crash right after it had reached its place.
                if row.state == .storing, let path = row.path {
                    return .archived(path: path, try staging.openArchived(path))
                }
            case .quarantined:
                if let bytes = try staging.open(row.id, in: .quarantine) { return .quarantined(bytes) }
            case .archived:
                // Another file took its place, or it was changed there: never other bytes than were dropped.
                switch try imports.locate(row) {
                case .file(let path, let bytes, let facts):
                    try follow(row, to: path, facts)
                    return .archived(path: path, bytes)
                case .gone, .unknown:
                    archiveChanged(at: row.path.map { [$0] } ?? [])
                    throw .system(
                        path: staging.archive.displayPath(row.path ?? []), errno: Errno.staleNFSFileHandle.rawValue)
                }
            }
        } catch {
            throw Errno(error)
        }
        throw .ioError
    }

    // MARK: - Changing bytes

    /// The file's own bytes, to be changed: those of the archive are copied first, as far as `limit`. To be called by the one
    /// whose turn it is.
    private func own(_ file: DroppedFile, limit: UInt64 = .max) throws(Errno) -> Descriptor {
        let isUnlinked = file.with { $0.isUnlinked }
        let bytes: Descriptor
        switch try load(file) {
        case .unknown: throw .ioError
        case .staged(let own): return own
        case .quarantined(let own):
            bytes = own
            if !isUnlinked {
                do throws(ImportError) {
                    try staging.move(file.id, from: .quarantine, to: .staging)
                } catch {
                    throw Errno(error)
                }
            }
        case .archived(_, let archived):
            do throws(ImportError) {
                bytes = try staging.copy(archived, to: file.id, limit: limit)
            } catch {
                staging.remove(file.id, from: .staging)
                throw Errno(error)
            }
            if isUnlinked { staging.remove(file.id, from: .staging) }
        }
        if !isUnlinked {
            try change(file.id) { $0.becomeStaged() }
        }
        file.with { state in
            state.content = .staged(bytes)
            state.storedAt = nil
        }
        return bytes
    }

    private func changed(_ file: DroppedFile) {
        file.with { state in
            state.isWritten = true
            state.isChanged = true
        }
    }

    private func check(_ failure: Int32) throws(Errno) {
        if failure != 0 { throw Errno(rawValue: failure) }
    }

    func write(_ file: DroppedFile, _ bytes: UnsafeRawBufferPointer, at offset: UInt64) throws(Errno) {
        try file.alone { () throws(Errno) in
            let own = try own(file)
            changed(file)
            try check(own.write(bytes, at: offset))
        }
    }

    func fallocate(_ file: DroppedFile, mode: Int32, offset: UInt64, length: UInt64) throws(Errno) {
        try file.alone { () throws(Errno) in
            let own = try own(file)
            changed(file)
            try check(own.allocate(mode: mode, offset: offset, length: length))
        }
    }

    private func truncate(_ file: DroppedFile, to size: UInt64) throws(Errno) {
        let own = try own(file, limit: size)
        changed(file)
        try check(own.truncate(to: size))
    }

    /// Empties it, whether what it had can be had or not.
    private func empty(_ file: DroppedFile) throws(Errno) {
        do throws(Errno) {
            return try truncate(file, to: 0)
        } catch {
            guard error == .staleNFSFileHandle else { throw error }
        }
        do throws(ImportError) {
            let bytes = try staging.create(file.id)
            file.with { $0.content = .staged(bytes) }
        } catch {
            throw Errno(error)
        }
        guard try change(file.id, { $0.becomeStaged() }) else { throw .noSuchFileOrDirectory }
        changed(file)
    }

    func fsync(_ file: DroppedFile) throws(Errno) {
        let content = file.with { $0.content }
        if let bytes = content.descriptor { try check(bytes.sync()) }
        switch content {
        case .staged: try check(staging.sync(.staging))
        case .quarantined: try check(staging.sync(.quarantine))
        case .unknown, .archived: break
        }
        try syncNames()
    }

    /// Makes all names survive a crash of the machine.
    func syncNames() throws(Errno) {
        do throws(IndexError) { try journal.sync() } catch { throw Errno(error) }
    }

    // MARK: - Attributes

    func setattr(_ node: NodeID, _ changes: AttributeChanges) throws(Errno) -> Entry {
        let row = try read { (records) throws(IndexError) in try records.name(id: node.rawValue) }
        if let row, row.kind == .directory { return try setattr(directory: row, changes) }
        let file = files.take(node.rawValue)
        defer { files.giveBack(file) }
        try file.alone { () throws(Errno) in
            let content = try load(file)
            if let size = changes.size, size != content.descriptor?.facts?.size { try truncate(file, to: size) }
            // Of a file that was received nothing is changed; that bytes are cut off at their end changes nothing.
            if let row, row.isUntouchedCopy, !file.with({ $0.isChanged }) {
                guard changes.size != nil, changes.permissions == nil, changes.uid == nil, changes.gid == nil else {
                    throw .notPermitted
                }
                return
            }
            if let time = changes.modificationTime { try setModificationTime(FileTime(time), of: file) }
            func apply(_ name: inout DroppedName) {
                if let permissions = changes.permissions { name.mode = permissions }
                if let uid = changes.uid { name.uid = uid }
                if let gid = changes.gid { name.gid = gid }
                name.changeTime = Self.now()
            }
            try change(file.id, apply)
            file.with { state in
                if var name = state.name {
                    apply(&name)
                    state.name = name
                }
            }
            if file.with({ $0.writers == 0 && $0.isChanged }) { judgeForGood(file) }
        }
        return try getattr(node)
    }

    private func setattr(directory row: DroppedName, _ changes: AttributeChanges) throws(Errno) -> Entry {
        if changes.size != nil { throw .isDirectory }
        try change(row.id) { name in
            if let permissions = changes.permissions { name.mode = permissions }
            if let uid = changes.uid { name.uid = uid }
            if let gid = changes.gid { name.gid = gid }
            if let time = changes.modificationTime { name.modificationTime = FileTime(time) }
            name.changeTime = Self.now()
        }
        return try getattr(NodeID(rawValue: row.id))
    }

    private func setModificationTime(_ time: FileTime, of file: DroppedFile) throws(Errno) {
        let (content, storedAt) = file.with { ($0.content, $0.storedAt) }
        switch content {
        case .unknown: throw .ioError
        case .staged(let bytes), .quarantined(let bytes): try check(bytes.setModificationTime(time))
        case .archived(let path, let bytes):
            var archivedTime: FileTime?
            // Programs that set the time after closing (Python's copy2, file managers) mean the file they brought.
            let stored = storedAt ?? recentlyStored(file.id)
            if let stored, MonotonicClock.now() - stored < max(options.settleTime, 1) {
                try check(bytes.setModificationTime(time))
                archivedTime = bytes.facts?.modificationTime
                if let facts = bytes.facts {
                    do throws(ImportError) { try imports.retimed(path, facts) } catch { throw Errno(error) }
                }
            }
            try change(file.id) { name in
                name.modificationTime = time
                if let archivedTime { name.archivedTime = archivedTime }
            }
        }
    }
}

extension FileTime {
    init(_ time: AttributeChanges.NewTime) {
        switch time {
        case .now: self = DropBox.now()
        case .at(let time): self.init(seconds: time.seconds, nanoseconds: time.nanoseconds)
        }
    }
}
