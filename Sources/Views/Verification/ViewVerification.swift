internal import Archive
internal import Conversion
internal import DICOM

/// Looks whether the views are what follows from the archive, and whether every file of them can be had.
///
/// Nothing is taken on trust: each patient is planned and synthesized again from the files, as if nothing were known, and
/// compared with what the index holds. The index must have been brought in line with the archive before.
public final class ViewVerification: Sendable {
    /// How much was looked at.
    public struct Count: Sendable {
        public var files = 0
        public var bytes: UInt64 = 0
        public var references = 0
        /// References that lead nowhere in the archive either: as they were received.
        public var danglingReferences = 0
    }

    private let views: ArchiveViews
    private let scratch: HeaderStore
    private let scratchPath: String
    private let counted = Lock(Count())

    /// - Parameter scratchPath: Where what is synthesized again is kept meanwhile; nothing may be there.
    public init(of views: ArchiveViews, scratchPath: String) throws(ViewError) {
        self.views = views
        self.scratchPath = scratchPath
        do throws(IndexError) {
            try IndexStore.remove(scratchPath)
            scratch = try HeaderStore(path: scratchPath, limit: 256 << 20)
        } catch {
            throw .index(error)
        }
    }

    deinit {
        try? scratch.close()
        try? IndexStore.remove(scratchPath)
    }

    /// What was looked at so far.
    public var count: Count { counted.withLock { $0 } }

    /// What is wrong with one patient's files in all views.
    ///
    /// - Parameters:
    ///   - deep: Read each file to its end, not only its header.
    ///   - progress: Called for each file with its size, on any thread.
    public func faults(
        ofPatient id: Int64, deep: Bool, progress: @escaping @Sendable (UInt64) -> Void = { _ in }
    ) throws(ViewError) -> [ViewFault] {
        let (patient, instances, rows) = try views.read { (snapshot) throws(IndexError) in
            var rows: [ViewInstanceRow] = []
            for view in ViewCode.allCases { rows += try snapshot.viewInstances(ofPatient: id, view: view) }
            return (try snapshot.patient(id: id), try snapshot.instances(ofPatient: id), rows)
        }
        guard let patient else { return [] }
        let derivation = PatientDerivation(
            sources: SourceLoading(archive: views.archive), headers: scratch, patient: patient, instances: instances,
            existing: [:], progress: { _, _ in }, notKept: { _ in })
        let outcome = derivation.derive()
        var faults = compare(rows, outcome.rows)
        faults += outcome.unavailable.map { error in
            ViewFault(kind: .unreadable, view: .default, sopInstanceUID: "", viewInstanceID: 0, detail: "\(error)")
        }
        let found = concurrentMap(count: rows.count) { index in
            defer { progress(rows[index].size) }
            return self.faults(of: rows[index], deep: deep)
        }
        for result in found { faults += try result.get() }
        return faults
    }

    // MARK: Against what follows from the files

    private func compare(_ rows: [ViewInstanceRow], _ derived: [ViewCode: [ViewInstanceRow]]) -> [ViewFault] {
        var faults: [ViewFault] = []
        var expected: [ViewCode: [String: ViewInstanceRow]] = [:]
        for (view, rows) in derived {
            expected[view] = Dictionary(rows.map { ($0.sopInstanceUID, $0) }, uniquingKeysWith: { first, _ in first })
        }
        for row in rows {
            guard var wanted = expected[row.view]?.removeValue(forKey: row.sopInstanceUID) else {
                faults.append(ViewFault(.membership, row, "does not follow from the files, and is shown"))
                continue
            }
            (wanted.id, wanted.view, wanted.patientRowID) = (row.id, row.view, row.patientRowID)
            if wanted != row {
                let fields = Self.differingFields(row, wanted).joined(separator: ", ")
                faults.append(
                    ViewFault(.notAsDerived, row, "the index says other than what follows from the files: \(fields)"))
            }
        }
        for (_, rows) in expected {
            for (_, row) in rows {
                faults.append(ViewFault(.membership, row, "follows from the files, and is not shown"))
            }
        }
        return faults
    }

    private static func differingFields(_ row: ViewInstanceRow, _ other: ViewInstanceRow) -> [String] {
        var fields: [String] = []
        if row.size != other.size { fields.append("size \(row.size), not \(other.size)") }
        if row.headerDigest != other.headerDigest { fields.append("bytes") }
        if row.modificationTime != other.modificationTime || row.changeTime != other.changeTime {
            fields.append("times")
        }
        if row.sourceFileIDs != other.sourceFileIDs { fields.append("sources") }
        if row.attributes != other.attributes { fields.append("naming attributes") }
        if row.reason != other.reason || row.notes != other.notes { fields.append("reasons") }
        return fields.isEmpty ? ["UIDs or form"] : fields
    }

    // MARK: The bytes that are served

