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

    /// Of an index that cannot be read.
    init(_ archive: OpenArchive, fault: String) {
        let files = Files(
            total: 0, instances: 0, patients: 0, damaged: 0, damagedFiles: [], skippedByReason: [:], skipped: [])
        self.init(
            version: DicomViewFS.version, archive: archive.directory.path,
            archiveID: archive.directory.identity.archiveID, ruleset: archive.directory.identity.ruleset,
            index: archive.location.databasePath, fault: fault, views: [:], files: files, unconverted: [], notes: [],
            copies: [], unsettled: [], duplicates: [], operations: [:])
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
        unsettled = try Unsettled.all(snapshot)
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
                let noted = try snapshot.notes(code: code, view: view, limit: Self.listLimit)
                    .map { (note) throws(IndexError) in
                        let path = try note.firstSource.flatMap { (id) throws(IndexError) in
                            try snapshot.file(id: id)?.path
                        }
                        return Noted(
                            sopInstanceUID: note.sopInstanceUID, path: path.map { directory.displayPath($0) },
                            detail: note.detail)
                    }
                notes.append(Note(view: name, code: code, instances: count, noted: noted))
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
            damagedFiles: try snapshot.damagedInstances(limit: Self.listLimit).map { row in
                Damaged(
                    path: directory.displayPath(row.file.path), sopInstanceUID: row.sopInstanceUID,
                    detail: row.damage ?? "")
            },
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
        let tag = reason.tag.map { Tag(rawValue: $0) }
        let keyword = tag.flatMap { DataDictionary.entry(for: $0)?.keyword }
        // What a parser says begins with the tag already.
        let isSaid = tag.map { reason.detail.hasPrefix($0.description) } ?? true
        let words = [reason.code, isSaid ? "" : tag?.description ?? "", isSaid ? "" : keyword ?? "", reason.detail]
        self.init(
            view: view, sopInstanceUID: row.sopInstanceUID, path: path, code: reason.code, tag: tag?.description,
            keyword: keyword, detail: reason.detail, reason: words.filter { !$0.isEmpty }.joined(separator: " "))
    }
}
