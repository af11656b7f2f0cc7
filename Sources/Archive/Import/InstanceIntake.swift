internal import CLinux
internal import Glibc

/// Takes staged files into the archive: judges them, puts them at their place, makes them durable, and indexes them, in this
/// order. After a crash at any moment a file is whole in one place or the other.
public struct InstanceIntake<Summarizer: InstanceSummarizer>: Sendable {
    let staging: StagingArea
    let store: IndexStore
    let summarizer: Summarizer
    /// Files go in one by one: whether an instance is there already must not change between asking and storing.
    private let turn = Monitor(false)

    var archive: ArchiveDirectory { staging.archive }

    public init(staging: StagingArea, store: IndexStore, summarizer: Summarizer) {
        self.staging = staging
        self.store = store
        self.summarizer = summarizer
    }

    /// What is done while a file is taken in.
    public struct Steps {
        /// Says that the file goes to `path`, before it does: for a journal, which thus knows where to look after a crash.
        public var willStore: (_ path: [UInt8]) throws(ImportError) -> Void
        /// Adds to the transaction that makes the file known.
        public var didStore: (InstanceRow, IndexTransaction) throws(IndexError) -> Void

        public init(
            willStore: @escaping (_ path: [UInt8]) throws(ImportError) -> Void = { (_) throws(ImportError) in },
            didStore: @escaping (InstanceRow, IndexTransaction) throws(IndexError) -> Void = {
                (_, _) throws(IndexError) in
            }
        ) {
            self.willStore = willStore
            self.didStore = didStore
        }
    }

    /// Judges the staged file `id`, and stores it if it is an instance that the archive does not have.
    ///
    /// - Parameter isFinal: False while more may be written: then nil is the answer for what is not surely a whole instance.
    /// - Throws: what kept it from being stored although it should be; it is still staged then.
    public func take(
        _ id: UInt64, _ file: Descriptor, isFinal: Bool = true, _ steps: Steps
    ) throws(ImportError) -> ImportVerdict? {
        let path = staging.path(id, in: .staging)
        switch try Judgement(file, path: path, summarizer: summarizer) {
        case .unsettled: return isFinal ? ImportVerdict(.incomplete, detail: "it changed while it was read") : nil
        case .refused(let verdict): return isFinal ? verdict : nil
        case .instance(let instance, _, let isSurelyWhole):
            guard isFinal || isSurelyWhole else { return nil }
            if let verdict = try compare(instance, file) { return verdict }
            // The longest of it, and nobody need wait for it.
            guard fsync(file.rawValue) == 0 else { throw .system(path: path, errno: errno) }
            turn.await { isTaken -> Void? in
                guard !isTaken else { return nil }
                isTaken = true
                return ()
            }
            defer { turn.change { $0 = false } }
            if let verdict = try compare(instance, file) { return verdict }
            return try place(instance, id, file, steps)
        }
    }

    /// What `take` would say of a file anywhere; nil if it would be stored.
    ///
    /// - Parameter path: To name it in errors.
    public func examine(_ file: Descriptor, path: String) throws(ImportError) -> ImportVerdict? {
        switch try Judgement(file, path: path, summarizer: summarizer) {
        case .unsettled: return ImportVerdict(.incomplete, detail: "it changed while it was read")
        case .refused(let verdict): return verdict
        case .instance(let instance, _, _): return try compare(instance, file)
        }
    }

    /// What is wrong with the file itself, whatever the archive has; nil if nothing is.
    public func examineAlone(_ file: Descriptor, path: String) throws(ImportError) -> ImportVerdict? {
        switch try Judgement(file, path: path, summarizer: summarizer) {
        case .unsettled: ImportVerdict(.incomplete, detail: "it changed while it was read")
        case .refused(let verdict): verdict
        case .instance: nil
        }
    }

    // MARK: - What is there already

