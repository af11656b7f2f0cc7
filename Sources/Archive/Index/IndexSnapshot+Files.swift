extension IndexSnapshot {
    /// The file with the row id `id`.
    public func file(id: Int64) throws(IndexError) -> FileRow? {
        try connection.first("SELECT \(FileRow.columns) FROM file f WHERE id = ?", [.integer(id)]) { FileRow($0) }
    }

    /// The files whose row ids are greater than `after`, ascending by id, at most `limit`.
    public func files(after: Int64, limit: Int) throws(IndexError) -> [FileRow] {
        try connection.all(
            "SELECT \(FileRow.columns) FROM file f WHERE id > ? ORDER BY id LIMIT ?",
            [.integer(after), .integer(Int64(limit))]
        ) { FileRow($0) }
    }

    /// The file at `path` beneath the archive's root.
    public func file(path: [UInt8]) throws(IndexError) -> FileRow? {
        try connection.first("SELECT \(FileRow.columns) FROM file f WHERE path = ?", [.bytes(path)]) { FileRow($0) }
    }

    /// The instance in the file with the row id `fileID`, with its summary.
    public func instance(fileID: Int64) throws(IndexError) -> InstanceRow? {
        try connection.first("\(InstanceRow.selectWithSummary) WHERE i.file_id = ?", [.integer(fileID)]) {
            InstanceRow($0)
        }
    }

    /// The shown instance with `sopInstanceUID`, with its summary.
    public func instance(sopInstanceUID: String) throws(IndexError) -> InstanceRow? {
        try connection.first(
            "\(InstanceRow.selectWithSummary) WHERE i.sop_instance_uid = ? AND i.is_shown = 1", [.text(sopInstanceUID)]
        ) { InstanceRow($0) }
    }

    /// The shown instances of a patient with their summaries, ascending by path.
    public func instances(ofPatient patientRowID: Int64) throws(IndexError) -> [InstanceRow] {
        try connection.all(
            "\(InstanceRow.selectWithSummary) WHERE i.patient = ? AND i.is_shown = 1 ORDER BY f.path",
            [.integer(patientRowID)]
        ) { InstanceRow($0) }
    }

    /// How many shown instances a patient has.
    public func instanceCount(ofPatient patientRowID: Int64) throws(IndexError) -> Int {
        try connection.first(
            "SELECT count(*) FROM instance WHERE patient = ? AND is_shown = 1", [.integer(patientRowID)]
        ) { Int($0.integer(0)) } ?? 0
    }

    /// The files that hold an instance that another file is shown for, ascending by path; without summaries.
    public func duplicates() throws(IndexError) -> [InstanceRow] {
        try connection.all("\(InstanceRow.select) WHERE i.is_shown = 0 ORDER BY f.path") { InstanceRow($0) }
    }

    /// The shown instances whose data set could not be read to its end, ascending by path, at most `limit`; without summaries.
    public func damagedInstances(limit: Int = .max) throws(IndexError) -> [InstanceRow] {
        try connection.all(
            "\(InstanceRow.select) WHERE i.damage IS NOT NULL ORDER BY f.path LIMIT ?", [.integer(Int64(limit))]
        ) { InstanceRow($0) }
    }

    /// The files that are no instances, ascending by path, at most `limit`.
    public func skippedFiles(limit: Int = .max) throws(IndexError) -> [FileRow] {
        try connection.all(
            "SELECT \(FileRow.columns) FROM file f WHERE state = 1 ORDER BY path LIMIT ?", [.integer(Int64(limit))]
        ) { FileRow($0) }
    }

    /// How many files are no instances, by reason.
    public func skippedFileCounts() throws(IndexError) -> [SkipReason.Code: Int] {
        var counts: [SkipReason.Code: Int] = [:]
        try connection.forEach("SELECT reason_code, count(*) FROM file WHERE state = 1 GROUP BY reason_code") {
            columns in
            if let code = SkipReason.Code(rawValue: columns.text(0)) { counts[code] = Int(columns.integer(1)) }
            return true
        }
        return counts
    }

    /// How many files, shown instances and patients there are.
    public func archiveCounts() throws(IndexError) -> ArchiveCounts {
        let sql = """
            SELECT (SELECT count(*) FROM file), (SELECT count(*) FROM instance WHERE is_shown = 1),
                   (SELECT count(*) FROM instance WHERE is_shown = 0), (SELECT count(*) FROM patient),
                   (SELECT count(*) FROM instance WHERE damage IS NOT NULL)
            """
        return try connection.first(sql) {
            ArchiveCounts(
                files: Int($0.integer(0)), instances: Int($0.integer(1)), duplicates: Int($0.integer(2)),
                patients: Int($0.integer(3)), damaged: Int($0.integer(4)))
        } ?? ArchiveCounts()
    }
}

/// How much an index holds.
public struct ArchiveCounts: Hashable, Sendable {
    public var files = 0
    /// Instances that are shown: one for each SOP Instance UID.
    public var instances = 0
    /// Files whose SOP Instance UID another file is shown for.
    public var duplicates = 0
    public var patients = 0
    /// Instances whose data set could not be read to its end.
    public var damaged = 0
}

extension FileRow {
    /// For `FROM file f`.
    static let columns = """
        f.id, f.path, f.size, f.mtime_s, f.mtime_ns, f.ctime_s, f.ctime_ns, f.inode, f.device, f.state, f.reason_code, \
        f.reason_detail, f.header_digest
        """
    static let columnCount: Int32 = 13

    init(_ columns: IndexColumns) {
        let facts = FileFacts(
            size: columns.unsigned(2), modificationTime: columns.time(3), changeTime: columns.time(5),
            inode: columns.unsigned(7), device: columns.unsigned(8))
        var reason: SkipReason?
        if columns.integer(9) == 1 {
            reason = SkipReason(SkipReason.Code(rawValue: columns.text(10)) ?? .notDICOM, columns.text(11))
        }
        self.init(
            id: columns.integer(0), path: columns.bytes(1), facts: facts, headerDigest: columns.bytes(12),
            skipReason: reason)
    }
}

extension InstanceRow {
    private static let columns = """
        \(FileRow.columns), i.patient, i.sop_instance_uid, i.sop_class_uid, i.study_instance_uid, i.series_instance_uid, \
        i.transfer_syntax_uid, i.is_shown, i.same_data_set, i.damage, i.attributes
        """
    static let select = "SELECT \(columns), x'' FROM instance i JOIN file f ON f.id = i.file_id"
    static let selectWithSummary = """
        SELECT \(columns), s.bytes FROM instance i JOIN file f ON f.id = i.file_id LEFT JOIN summary s ON s.file_id = i.file_id
        """

    init(_ columns: IndexColumns) {
        let next = FileRow.columnCount
        self.init(
            file: FileRow(columns), patientRowID: columns.integer(next), sopInstanceUID: columns.text(next + 1),
            sopClassUID: columns.text(next + 2), studyInstanceUID: columns.text(next + 3),
            seriesInstanceUID: columns.text(next + 4), transferSyntaxUID: columns.text(next + 5),
            isShown: columns.integer(next + 6) == 1, hasSameDataSet: columns.optionalInteger(next + 7).map { $0 == 1 },
            damage: columns.optionalText(next + 8), attributes: NamingAttributes(bytes: columns.bytes(next + 9)),
            summary: columns.bytes(next + 10))
    }
}
