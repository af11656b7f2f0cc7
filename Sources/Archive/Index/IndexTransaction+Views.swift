extension IndexTransaction {
    /// Makes `rows` the instances of `view` of a patient. A row that is there already under the same SOP Instance UID keeps
    /// its id, and is not written if nothing in it changed. Returns what changed.
    @discardableResult
    public func replaceViewInstances(
        ofPatient patientRowID: Int64, view: ViewCode, rows: [ViewInstanceRow]
    ) throws(IndexError) -> ViewInstanceChanges {
        var changes = ViewInstanceChanges()
        var existing: [String: ViewInstanceRow] = [:]
        for row in try snapshot.viewInstances(ofPatient: patientRowID, view: view) {
            existing[row.sopInstanceUID] = row
        }
        for row in rows {
            var row = row
            row.view = view
            row.patientRowID = patientRowID
            if let old = existing.removeValue(forKey: row.sopInstanceUID) {
                row.id = old.id
                if row == old { continue }
                try update(row)
                changes.updated.append((old, row))
            } else {
                row.id = try insert(row)
                changes.inserted.append(row)
            }
        }
        for row in existing.values.sorted(by: { $0.id < $1.id }) {
            try connection.run("DELETE FROM view_instance WHERE id = ?", [.integer(row.id)])
            changes.removed.append(row)
        }
        return changes
    }

    /// Forgets how an instance was derived: when its patient is settled again it is derived anew.
    public func forgetPlan(ofViewInstance id: Int64) throws(IndexError) {
        try connection.run("UPDATE view_instance SET plan = x'' WHERE id = ?", [.integer(id)])
    }

    /// Adds one instance to a view, or replaces what the view has under its UID; all others stay as they are.
    public func putViewInstance(_ row: ViewInstanceRow) throws(IndexError) -> ViewInstanceChanges {
        var changes = ViewInstanceChanges()
        var row = row
        if let old = try snapshot.viewInstance(
            ofPatient: row.patientRowID, view: row.view, sopInstanceUID: row.sopInstanceUID)
        {
            row.id = old.id
            guard row != old else { return changes }
            try update(row)
            changes.updated.append((old, row))
        } else {
            row.id = try insert(row)
            changes.inserted.append(row)
        }
        return changes
    }

    private func insert(_ row: ViewInstanceRow) throws(IndexError) -> Int64 {
        try connection.run(
            """
            INSERT INTO view_instance (view, patient, sop_instance_uid, sop_class_uid, study_instance_uid,
                series_instance_uid, form, source_file, sources, size, mtime_s, mtime_ns, ctime_s, ctime_ns, header_digest,
                attributes, plan, reason_code, reason_tag, reason_detail)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """, values(of: row))
        let id = connection.lastInsertedRowID
        try insertNotes(row.notes, of: id)
        return id
    }

    private func update(_ row: ViewInstanceRow) throws(IndexError) {
        try connection.run(
            """
            UPDATE view_instance SET view = ?, patient = ?, sop_instance_uid = ?, sop_class_uid = ?, study_instance_uid = ?,
                series_instance_uid = ?, form = ?, source_file = ?, sources = ?, size = ?, mtime_s = ?, mtime_ns = ?,
                ctime_s = ?, ctime_ns = ?, header_digest = ?, attributes = ?, plan = ?, reason_code = ?, reason_tag = ?,
                reason_detail = ?
            WHERE id = ?
            """, values(of: row) + [.integer(row.id)])
        try connection.run("DELETE FROM note WHERE view_instance = ?", [.integer(row.id)])
        try insertNotes(row.notes, of: row.id)
    }

    private func insertNotes(_ notes: [ReasonRow], of id: Int64) throws(IndexError) {
        for (position, note) in notes.enumerated() {
            try connection.run(
                "INSERT INTO note (view_instance, position, code, tag, detail) VALUES (?, ?, ?, ?, ?)",
                [
                    .integer(id), .integer(Int64(position)), .text(note.code), .optional(note.tag.map { Int64($0) }),
                    .text(note.detail),
                ])
        }
    }

    private func values(of row: ViewInstanceRow) -> [IndexValue] {
        [
            .integer(Int64(row.view.rawValue)), .integer(row.patientRowID), .text(row.sopInstanceUID),
            .text(row.sopClassUID), .text(row.studyInstanceUID), .text(row.seriesInstanceUID),
            .integer(Int64(row.form.rawValue)), .optional(row.sourceFileID),
            .bytes(FileIDList.encode(row.sourceFileIDs)),
            .unsigned(row.size), .integer(row.modificationTime.seconds),
            .integer(Int64(row.modificationTime.nanoseconds)),
            .integer(row.changeTime.seconds), .integer(Int64(row.changeTime.nanoseconds)), .bytes(row.headerDigest),
            .bytes(row.attributes.bytes), .bytes(row.plan), .optional(row.reason?.code),
            .optional(row.reason?.tag.map { Int64($0) }), .optional(row.reason?.detail),
        ]
    }
}
