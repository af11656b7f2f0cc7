internal import Archive
internal import SystemPackage
internal import VFS
internal import Views

// The archive's files are touched, moved, renamed and removed behind the mount. A name that shares the bytes of one follows it, and
// goes when the archive has these bytes no more: whoever looks for them must not take them for there.

extension DropBox {
    /// The archive's files at these paths beneath its root, or beneath them, are not what they were, and the index knows.
    ///
    /// - Parameter paths: Nil for all.
    public func archiveChanged(at paths: [[UInt8]]?) {
        sweeping.change { state in
            if let paths { state.changedPaths.formUnion(paths) } else { state.isAllChanged = true }
        }
        sweepLater()
    }

    /// How often what is unclear is asked again.
    private static let unclearLimit = 10

    /// Follows what has changed since.
    func followArchive() throws(Errno) {
        let (paths, isAll) = sweeping.change { state in
            defer { (state.changedPaths, state.isAllChanged) = ([], false) }
            return (state.changedPaths, state.isAllChanged)
        }
        var unclear: [[UInt8]] = []
        if isAll {
            var after: UInt64 = 0
            while true {
                let last = after
                let page = try read { (records) throws(IndexError) in
                    try records.archived(after: last, limit: 256)
                }
                guard let end = page.last else { break }
                after = end.id
                unclear += try follow(page)
            }
        } else {
            for path in paths.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
                unclear += try follow(read { (records) throws(IndexError) in try records.archived(at: path) })
            }
        }
        // What the index has not followed yet is asked again, some times: a file that cannot be opened is met again when it can.
        sweeping.change { state in
            guard !unclear.isEmpty, state.unclearRounds < Self.unclearLimit else {
                state.unclearRounds = 0
                return
            }
            state.unclearRounds += 1
            state.changedPaths.formUnion(unclear)
            state.isWanted = true
        }
    }

    /// Brings names in line with the archive; where those are that it cannot be said of.
    private func follow(_ names: [DroppedName]) throws(Errno) -> [[UInt8]] {
        guard !names.isEmpty else { return [] }
        var unclear: [[UInt8]] = []
        do throws(ImportError) {
            for name in try imports.moved(among: names) {
                let file = files.take(name.id)
                defer { files.giveBack(file) }
                if try !file.alone({ () throws(ImportError) in try follow(name, file) }), let path = name.path {
                    unclear.append(path)
                }
            }
        } catch {
            throw Errno(error)
        }
        return unclear
    }

    /// False if it cannot be said where the bytes of `name` are. To be called by the one whose turn it is.
    private func follow(_ name: DroppedName, _ file: DroppedFile) throws(ImportError) -> Bool {
        switch try imports.locate(name) {
        case .unknown: return false
        case .file(let path, _, let facts): try follow(name, to: path, facts)
        case .gone:
            // Whoever writes to it goes on with what is open.
            guard file.with({ $0.writers == 0 }) else { return false }
            let isRemoved = try note { (records) throws(IndexError) in
                guard let row = try records.name(id: name.id), row.state == .archived, row.path == name.path else {
                    return false
                }
                try records.delete(id: name.id)
                try records.touch(directory: name.parent, at: Self.now())
                return true
            }
            guard isRemoved else { return true }
            file.with { state in
                state.isUnlinked = true
                state.name = name
            }
            log(
                "\(String(decoding: name.name, as: UTF8.self)): its file is gone from the archive, and the name from import/"
            )
            notifier()?.entriesChanged(in: NodeID(rawValue: name.parent), names: [name.name])
        }
        return true
    }

    /// The bytes of `name` are at `path` now.
    func follow(_ name: DroppedName, to path: [UInt8], _ facts: FileFacts) throws(ImportError) {
        guard path != name.path || facts.modificationTime != name.archivedTime else { return }
        try note { (records) throws(IndexError) in
            guard var row = try records.name(id: name.id), row.state == .archived, row.path == name.path else { return }
            row.path = path
            row.archivedTime = facts.modificationTime
            try records.update(row)
        }
    }

    private func note<Result>(
        _ body: (ImportRecords) throws(IndexError) -> Result
    ) throws(ImportError) -> Result {
        do throws(IndexError) { return try journal.transaction(body) } catch { throw .index(error) }
    }
}
