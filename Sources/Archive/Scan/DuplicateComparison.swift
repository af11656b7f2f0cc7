internal import DICOM
internal import Glibc

/// Compares the data sets of files that have one SOP Instance UID with that of the file that is shown for it.
///
/// This reads whole files, pixel data included; nothing else in a scan does. What was compared is stored, and not compared
/// again until one of the files changes.
struct DuplicateComparison {
    let archive: ArchiveDirectory
    let store: IndexStore

    func run(cancellation: ScanCancellation) throws(IndexError) {
        let pairs = try store.read { (snapshot) throws(IndexError) in try snapshot.uncomparedDuplicates() }
        for pair in pairs {
            if cancellation.isCancelled { return }
            // What cannot be read now is compared by a later scan.
            guard let isSame = hasSameDataSet(pair.hidden, pair.shown) else { continue }
            try store.write { (transaction) throws(IndexError) in
                try transaction.setSameDataSet(isSame, hidden: pair.hidden, shown: pair.shown)
            }
        }
    }

    /// Whether both files hold the same data set in the same Transfer Syntax; nil if one cannot be read or has changed.
    private func hasSameDataSet(_ left: FileRow, _ right: FileRow) -> Bool? {
        do throws(StoreError) {
            let sources = (try SourceFile(left, in: archive), try SourceFile(right, in: archive))
            guard let first = header(of: sources.0), let second = header(of: sources.1) else { return nil }
            guard first.transferSyntax == second.transferSyntax else { return false }
            let starts = (UInt64(first.dataSetOffset), UInt64(second.dataSetOffset))
            guard sources.0.size >= starts.0, sources.1.size >= starts.1,
                sources.0.size - starts.0 == sources.1.size - starts.1
            else { return false }
            let isSame = try hasSameBytes(sources.0, from: starts.0, sources.1, from: starts.1)
            try sources.0.check(left)
            try sources.1.check(right)
            return isSame
        } catch {
            return nil
        }
    }

    private func header(of source: SourceFile) -> DICOMFile? {
        do throws(ParseError) {
            return try DICOMFile(header: HeaderSource(descriptor: source.descriptor, size: source.size))
        } catch {
            return nil
        }
    }

    private func hasSameBytes(
        _ left: SourceFile, from leftStart: UInt64, _ right: SourceFile, from rightStart: UInt64
    ) throws(StoreError) -> Bool {
        let chunk = 1 << 20
        let buffers = UnsafeMutableRawBufferPointer.allocate(byteCount: 2 * chunk, alignment: 4096)
        defer { buffers.deallocate() }
        let first = UnsafeMutableRawBufferPointer(rebasing: buffers[..<chunk])
        let second = UnsafeMutableRawBufferPointer(rebasing: buffers[chunk...])
        var done: UInt64 = 0
        while true {
            let count = try left.read(into: first, at: leftStart + done)
            guard try right.read(into: second, at: rightStart + done) == count else { return false }
            guard count > 0 else { return true }
            guard let bytes = first.baseAddress, let others = second.baseAddress, memcmp(bytes, others, count) == 0
            else {
                return false
            }
            done += UInt64(count)
        }
    }
}

extension IndexSnapshot {
    /// Pairs of a file that is not shown and the one that is shown for it, whose data sets were not compared yet.
    func uncomparedDuplicates() throws(IndexError) -> [(hidden: FileRow, shown: FileRow)] {
        let pairs = try connection.all(
            """
            SELECT h.file_id, s.file_id FROM instance h
            JOIN instance s ON s.sop_instance_uid = h.sop_instance_uid AND s.is_shown = 1
            WHERE h.is_shown = 0 AND h.same_data_set IS NULL ORDER BY h.file_id
            """
        ) { ($0.integer(0), $0.integer(1)) }
        var rows: [(hidden: FileRow, shown: FileRow)] = []
        for (hidden, shown) in pairs {
            if let hidden = try file(id: hidden), let shown = try file(id: shown) { rows.append((hidden, shown)) }
        }
        return rows
    }
}

extension IndexTransaction {
    /// Stores the result of comparing, if neither file has changed since.
    func setSameDataSet(_ isSame: Bool, hidden: FileRow, shown: FileRow) throws(IndexError) {
        guard try snapshot.file(id: hidden.id) == hidden, try snapshot.file(id: shown.id) == shown else { return }
        try connection.run(
            "UPDATE instance SET same_data_set = ? WHERE file_id = ? AND is_shown = 0",
            [.integer(isSame ? 1 : 0), .integer(hidden.id)])
    }
}
