internal import Archive
internal import SystemPackage
internal import Views

// When a file is judged. FLUSH comes at every close of a descriptor: shells flush an empty file before anything is written,
// children that inherited a descriptor flush halves, and what is mapped is written after it. So FLUSH stores what is surely
// whole and leaves everything else as it is; the verdict on that comes with RELEASE, when nobody can write any more.

extension DropBox {
    /// Called at every close of a descriptor that may write.
    func flush(_ file: DroppedFile) throws(Errno) {
        guard file.with({ $0.isWritten && !$0.isUnlinked }) else { return }
        try file.alone { () throws(Errno) in
            do throws(ImportError) {
                let verdict = try judge(file, isFinal: false)
                if options.isStrict, let verdict, let refusal = Errno(refusing: verdict.outcome) { throw refusal.error }
            } catch {
                throw Errno(error)
            }
        }
    }

    /// Called when nobody has the handle any more.
    func release(_ file: DroppedFile, wasWriting: Bool) {
        if wasWriting {
            file.alone {
                let isLast = file.with { state in
                    state.writers -= 1
                    return state.writers == 0
                }
                if isLast {
                    judgeForGood(file)
                    forgetUntouched(file)
                }
            }
            imports.writerClosed()
        }
        files.giveBack(file)
    }

    /// A strict drop box refuses the final name to a file that came under a temporary one and cannot be stored.
    func refuseStrictly(_ name: DroppedName, as newName: [UInt8]) throws(Errno) {
        guard options.isStrict, name.kind == .file, TemporaryName.contains(name.name), !TemporaryName.contains(newName)
        else { return }
        let file = files.take(name.id)
        defer { files.giveBack(file) }
        try file.alone { () throws(Errno) in
            guard case .staged(let bytes) = try load(file), file.with({ $0.writers == 0 }) else { return }
            do throws(ImportError) {
                let path = staging.path(name.id, in: .staging)
                let verdict =
                    try isBeforeFirstScan
                    ? imports.examineAlone(bytes, path: path) : imports.examine(bytes, path: path)
                if let verdict, let refusal = Errno(refusing: verdict.outcome) { throw refusal.error }
            } catch {
                throw Errno(error)
            }
        }
    }

    /// Judges a file that has its final name now, unless somebody may still write to it.
    func judgeIfIdle(_ id: UInt64) {
        let file = files.take(id)
        defer { files.giveBack(file) }
        file.alone {
            do throws(Errno) {
                guard case .staged = try load(file), file.with({ $0.writers == 0 }) else { return }
            } catch {
                return
            }
            file.with { $0.isChanged = true }
            judgeForGood(file)
        }
    }

    /// The last word on a file. What keeps a good file from being stored now leaves it staged; it is judged again when there is room,
    /// if that is what was missing, when it is written to, renamed, or at the next start. To be called by the one whose turn it is.
    func judgeForGood(_ file: DroppedFile) {
        guard file.with({ $0.isChanged }) else { return }
        do throws(ImportError) {
            _ = try judge(file, isFinal: true)
        } catch {
            let isNew = Errno(error).isNoRoom ? waitForRoom(file.id) : true
            if isNew { log("\(staging.path(file.id, in: .staging)): not imported yet: \(error)") }
        }
    }

    /// - Returns: the verdict; nil if there is none (yet).
    private func judge(_ file: DroppedFile, isFinal: Bool) throws(ImportError) -> ImportVerdict? {
        guard case .staged(let bytes) = file.with({ $0.content }), !file.with({ $0.isUnlinked }) else { return nil }
        guard let name = try named(file.id), !TemporaryName.contains(name.name) else { return nil }
        file.with { $0.isWritten = false }
        let verdict: ImportVerdict?
        do throws(ImportError) {
            // A strict drop box has to say at FLUSH what is wrong.
            verdict =
                try isBeforeFirstScan
                ? judgeBeforeFirstScan(file, bytes, isFinal: isFinal)
                : imports.take(file.id, bytes, isFinal: isFinal || options.isStrict) {
                    (path) throws(ImportError) in
                    try self.note(file.id) { row in
                        row.state = .storing
                        row.path = path
                    }
                }
        } catch {
            file.with { $0.isWritten = true }
            try? note(file.id) { row in
                row.state = .staged
                row.path = nil
            }
            throw error
        }
        guard let verdict else { return nil }
        if let shared = verdict.sharedFacts {
            try accept(file, bytes, verdict, shared)
            count(verdict.outcome)
        } else if isFinal {
            try keep(file, bytes, name, verdict)
            count(verdict.outcome)
        }
        return verdict
    }

    /// The archive has these very bytes: the name shares them.
    private func accept(
        _ file: DroppedFile, _ bytes: Descriptor, _ verdict: ImportVerdict, _ shared: FileFacts
    ) throws(ImportError) {
        let dropped = bytes.facts ?? shared
        let digest = bytes.digest()
        try note(file.id) { row in
            row.state = .archived
            row.size = shared.size
            row.modificationTime = dropped.modificationTime
            row.archivedTime = shared.modificationTime
            row.digest = digest
            row.changeTime = Self.now()
            row.take(verdict)
        }
        if verdict.outcome == .alreadyThere { staging.remove(file.id, from: .staging) }
        file.with { state in
            state.content = .archived(path: verdict.path ?? [], bytes)
            state.isChanged = false
            state.storedAt = verdict.outcome == .stored ? MonotonicClock.now() : nil
        }
        if verdict.outcome == .stored { noteStored(file.id) }
    }

    /// It stays under its name, with the reason.
    private func keep(
        _ file: DroppedFile, _ bytes: Descriptor, _ name: DroppedName, _ verdict: ImportVerdict
    ) throws(ImportError) {
        // Whoever moved it here has it nowhere else.
        let failure = bytes.sync()
        guard failure == 0 else { throw .system(path: staging.path(file.id, in: .staging), errno: failure) }
        try staging.move(file.id, from: .staging, to: .quarantine)
        do throws(ImportError) {
            try note(file.id) { row in
                row.state = .quarantined
                row.take(verdict)
            }
        } catch {
            try? staging.move(file.id, from: .quarantine, to: .staging)
            throw error
        }
        do throws(IndexError) { try journal.sync() } catch { throw .index(error) }
        file.with { state in
            state.content = .quarantined(bytes)
            state.isChanged = false
        }
        if !verdict.outcome.isInArchive {
            let reason = verdict.detail.isEmpty ? verdict.outcome.sentence : verdict.detail
            log("\(String(decoding: name.name, as: UTF8.self)): not imported (\(verdict.outcome.rawValue)): \(reason)")
        }
    }

    private func named(_ id: UInt64) throws(ImportError) -> DroppedName? {
        do throws(IndexError) {
            return try journal.read { (records) throws(IndexError) in try records.name(id: id) }
        } catch {
            throw .index(error)
        }
    }

    private func note(_ id: UInt64, _ body: (inout DroppedName) -> Void) throws(ImportError) {
        do throws(IndexError) {
            try journal.transaction { (records) throws(IndexError) in
                guard var name = try records.name(id: id) else { return }
                body(&name)
                try records.update(name)
            }
        } catch {
            throw .index(error)
        }
    }
}

extension DroppedName {
    fileprivate mutating func take(_ verdict: ImportVerdict) {
        outcome = verdict.outcome
        sopInstanceUID = verdict.sopInstanceUID
        path = verdict.path
        detail = verdict.detail
        judgedSeconds = DropBox.now().seconds
    }
}

extension Errno {
    /// As an error of importing, which knows more.
    fileprivate var error: ImportError { .system(path: "", errno: rawValue) }
}
