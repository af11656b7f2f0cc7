internal import Glibc

extension ArchiveScan {
    /// Brings the index in line with the archive at some paths alone: a file that came, changed or went, or all below a
    /// directory that did. The views of the patients returned are to be settled; `default/` is not told yet either.
    ///
    /// - Parameter paths: Beneath the archive's root, without "/" at the end.
    /// - Returns: what was found, and the patients whose shown instances changed (`PatientRow.id`).
    public func run(paths: [[UInt8]]) throws(IndexError) -> (report: ScanReport, patients: Set<Int64>) {
        var recorder = ScanRecorder(archive: archive, store: store, reader: FileExamination.reader(summarizer))
        var examination = FileExamination(archive: archive, summarizer: summarizer)
        var results = ScanQueue.Results(vanished: [])
        var closed: [ClosedDirectory] = []
        for path in paths {
            for file in try files(at: path, &closed) {
                results.results.append(try examine(file, &examination))
                results.fileCount += 1
                if results.results.count >= Self.filesPerTransaction {
                    try recorder.record([results])
                    results = ScanQueue.Results(vanished: [])
                }
            }
        }
        try recorder.record([results])
        recorder.report.failures += closed.map { "\(archive.displayPath($0.path)): \(message(of: $0.errno))" }
        if recorder.report.hasChanges {
            try DuplicateComparison(archive: archive, store: store).run(cancellation: ScanCancellation())
        }
        recorder.report.isComplete = true
        recorder.finish { _ in }
        return (recorder.report, recorder.patients)
    }

    private func examine(
        _ file: (path: [UInt8], kind: DirectoryListing.Kind), _ examination: inout FileExamination<Summarizer>
    ) throws(IndexError) -> ScanQueue.Result {
        let known = try store.read { (snapshot) throws(IndexError) in try snapshot.knownFile(path: file.path) }
        let outcome = withCPath(file.path) { examination.examine($0, file.kind, known: known) }
        return ScanQueue.Result(path: file.path, known: known, outcome: outcome)
    }

    private static var filesPerTransaction: Int { 1024 }

    /// The files at or below `path`: those that are there, and those that the index knows. What the index knows below a directory
    /// that cannot be listed stays as it is.
    private func files(
        at path: [UInt8], _ closed: inout [ClosedDirectory]
    ) throws(IndexError) -> [(path: [UInt8], kind: DirectoryListing.Kind)] {
        guard !path.starts(with: ArchiveDirectory.privateName.utf8) else { return [] }
        var files: [(path: [UInt8], kind: DirectoryListing.Kind)] = []
        var facts = stat()
        let isThere = withCPath(path) { fstatat(archive.descriptor, $0, &facts, AT_SYMLINK_NOFOLLOW) } == 0
        var closedHere: [ClosedDirectory] = []
        if isThere, facts.st_mode & S_IFMT == S_IFDIR { list(path, &files, &closedHere) }
        closed += closedHere
        let seen = Set(files.map(\.path))
        let prefixes = closedHere.map { $0.path + [UInt8(ascii: "/")] }
        let indexed = try store.read { (snapshot) throws(IndexError) in try snapshot.paths(below: path) }
        for path in indexed where !seen.contains(path) && !prefixes.contains(where: { path.starts(with: $0) }) {
            files.append((path, .file))
        }
        guard isThere, facts.st_mode & S_IFMT != S_IFDIR else {
            let isKnown = try store.read { (snapshot) throws(IndexError) in try snapshot.file(path: path) } != nil
            return isKnown ? files + [(path, .file)] : files
        }
        return files + [(path, DirectoryListing.Kind(mode: facts.st_mode))]
    }

    private func list(
        _ directory: [UInt8], _ files: inout [(path: [UInt8], kind: DirectoryListing.Kind)],
        _ closed: inout [ClosedDirectory]
    ) {
        let listing: DirectoryListing
        do throws(ArchiveDirectory.Failure) {
            listing = try DirectoryListing(path: directory, in: archive)
        } catch {
            if error.errno != ENOENT, error.errno != ENOTDIR {
                closed.append(ClosedDirectory(path: directory, errno: error.errno))
            }
            return
        }
        for entry in listing.entries {
            let name = listing.name(of: entry)
            let prefix = directory.isEmpty ? [] : directory + [UInt8(ascii: "/")]
            if entry.kind == .directory {
                list(prefix + name.dropLast(), &files, &closed)
            } else {
                files.append((prefix + name, entry.kind))
            }
        }
    }
}

/// A directory that the system did not let us list; its error number.
private struct ClosedDirectory {
    var path: [UInt8]
    var errno: Int32
}

extension IndexSnapshot {
    /// What the index knows of the file at `path`.
    func knownFile(path: [UInt8]) throws(IndexError) -> KnownFile? {
        try connection.first("\(KnownFile.select) WHERE path = ?", [.bytes(path)]) { KnownFile($0) }
    }

    /// The paths of the files that the index knows below the directory at `path`.
    func paths(below path: [UInt8]) throws(IndexError) -> [[UInt8]] {
        if path.isEmpty { return try connection.all("SELECT path FROM file") { $0.bytes(0) } }
        // "0" is the byte after "/".
        return try connection.all(
            "SELECT path FROM file WHERE path >= ? AND path < ?",
            [.bytes(path + [UInt8(ascii: "/")]), .bytes(path + [UInt8(ascii: "0")])]
        ) { $0.bytes(0) }
    }
}

extension KnownFile {
    static let select = """
        SELECT id, size, mtime_s, mtime_ns, ctime_s, ctime_ns, inode, device, state, reason_code, reader FROM file
        """

    init(_ columns: IndexColumns) {
        self.init(
            id: columns.integer(0),
            facts: FileFacts(
                size: columns.unsigned(1), modificationTime: columns.time(2), changeTime: columns.time(4),
                inode: columns.unsigned(6), device: columns.unsigned(7)),
            skipCode: columns.integer(8) == 1 ? SkipReason.Code(rawValue: columns.text(9)) ?? .notDICOM : nil,
            reader: columns.integer(10))
    }
}
