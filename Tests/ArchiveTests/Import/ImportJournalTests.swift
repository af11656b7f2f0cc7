import Foundation
import GRDB
import Testing

@testable import Archive

@Suite("The journal of dropped names")
struct ImportJournalTests {
    private func name(_ text: String, outcome: ImportOutcome? = nil) -> DroppedName {
        DroppedName(
            parent: ImportJournal.root, name: Array(text.utf8), kind: .file, mode: 0o644, uid: 1, gid: 2,
            modificationTime: FileTime(seconds: 3, nanoseconds: 4), changeTime: FileTime(seconds: 5, nanoseconds: 6),
            state: outcome == nil ? .staged : .quarantined, outcome: outcome, detail: "why",
            judgedSeconds: outcome == nil ? nil : 7)
    }

    @Test("keeps all that is said of a name, and gives no number twice")
    func numbers() throws {
        let files = try TestArchive()
        let (archive, _) = try files.open()
        let journal = try ImportJournal(archive)
        let id = try journal.transaction { (records) throws(IndexError) in
            try records.insert(name("a", outcome: .conflict))
        }
        #expect(id == ImportJournal.firstID)
        let read = try journal.read { (records) throws(IndexError) in try records.name(id: id) }
        var expected = name("a", outcome: .conflict)
        expected.id = id
        #expect(read == expected)
        try journal.transaction { (records) throws(IndexError) in
            try records.delete(id: id)
            try records.reserve(upTo: 40)
        }
        let next = try journal.transaction { (records) throws(IndexError) in try records.insert(name("b")) }
        #expect(next == 41)
        #expect(try journal.read { (records) throws(IndexError) in try records.lastID() } == 41)
        #expect(
            try journal.read { (records) throws(IndexError) in try records.files(after: 40, limit: 9).map(\.id) } == [
                41
            ])
        #expect(try journal.read { (records) throws(IndexError) in try records.unarchived(upTo: 40) }.isEmpty)
        #expect(try journal.read { (records) throws(IndexError) in try records.unarchived(upTo: 41) } == [41])
        try journal.close()
    }

    @Test("a journal of an earlier version is taken over, with its names", arguments: [1, 2])
    func migration(version: Int) throws {
        let files = try TestArchive()
        let (archive, _) = try files.open()
        var journal = try ImportJournal(archive)
        let id = try journal.transaction { (records) throws(IndexError) in
            try records.insert(name("a", outcome: .notDICOM))
        }
        try journal.close()
        let queue = try DatabaseQueue(path: journal.path)
        try queue.write { database in
            try database.execute(sql: "DROP INDEX name_path; ALTER TABLE name DROP COLUMN digest")
            if version == 1 { try database.execute(sql: "ALTER TABLE name DROP COLUMN judged_s") }
            try database.execute(sql: "PRAGMA user_version = \(version)")
        }
        try queue.close()
        journal = try ImportJournal(archive)
        let read = try journal.read { (records) throws(IndexError) in try records.name(id: id) }
        #expect(read?.outcome == .notDICOM && read?.judgedSeconds == (version == 1 ? nil : 7) && read?.digest == [])
        try journal.close()
    }

    @Test("a damaged journal is set aside, and a new one begun")
    func damaged() throws {
        let files = try TestArchive()
        let (archive, _) = try files.open()
        let path = "\(archive.path)/.dicomviewfs/imports.sqlite"
        do {
            let journal = try ImportJournal(archive)
            #expect(journal.damagedPath == nil)
            _ = try journal.transaction { (records) throws(IndexError) in try records.insert(name("a")) }
            try journal.close()
        }
        try Data(repeating: 0x5A, count: 5000).write(to: URL(filePath: path))
        let journal = try ImportJournal(archive)
        #expect(journal.damagedPath == "\(path).damaged-1")
        #expect(FileManager.default.fileExists(atPath: "\(path).damaged-1"))
        let id = try journal.transaction { (records) throws(IndexError) in try records.insert(name("b")) }
        #expect(id == ImportJournal.firstID)
    }
}