    private func faults(of row: ViewInstanceRow, deep: Bool) -> Result<[ViewFault], ViewError> {
        var faults: [ViewFault] = []
        do throws(ViewError) {
            let file = try views.open(row)
            if file.size != row.size {
                faults.append(ViewFault(.notAsDerived, row, "has \(file.size) bytes, and stat says \(row.size)"))
            }
            faults += try Self.identityFaults(of: file, row) { (summary) throws(ViewError) in
                try referenceFaults(of: summary, row)
            }
            let bytes = deep ? try Self.readWhole(file) : 0
            counted.withLock { count in
                count.files += 1
                count.bytes += bytes
            }
        } catch {
            if case .index = error { return .failure(error) }
            faults.append(ViewFault(.unreadable, row, "\(error)"))
        }
        return .success(faults)
    }

    /// Reads the header as a program would, from the bytes that the view serves.
    private static func identityFaults(
        of file: ViewFile, _ row: ViewInstanceRow,
        _ more: (InstanceSummary) throws(ViewError) -> [ViewFault]
    ) throws(ViewError) -> [ViewFault] {
        let source = FileByteSource(file)
        let header: DICOMFile
        do throws(ParseError) {
            header = try DICOMFile(header: source)
        } catch {
            if let failure = source.failure { throw failure }
            return [ViewFault(.unreadable, row, "is no DICOM file: \(error)")]
        }
        if let failure = source.failure { throw failure }
        let summary = InstanceSummary(file: header)
        let said = [summary.sopInstanceUID, summary.sopClassUID, summary.studyInstanceUID, summary.seriesInstanceUID]
        let wanted = [row.sopInstanceUID, row.sopClassUID, row.studyInstanceUID, row.seriesInstanceUID]
        var faults: [ViewFault] = []
        if said != wanted {
            faults.append(
                ViewFault(
                    .otherIdentity, row,
                    "says that it is the instance \(summary.sopInstanceUID) of the class \(summary.sopClassUID)"))
        }
        if row.form != .asReceived, let damage = header.damage {
            faults.append(ViewFault(.unreadable, row, "its data set breaks off: \(damage)"))
        }
        return faults + (try more(summary))
    }

    private static func readWhole(_ file: ViewFile) throws(ViewError) -> UInt64 {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 4096)
        defer { buffer.deallocate() }
        var offset: UInt64 = 0
        while offset < file.size {
            let count = try file.read(into: buffer, at: offset)
            guard count > 0 else { throw .notFound }
            offset += UInt64(count)
        }
        return offset
    }

    // MARK: References

    /// What a file of a converted view refers to of its patient must be in that view; else it led nowhere before.
    private func referenceFaults(of summary: InstanceSummary, _ row: ViewInstanceRow) throws(ViewError) -> [ViewFault] {
        if row.view == .default { return [] }
        var (faults, dangling): ([ViewFault], Int) = ([], 0)
        var received: Set<String>?
        for reference in summary.references {
            let uid = reference.sopInstanceUID
            let (target, isInArchive) = try views.read { (snapshot) throws(IndexError) in
                (
                    try snapshot.viewInstance(ofPatient: row.patientRowID, view: row.view, sopInstanceUID: uid),
                    try snapshot.instance(sopInstanceUID: uid)?.patientRowID == row.patientRowID
                )
            }
            if let target {
                let frames = target.attributes[.numberOfFrames].flatMap { Int($0) } ?? 1
                if row.form != .asReceived, let last = reference.frameNumbers.max(), last > max(1, frames) {
                    faults.append(
                        ViewFault(.unresolvedReference, row, "refers to frame \(last) of \(uid), which has \(frames)"))
                }
            } else if isInArchive {
                // What stands as received for a reason says in the index what it would not have.
                if row.reason == nil {
                    faults.append(
                        ViewFault(.unresolvedReference, row, "refers to \(uid), which this view shows in another form"))
                }
            } else {
                let known: Set<String>
                if let received { known = received } else { known = try referencesAsReceived(row) }
                received = known
                if known.contains(uid) {
                    dangling += 1
                } else {
                    faults.append(ViewFault(.unresolvedReference, row, "refers to \(uid), which is nowhere"))
                }
            }
        }
        counted.withLock { count in
            count.references += summary.references.count
            count.danglingReferences += dangling
        }
        return faults
    }

    private func referencesAsReceived(_ row: ViewInstanceRow) throws(ViewError) -> Set<String> {
        try views.read { (snapshot) throws(IndexError) in
            var uids: Set<String> = []
            for id in row.sourceFileIDs {
                guard let bytes = try snapshot.instance(fileID: id)?.summary,
                    let summary = try? InstanceSummary(decoding: bytes)
                else { continue }
                uids.formUnion(summary.references.map(\.sopInstanceUID))
            }
            return uids
        }
    }
}

extension ViewFault {
    fileprivate init(_ kind: Kind, _ row: ViewInstanceRow, _ detail: String) {
        self.init(
            kind: kind, view: row.view, sopInstanceUID: row.sopInstanceUID, viewInstanceID: row.id, detail: detail)
    }
}
