extension IndexSnapshot {
    /// The reason codes of the instances of `view` that are shown as received although the view would have converted them,
    /// ascending.
    public func unconvertedCodes(view: ViewCode) throws(IndexError) -> [String] {
        try connection.all(
            "SELECT DISTINCT reason_code FROM view_instance WHERE view = ? AND reason_code IS NOT NULL ORDER BY reason_code",
            [.integer(Int64(view.rawValue))]
        ) { $0.text(0) }
    }

    /// Those of one code whose ids are greater than `after`, ascending by id, at most `limit`.
    public func unconverted(
        view: ViewCode, code: String, after: Int64, limit: Int
    ) throws(IndexError) -> [UnconvertedRow] {
        // The order of the index view_instance_unconverted: a page costs its own rows alone.
        let sql = """
            SELECT v.id, v.sop_instance_uid, f.path, v.reason_tag, v.reason_detail
            FROM view_instance v LEFT JOIN file f ON f.id = v.source_file
            WHERE v.view = ? AND v.reason_code = ? AND v.id > ? ORDER BY v.id LIMIT ?
            """
        let values: [IndexValue] = [
            .integer(Int64(view.rawValue)), .text(code), .integer(after), .integer(Int64(limit)),
        ]
        return try connection.all(sql, values) { columns in
            UnconvertedRow(
                id: columns.integer(0), sopInstanceUID: columns.text(1),
                path: columns.isNull(2) ? nil : columns.bytes(2),
                reason: ReasonRow(
                    code: code, tag: columns.optionalInteger(3).map { UInt32(clamping: $0) }, detail: columns.text(4)))
        }
    }
}

/// An instance that a view shows as it was received although it would have converted it.
public struct UnconvertedRow: Hashable, Sendable {
    /// `ViewInstanceRow.id`.
    public var id: Int64
    public var sopInstanceUID: String
    /// Of its file, beneath the archive's root; nil if it was made of several.
    public var path: [UInt8]?
    public var reason: ReasonRow
}