    /// The verdict if the archive has a file with the instance's UID that can be read; nil if it has none.
    private func compare(_ instance: ScannedInstance, _ file: Descriptor) throws(ImportError) -> ImportVerdict? {
        let rows = try read { (snapshot) throws(IndexError) in
            try snapshot.files(ofInstance: instance.sopInstanceUID)
        }
        var found: ImportVerdict?
        for row in rows {
            guard let other = archivedFile(row), let facts = other.facts else { continue }
            switch ContentComparison(file, other) {
            case .bytes:
                return ImportVerdict(
                    .alreadyThere, sopInstanceUID: instance.sopInstanceUID, path: row.path, sharedFacts: facts)
            case .dataSet:
                found = ImportVerdict(
                    .alreadyThere, sopInstanceUID: instance.sopInstanceUID, path: row.path,
                    detail: "the same data set; preamble or File Meta differ")
            case .nothing:
                if found != nil { continue }
                found = ImportVerdict(
                    .conflict, sopInstanceUID: instance.sopInstanceUID, path: row.path,
                    detail: "other content than \(archive.displayPath(row.path))")
            }
        }
        return found
    }

    private func archivedFile(_ row: FileRow) -> Descriptor? {
        do throws(ImportError) { return try staging.openArchived(row.path) } catch { return nil }
    }

    // MARK: - Storing

    private func place(
        _ instance: ScannedInstance, _ id: UInt64, _ file: Descriptor, _ steps: Steps
    ) throws(ImportError) -> ImportVerdict {
        let place = StoragePlace.path(of: instance)
        let directory = try makeDirectories(of: place)
        let name = Array(place.reversed().prefix { $0 != UInt8(ascii: "/") }.reversed())
        try steps.willStore(place)
        guard rename(id, to: name, in: directory) else {
            guard errno == EEXIST else { throw .system(path: archive.displayPath(place), errno: errno) }
            return try compareUnindexed(instance, file, place)
        }
        do throws(ImportError) {
            guard fsync(directory.rawValue) == 0, let facts = file.facts else {
                throw .system(path: archive.displayPath(place), errno: errno)
            }
            let patient = try index(instance, place, facts, steps)
            return ImportVerdict(
                .stored, sopInstanceUID: instance.sopInstanceUID, path: place, sharedFacts: facts,
                patientRowID: patient)
        } catch {
            // Nothing half-stored: it is staged as before, and can be tried again.
            let back = withCPath(name) {
                renameat(directory.rawValue, $0, staging.directory(.staging).rawValue, "\(id)")
            }
            guard back == 0 else { throw .system(path: archive.displayPath(place), errno: errno) }
            throw error
        }
    }

    private func rename(_ id: UInt64, to name: [UInt8], in directory: Descriptor) -> Bool {
        withCPath(name) {
            clinux_rename_noreplace(staging.directory(.staging).rawValue, "\(id)", directory.rawValue, $0) == 0
        }
    }

    /// A file stands at the place that the index does not know: left by a crash, or put there by somebody else.
    private func compareUnindexed(
        _ instance: ScannedInstance, _ file: Descriptor, _ place: [UInt8]
    ) throws(ImportError) -> ImportVerdict {
        let other = try staging.openArchived(place)
        let scan = ArchiveScan(archive: archive, store: store, summarizer: summarizer, threadCount: 1)
        do throws(IndexError) { _ = try scan.run(paths: [place]) } catch { throw .index(error) }
        guard ContentComparison(file, other) == .bytes, let facts = other.facts else {
            return ImportVerdict(
                .conflict, sopInstanceUID: instance.sopInstanceUID, path: place,
                detail: "other content than \(archive.displayPath(place))")
        }
        return ImportVerdict(.alreadyThere, sopInstanceUID: instance.sopInstanceUID, path: place, sharedFacts: facts)
    }

