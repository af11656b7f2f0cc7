extension IndexSnapshot {
    /// The view instance with the row id `id`.
    public func viewInstance(id: Int64, withNotes: Bool = true) throws(IndexError) -> ViewInstanceRow? {
        try first("\(ViewInstanceRow.select) WHERE id = ?", [.integer(id)], withNotes: withNotes)
    }

    /// The instance of `view` of a patient with `sopInstanceUID`.
    public func viewInstance(
        ofPatient patientRowID: Int64, view: ViewCode, sopInstanceUID: String
    ) throws(IndexError) -> ViewInstanceRow? {
        try first(
            "\(ViewInstanceRow.select) WHERE patient = ? AND view = ? AND sop_instance_uid = ?",
            [.integer(patientRowID), .integer(Int64(view.rawValue)), .text(sopInstanceUID)])
    }

    /// The instances of one view of a patient, ascending by SOP Instance UID.
    public func viewInstances(ofPatient patientRowID: Int64, view: ViewCode) throws(IndexError) -> [ViewInstanceRow] {
        var rows = try connection.all(
            "\(ViewInstanceRow.select) WHERE patient = ? AND view = ? ORDER BY sop_instance_uid",
            [.integer(patientRowID), .integer(Int64(view.rawValue))]
        ) { ViewInstanceRow($0) }
        for index in rows.indices { rows[index].notes = try notes(of: rows[index].id) }
        return rows
    }

    /// The row ids of the patients that have instances in views, ascending.
    public func patientsInViews() throws(IndexError) -> [Int64] {
        try connection.all("SELECT DISTINCT patient FROM view_instance ORDER BY patient") { $0.integer(0) }
    }

    /// All instances of one view that are shown as received although the view would have converted them, by UID.
    public func unconverted(view: ViewCode, limit: Int = .max) throws(IndexError) -> [ViewInstanceRow] {
        try connection.all(
            "\(ViewInstanceRow.select) WHERE view = ? AND reason_code IS NOT NULL ORDER BY sop_instance_uid LIMIT ?",
            [.integer(Int64(view.rawValue)), .integer(Int64(limit))]
        ) { ViewInstanceRow($0) }
    }

    /// How many instances of `view` are shown as received although the view would have converted them, by reason code.
    public func unconvertedCounts(view: ViewCode) throws(IndexError) -> [String: Int] {
        try counts(
            "SELECT reason_code, count(*) FROM view_instance WHERE view = ? AND reason_code IS NOT NULL GROUP BY reason_code",
            view)
    }

    /// How many notes the instances of `view` carry, by code.
    public func noteCounts(view: ViewCode) throws(IndexError) -> [String: Int] {
        try counts(
            """
            SELECT code, count(*) FROM note JOIN view_instance v ON v.id = view_instance WHERE v.view = ? GROUP BY code
            """, view)
    }

    /// The notes of one code that instances of `view` carry, with the instances, by UID, and `ArchiveFile.id` of the first file
    /// each was made of.
    public func notes(
        code: String, view: ViewCode, limit: Int = .max
    ) throws(IndexError) -> [(sopInstanceUID: String, detail: String, firstSource: Int64?)] {
        try connection.all(
            """
            SELECT v.sop_instance_uid, detail, v.sources FROM note JOIN view_instance v ON v.id = view_instance
            WHERE v.view = ? AND code = ? ORDER BY v.sop_instance_uid, position LIMIT ?
            """, [.integer(Int64(view.rawValue)), .text(code), .integer(Int64(limit))]
        ) { columns in
            (
                sopInstanceUID: columns.text(0), detail: columns.text(1),
                firstSource: FileIDList.decode(columns.buffer(2)).first
            )
        }
    }

    /// How many instances `view` has and how many bytes their files have together.
    public func viewCounts(_ view: ViewCode) throws(IndexError) -> (instances: Int, bytes: UInt64) {
        try connection.first(
            "SELECT count(*), coalesce(sum(size), 0) FROM view_instance WHERE view = ?",
            [.integer(Int64(view.rawValue))]
        ) { (Int($0.integer(0)), $0.unsigned(1)) } ?? (0, 0)
    }

    private func counts(_ sql: String, _ view: ViewCode) throws(IndexError) -> [String: Int] {
        var counts: [String: Int] = [:]
        try connection.forEach(sql, [.integer(Int64(view.rawValue))]) { columns in
            counts[columns.text(0)] = Int(columns.integer(1))
            return true
        }
        return counts
    }

    private func first(
        _ sql: String, _ values: [IndexValue], withNotes: Bool = true
    ) throws(IndexError) -> ViewInstanceRow? {
        guard var row = try connection.first(sql, values, { ViewInstanceRow($0) }) else { return nil }
        if withNotes { row.notes = try notes(of: row.id) }
        return row
    }

    private func notes(of id: Int64) throws(IndexError) -> [ReasonRow] {
        try connection.all(
            "SELECT code, tag, detail FROM note WHERE view_instance = ? ORDER BY position", [.integer(id)]
        ) {
            ReasonRow(code: $0.text(0), tag: $0.optionalInteger(1).map { UInt32(clamping: $0) }, detail: $0.text(2))
        }
    }
}

extension ViewInstanceRow {
    static let select = """
        SELECT id, view, patient, sop_instance_uid, sop_class_uid, study_instance_uid, series_instance_uid, form, sources, \
        size, mtime_s, mtime_ns, ctime_s, ctime_ns, header_digest, attributes, plan, reason_code, reason_tag, reason_detail \
        FROM view_instance
        """

    /// A row without its notes.
    init(_ columns: IndexColumns) {
        let reason = columns.optionalText(17).map {
            ReasonRow(
                code: $0, tag: columns.optionalInteger(18).map { UInt32(clamping: $0) },
                detail: columns.text(19))
        }
        self.init(
            id: columns.integer(0), view: ViewCode(rawValue: UInt8(clamping: columns.integer(1))) ?? .default,
            patientRowID: columns.integer(2), sopInstanceUID: columns.text(3), sopClassUID: columns.text(4),
            studyInstanceUID: columns.text(5), seriesInstanceUID: columns.text(6),
            form: Form(rawValue: UInt8(clamping: columns.integer(7))) ?? .asReceived,
            sourceFileIDs: FileIDList.decode(columns.buffer(8)), size: columns.unsigned(9),
            modificationTime: columns.time(10), changeTime: columns.time(12), headerDigest: columns.bytes(14),
            attributes: NamingAttributes(bytes: columns.bytes(15)), plan: columns.bytes(16), reason: reason)
    }
}

/// The stored form of a list of file ids: 8 bytes each, little endian.
enum FileIDList {
    static func encode(_ ids: [Int64]) -> [UInt8] {
        ids.flatMap { id in withUnsafeBytes(of: id.littleEndian) { Array($0) } }
    }

    static func decode(_ bytes: UnsafeBufferPointer<UInt8>) -> [Int64] {
        let raw = UnsafeRawBufferPointer(bytes)
        return (0..<raw.count / 8).map {
            Int64(littleEndian: raw.loadUnaligned(fromByteOffset: $0 * 8, as: Int64.self))
        }
    }
}
