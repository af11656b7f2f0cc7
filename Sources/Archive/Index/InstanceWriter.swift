internal import Digests

/// Stores what was found of files, and keeps the rule by which one file of several with one SOP Instance UID is shown. Lives
/// within one transaction; `finish` ends it.
struct InstanceWriter {
    let connection: IndexConnection
    /// Of the reader and summarizer by which files were read.
    let reader: Int64
    /// Patients whose shown instances changed.
    private(set) var touched: Set<Int64> = []
    private var patientRowIDs: [PatientKey: Int64] = [:]

    private struct PatientKey: Hashable {
        var patientID: String
        var issuer: String
    }

    init(_ connection: IndexConnection, reader: Int64) {
        self.connection = connection
        self.reader = reader
    }

    /// Makes the patients dirty whose shown instances changed.
    func finish() throws(IndexError) {
        for id in touched.sorted() {
            try connection.run("UPDATE patient SET revision = revision + 1 WHERE id = ?", [.integer(id)])
        }
    }

    // MARK: Files

    /// Stores an instance. Returns its file's id, and whether anything but the file's inode and its change time is new.
    @discardableResult
    mutating func store(
        _ instance: ScannedInstance, path: [UInt8], facts: FileFacts, known: KnownFile?
    ) throws(IndexError) -> (fileID: Int64, isChange: Bool) {
        let patient = try patientRowID(of: instance)
        guard let known else {
            guard let id = try insertFile(path, facts, instance.headerDigest, nil) else {
                return try store(instance, path: path, facts: facts, known: stored(path))
            }
            try insert(instance, fileID: id, path: path, patient: patient)
            return (id, true)
        }
        if known.facts.hasSameContent(as: facts), try isStored(instance, fileID: known.id) {
            try updateFile(known.id, facts, instance.headerDigest, nil)
            return (known.id, false)
        }
        try removeInstance(fileID: known.id)
        try updateFile(known.id, facts, instance.headerDigest, nil)
        try insert(instance, fileID: known.id, path: path, patient: patient)
        return (known.id, true)
    }

    /// Stores that a file is no instance.
    mutating func store(
        _ reason: SkipReason, path: [UInt8], facts: FileFacts, known: KnownFile?
    ) throws(IndexError) {
        if let known {
            if known.skipCode == nil { try removeInstance(fileID: known.id) }
            try updateFile(known.id, facts, [], reason)
        } else if try insertFile(path, facts, [], reason) == nil {
            try store(reason, path: path, facts: facts, known: stored(path))
        }
    }

    /// A file that was met as a new one may have been imported since.
    private func stored(_ path: [UInt8]) throws(IndexError) -> KnownFile {
        guard let known = try IndexSnapshot(connection: connection).knownFile(path: path) else {
            throw .sqlite(code: 0, message: "a path is taken by no file")
        }
        return known
    }

    /// Removes a file and the instance in it.
    mutating func removeFile(id: Int64) throws(IndexError) {
        try removeInstance(fileID: id)
        try connection.run("DELETE FROM file WHERE id = ?", [.integer(id)])
    }

    /// The new file's id; nil if the path is taken.
    private func insertFile(
        _ path: [UInt8], _ facts: FileFacts, _ headerDigest: [UInt8], _ reason: SkipReason?
    ) throws(IndexError) -> Int64? {
        let inserted = try connection.run(
            """
            INSERT INTO file (size, mtime_s, mtime_ns, ctime_s, ctime_ns, inode, device, header_digest, state, reader,
                reason_code, reason_detail, path) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (path) DO NOTHING
            """, values(facts, headerDigest, reason) + [.bytes(path)])
        return inserted == 0 ? nil : connection.lastInsertedRowID
    }

    private func updateFile(
        _ id: Int64, _ facts: FileFacts, _ headerDigest: [UInt8], _ reason: SkipReason?
    ) throws(IndexError) {
        try connection.run(
            """
            UPDATE file SET size = ?, mtime_s = ?, mtime_ns = ?, ctime_s = ?, ctime_ns = ?, inode = ?, device = ?,
                header_digest = ?, state = ?, reader = ?, reason_code = ?, reason_detail = ? WHERE id = ?
            """, values(facts, headerDigest, reason) + [.integer(id)])
    }

    private func values(_ facts: FileFacts, _ headerDigest: [UInt8], _ reason: SkipReason?) -> [IndexValue] {
        [
            .unsigned(facts.size), .integer(facts.modificationTime.seconds),
            .integer(Int64(facts.modificationTime.nanoseconds)), .integer(facts.changeTime.seconds),
            .integer(Int64(facts.changeTime.nanoseconds)), .unsigned(facts.inode), .unsigned(facts.device),
            .bytes(headerDigest), .integer(reason == nil ? 0 : 1), .integer(reader), .optional(reason?.code.rawValue),
            .optional(reason?.detail),
        ]
    }

    // MARK: Instances

    private mutating func insert(
        _ instance: ScannedInstance, fileID: Int64, path: [UInt8], patient: Int64
    ) throws(IndexError) {
        var isShown = true
        // Nearly always there is no other file with this UID, and then one statement settles it.
        if try insertRow(instance, fileID, patient, isShown: true) == 0 {
            isShown = try yieldOrder(of: instance.sopInstanceUID, isDamaged: instance.damage != nil, to: path)
            try insertRow(instance, fileID, patient, isShown: isShown)
        }
        if isShown { touched.insert(patient) }
        try connection.run(
            "INSERT INTO summary (file_id, bytes) VALUES (?, ?)", [.integer(fileID), .bytes(instance.summary)])
    }

