import Archive
import Conversion
import DICOM
import Foundation
import ViewTree

extension StatusReport {
    /// Rows of one kind that a report lists; the counts are whole in any case.
    private static let listLimit = 20_000

    /// What the index says.
    init(_ archive: OpenArchive) throws {
        let directory = archive.directory
        let index = archive.location.databasePath
        self = try archive.index.read { (snapshot) throws(IndexError) in
            try Self(snapshot, directory, index)
        }
    }

    private init(_ snapshot: IndexSnapshot, _ directory: ArchiveDirectory, _ index: String) throws(IndexError) {
        version = DicomViewFS.version
        archive = directory.path
        archiveID = directory.identity.archiveID
        ruleset = directory.identity.ruleset
        self.index = index
        views = [:]
        notes = []
        unconverted = []
        copies = []
        unsettled = try snapshot.settlingFailures().map {
            Unsettled(patientID: $0.patient.patientID, reason: $0.message)
        }
        duplicates = []
        operations = [:]
        for view in ViewCode.allCases {
            let name = TreeName.name(of: view)
            let counts = try snapshot.viewCounts(view)
            let noteCounts = try snapshot.noteCounts(view: view)
            views[name] = ViewStatus(
                instances: counts.instances, bytes: counts.bytes,
                unconverted: try snapshot.unconvertedCounts(view: view),
                notes: noteCounts)
            for (code, count) in noteCounts.sorted(by: { $0.key < $1.key }) {
                notes.append(Note(view: name, code: code, instances: count))
            }
            let copyCode = ConversionReason.Code.copyNotShown.rawValue
            copies += try snapshot.notes(code: copyCode, view: view, limit: Self.listLimit).map {
                Copy(view: name, sopInstanceUID: $0.sopInstanceUID, path: $0.detail)
            }
            for row in try snapshot.unconverted(view: view, limit: Self.listLimit) {
                guard let reason = row.reason else { continue }
                let path = try row.sourceFileID.flatMap { (id) throws(IndexError) in try snapshot.file(id: id)?.path }
                unconverted.append(Unconverted(name, row, reason, path.map { directory.displayPath($0) }))
            }
        }
        let counts = try snapshot.archiveCounts()
        files = Files(
            total: counts.files, instances: counts.instances, patients: counts.patients, damaged: counts.damaged,
            skippedByReason: Dictionary(
                uniqueKeysWithValues: try snapshot.skippedFileCounts().map { ($0.key.rawValue, $0.value) }),
            skipped: try snapshot.skippedFiles(limit: Self.listLimit).map { file in
                Skipped(
                    path: directory.displayPath(file.path), reason: file.skipReason?.code.rawValue ?? "",
                    detail: file.skipReason?.detail ?? "")
            })
        for row in try snapshot.duplicates().prefix(Self.listLimit) {
            let path = directory.displayPath(row.file.path)
            if duplicates.last?.sopInstanceUID != row.sopInstanceUID {
                if let known = duplicates.firstIndex(where: { $0.sopInstanceUID == row.sopInstanceUID }) {
                    duplicates.append(duplicates.remove(at: known))
                } else {
                    let shown = try snapshot.instance(sopInstanceUID: row.sopInstanceUID)?.file.path
                    duplicates.append(
                        Duplicate(
                            sopInstanceUID: row.sopInstanceUID, shown: shown.map { directory.displayPath($0) },
                            hidden: [],
                            differing: []))
                }
            }
            let last = duplicates.count - 1
            duplicates[last].hidden.append(path)
            if row.hasSameDataSet != true { duplicates[last].differing.append(path) }
        }
    }

    /// As JSON, the same bytes for the same content.
    func json() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(self) + Data("\n".utf8)
    }
}

extension StatusReport.Unconverted {
    fileprivate init(_ view: String, _ row: ViewInstanceRow, _ reason: ReasonRow, _ path: String?) {
        let tag = reason.tag.map { Tag(rawValue: $0).description }
        self.init(
            view: view, sopInstanceUID: row.sopInstanceUID, path: path, code: reason.code, tag: tag,
            detail: reason.detail,
            reason: [reason.code, tag ?? "", reason.detail].filter { !$0.isEmpty }.joined(separator: " "))
    }
}