    /// Opens the directory that `place` lies in; what is made of it is durable when this returns.
    private func makeDirectories(of place: [UInt8]) throws(ImportError) -> Descriptor {
        let descriptor = openat(archive.descriptor, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .system(path: archive.path, errno: errno) }
        var directory = Descriptor(descriptor)
        for component in place.split(separator: UInt8(ascii: "/")).dropLast() {
            let made = withCPath(component) { mkdirat(directory.rawValue, $0, 0o777) }
            guard made == 0 || errno == EEXIST else { throw .system(path: archive.displayPath(place), errno: errno) }
            if made == 0, fsync(directory.rawValue) != 0 {
                throw .system(path: archive.displayPath(place), errno: errno)
            }
            let next = withCPath(component) {
                openat(directory.rawValue, $0, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)
            }
            guard next >= 0 else { throw .system(path: archive.displayPath(place), errno: errno) }
            directory = Descriptor(next)
        }
        return directory
    }

    private func index(
        _ instance: ScannedInstance, _ place: [UInt8], _ facts: FileFacts, _ steps: Steps
    ) throws(ImportError) -> Int64? {
        do throws(IndexError) {
            return try store.write { (transaction) throws(IndexError) in
                var writer = InstanceWriter(transaction.connection, reader: FileExamination.reader(summarizer))
                let known = try transaction.snapshot.knownFile(path: place)
                let fileID = try writer.store(instance, path: place, facts: facts, known: known).fileID
                try writer.finish()
                guard let row = try transaction.snapshot.instance(fileID: fileID) else { return nil }
                try steps.didStore(row, transaction)
                return row.patientRowID
            }
        } catch {
            throw .index(error)
        }
    }

    // MARK: - Times

    /// Follows a change of nothing but the modification time of the file at `path`: `facts` are what it says now.
    public func retime(
        _ path: [UInt8], _ facts: FileFacts,
        didStore: (InstanceRow, IndexTransaction) throws(IndexError) -> Void
    ) throws(ImportError) -> Int64? {
        do throws(IndexError) {
            return try store.write { (transaction) throws(IndexError) in
                guard let file = try transaction.snapshot.file(path: path), file.facts.size == facts.size else {
                    return nil
                }
                try transaction.updateFacts(fileID: file.id, facts)
                guard let row = try transaction.snapshot.instance(fileID: file.id) else { return nil }
                try transaction.unsettlePatient(id: row.patientRowID)
                try didStore(row, transaction)
                return row.patientRowID
            }
        } catch {
            throw .index(error)
        }
    }

    private func read<Result>(_ body: (IndexSnapshot) throws(IndexError) -> Result) throws(ImportError) -> Result {
        do throws(IndexError) { return try store.read(body) } catch { throw .index(error) }
    }
}

extension IndexSnapshot {
    /// All files that hold an instance with this UID, the shown one first.
    func files(ofInstance sopInstanceUID: String) throws(IndexError) -> [FileRow] {
        let sql =
            "SELECT \(FileRow.columns) FROM instance i JOIN file f ON f.id = i.file_id WHERE i.sop_instance_uid = ?"
        let shown = try connection.all("\(sql) AND i.is_shown = 1", [.text(sopInstanceUID)]) { FileRow($0) }
        return try shown
            + connection.all("\(sql) AND i.is_shown = 0 ORDER BY f.path", [.text(sopInstanceUID)]) { FileRow($0) }
    }
}

extension IndexTransaction {
    /// Stores what `stat` now tells of a file whose bytes are as they were.
    func updateFacts(fileID: Int64, _ facts: FileFacts) throws(IndexError) {
        try connection.run(
            "UPDATE file SET mtime_s = ?, mtime_ns = ?, ctime_s = ?, ctime_ns = ?, inode = ?, device = ? WHERE id = ?",
            [
                .integer(facts.modificationTime.seconds), .integer(Int64(facts.modificationTime.nanoseconds)),
                .integer(facts.changeTime.seconds), .integer(Int64(facts.changeTime.nanoseconds)),
                .unsigned(facts.inode), .unsigned(facts.device), .integer(fileID),
            ])
    }
}