    @discardableResult
    private func insertRow(
        _ instance: ScannedInstance, _ fileID: Int64, _ patient: Int64, isShown: Bool
    ) throws(IndexError) -> Int {
        try connection.run(
            """
            INSERT INTO instance (file_id, patient, sop_instance_uid, sop_class_uid, study_instance_uid,
                series_instance_uid, transfer_syntax_uid, is_shown, damage, attributes)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (sop_instance_uid) WHERE is_shown = 1 DO NOTHING
            """,
            [
                .integer(fileID), .integer(patient), .text(instance.sopInstanceUID), .text(instance.sopClassUID),
                .text(instance.studyInstanceUID), .text(instance.seriesInstanceUID), .text(instance.transferSyntaxUID),
                .integer(isShown ? 1 : 0), .optional(instance.damage), .bytes(instance.attributes.bytes),
            ])
    }

    /// Settles whether a new file at `path` is shown instead of the one that is; if so, that one is hidden.
    /// A whole file goes before one that breaks off, whatever their paths: what is missing of an image harms more than a name.
    private mutating func yieldOrder(of uid: String, isDamaged: Bool, to path: [UInt8]) throws(IndexError) -> Bool {
        let shown = try connection.first(
            """
            SELECT i.file_id, i.patient FROM instance i JOIN file f ON f.id = i.file_id
            WHERE i.sop_instance_uid = ? AND i.is_shown = 1 AND (i.damage IS NOT NULL, f.path) > (?, ?)
            """, [.text(uid), .integer(isDamaged ? 1 : 0), .bytes(path)]
        ) { (fileID: $0.integer(0), patient: $0.integer(1)) }
        guard let shown else { return false }
        try connection.run("UPDATE instance SET is_shown = 0 WHERE file_id = ?", [.integer(shown.fileID)])
        touched.insert(shown.patient)
        try forgetComparisons(of: uid)
        return true
    }

    /// The shown file is another: what was found by comparing with the one before no longer holds.
    private func forgetComparisons(of uid: String) throws(IndexError) {
        try connection.run(
            """
            UPDATE instance SET same_data_set = NULL
            WHERE sop_instance_uid = ? AND is_shown = 0 AND same_data_set IS NOT NULL
            """, [.text(uid)])
    }

    private mutating func removeInstance(fileID: Int64) throws(IndexError) {
        let old = try connection.first(
            "SELECT sop_instance_uid, patient, is_shown FROM instance WHERE file_id = ?", [.integer(fileID)]
        ) { (uid: $0.text(0), patient: $0.integer(1), isShown: $0.integer(2) == 1) }
        guard let old else { return }
        try connection.run("DELETE FROM summary WHERE file_id = ?", [.integer(fileID)])
        try connection.run("DELETE FROM instance WHERE file_id = ?", [.integer(fileID)])
        guard old.isShown else { return }
        touched.insert(old.patient)
        let next = try connection.first(
            """
            SELECT i.file_id, i.patient FROM instance i JOIN file f ON f.id = i.file_id
            WHERE i.sop_instance_uid = ? AND i.is_shown = 0 ORDER BY i.damage IS NOT NULL, f.path LIMIT 1
            """, [.text(old.uid)]
        ) { (fileID: $0.integer(0), patient: $0.integer(1)) }
        guard let next else { return }
        try connection.run(
            "UPDATE instance SET is_shown = 1, same_data_set = NULL WHERE file_id = ?", [.integer(next.fileID)])
        touched.insert(next.patient)
        try forgetComparisons(of: old.uid)
    }

    /// True if all that is stored of the instance in `fileID` is as in `instance`.
    private func isStored(_ instance: ScannedInstance, fileID: Int64) throws(IndexError) -> Bool {
        guard let stored = try IndexSnapshot(connection: connection).instance(fileID: fileID) else { return false }
        return stored.file.headerDigest == instance.headerDigest && stored.sopInstanceUID == instance.sopInstanceUID
            && stored.sopClassUID == instance.sopClassUID
            && stored.studyInstanceUID == instance.studyInstanceUID
            && stored.seriesInstanceUID == instance.seriesInstanceUID
            && stored.transferSyntaxUID == instance.transferSyntaxUID && stored.damage == instance.damage
            && stored.attributes == instance.attributes && stored.summary == instance.summary
    }

    // MARK: Patients

    private mutating func patientRowID(of instance: ScannedInstance) throws(IndexError) -> Int64 {
        let key = PatientKey(patientID: instance.patientID, issuer: instance.issuerOfPatientID)
        if let id = patientRowIDs[key] { return id }
        // The count keeps pairs apart that are the same when written one after the other.
        let digest = sha256("\(key.patientID.utf8.count) \(key.patientID)\(key.issuer)")
        let found = try connection.first("SELECT id FROM patient WHERE key = ?", [.bytes(digest)]) { $0.integer(0) }
        let id: Int64
        if let found {
            id = found
        } else {
            try connection.run(
                """
                INSERT INTO patient (key, patient_id, issuer_of_patient_id, revision, settled_revision, deriver)
                VALUES (?, ?, ?, 0, 0, '')
                """, [.bytes(digest), .text(key.patientID), .text(key.issuer)])
            id = connection.lastInsertedRowID
        }
        patientRowIDs[key] = id
        return id
    }
}
