import DICOM
import Foundation
import Glibc
import Testing

@testable import Archive
@testable import Views

/// What is served is what was derived, from what was indexed, from what is there: where one is ahead of the other, an error.
@Suite("The views of an archive that changes")
struct ChangingArchiveTests {
    private func archiveOfThree(limits: ArchiveViews.Limits = ArchiveViews.Limits()) throws -> ViewedArchive {
        let archive = try ViewedArchive(limits: limits)
        for number in 1...3 { try archive.write("\(number)", ViewedArchive.slice(number)) }
        return archive
    }

    private func combined(_ archive: ViewedArchive) throws -> ViewInstanceRow {
        try #require(try archive.rows(.enhanced).first { $0.form == .enhanced })
    }

    private func patientName(_ bytes: [UInt8]) throws -> String? {
        try DICOMFile(header: MemoryByteSource(bytes)).dataSet.string(.patientName)
    }

    @Test("between a scan and the settling after it, what was derived from the old sources is stale")
    func unsettled() throws {
        let archive = try archiveOfThree()
        try archive.settle()
        for reopens in [false, true] {
            for number in 1...3 {
                let name = "Quite^Another^Name^\(reopens)"
                try archive.write(
                    "\(number)", ViewedArchive.slice(number, patientName: name),
                    modified: reopens ? 1_800_000_001 : 1_800_000_000)
            }
            try archive.scan()
            if reopens { try archive.reopen() }
            let row = try combined(archive)
            #expect(throws: ViewError.self) { try archive.views.open(row) }
            for row in try archive.rows(.default) {
                #expect(throws: ViewError.self) { try archive.views.open(row) }
            }
            try archive.views.settle()
            #expect(try patientName(try archive.bytes(of: try combined(archive))) == "Quite^Another^Name^\(reopens)")
        }
    }

    @Test("a source that was rewritten and given its old time is stale, and derived anew when it is found")
    func sameSizeAndTime() throws {
        let archive = try archiveOfThree()
        try archive.settle()
        _ = try archive.bytes(of: try combined(archive))
        for number in 1...3 {
            try archive.write("\(number)", ViewedArchive.slice(number, patientName: "Tess^Name"))
        }
        let old = try combined(archive)
        #expect(throws: ViewError.self) { try archive.views.open(old) }
        try archive.settle()
        let new = try combined(archive)
        #expect(try patientName(try archive.bytes(of: new)) == "Tess^Name")
        #expect(new.modificationTime == old.modificationTime && new.changeTime != old.changeTime)
    }

    @Test("a change of mode or another link to a source disturbs nobody, not even one who has it open")
    func sameContent() throws {
        let archive = try archiveOfThree()
        try archive.settle()
        let row = try combined(archive)
        let bytes = try archive.bytes(of: row)
        let file = try archive.views.open(row)
        chmod(archive.root + "/2", 0o640)
        link(archive.root + "/3", archive.root + "-link")
        defer { unlink(archive.root + "-link") }
        #expect(try archive.bytes(of: row) == bytes)
        var again = [UInt8](repeating: 0, count: bytes.count)
        #expect(try again.withUnsafeMutableBytes { try file.read(into: $0, at: 0) } == bytes.count)
        #expect(again == bytes)
    }

    @Test("where the bytes of a combined file are is told in their order; a source that changed meanwhile is an error")
    func pieces() throws {
        let archive = try archiveOfThree()
        try archive.settle()
        let row = try combined(archive)
        let bytes = try archive.bytes(of: row)
        let file = try archive.views.open(row)
        var told: [UInt8] = []
        func add(_ piece: ViewFilePiece) -> Bool {
            switch piece {
            case .header(let part): told += part
            case .source(let descriptor, let offset, let count):
                var part = [UInt8](repeating: 0, count: count)
                guard pread(descriptor, &part, count, off_t(offset)) == count else { return false }
                told += part
            }
            return true
        }
        try file.forEachPiece(of: bytes.count, at: 0, deliver: add)
        #expect(told == bytes)
        told = []
        try file.forEachPiece(of: 100, at: UInt64(bytes.count - 100), deliver: add)
        #expect(told.elementsEqual(bytes.suffix(100)))
        // Runs as short as these are faster read.
        #expect(file.placedCount(bytes.count, at: 0) == 0)
        try archive.write("3", ViewedArchive.slice(3, patientName: "Tess^Name"), modified: 1_800_000_000)
        #expect(throws: ViewError.self) { try file.forEachPiece(of: bytes.count, at: 0, deliver: add) }
    }

    @Test(
        "a source that changes while a header that has bytes of it is read is stale, by its path, and no damaged instance"
    )
    func changesWhileRead() throws {
        let archive = try archiveOfThree()
        try archive.settle()
        let file = try archive.views.open(try combined(archive))
        _ = try archive.views.header(of: file)
        try archive.write("2", ViewedArchive.slice(2, patientName: "Tess^Name"), modified: 1_800_000_000)
        var met: ViewError?
        do throws(ViewError) { _ = try archive.views.header(of: file) } catch { met = error }
        guard case .sourceChanged(let path) = met else {
            Issue.record("\(String(describing: met)) instead of a changed source")
            return
        }
        #expect(path == archive.archive.path + "/2")
    }

    @Test("a deflated source that is gone, or another now, is not kept open, and none is where descriptors run out")
    func inflatedSourcesClose() throws {
        let archive = try ViewedArchive()
        for number in 1...4 { try archive.write("\(number)", ViewedArchive.deflated(ViewedArchive.slice(number))) }
        try archive.settle()
        _ = try archive.bytes(of: try combined(archive))
        #expect(archive.views.inflatedSourceCount == 4)
        unlink(archive.root + "/2")
        try archive.write(
            "3", ViewedArchive.deflated(ViewedArchive.slice(3, patientName: "Tess^Name")), modified: 1_800_000_000)
        _ = try archive.views.follow(paths: [Array("2".utf8), Array("3".utf8)])
        #expect(archive.views.inflatedSourceCount == 2)
        #expect(openFiles(beneath: archive.root).allSatisfy { !$0.hasSuffix(" (deleted)") })
        #expect(archive.archive.closeIdle())
        #expect(archive.views.inflatedSourceCount == 0)
        #expect(
            openFiles(beneath: archive.root).allSatisfy { !["1", "4"].contains(($0 as NSString).lastPathComponent) })
    }

    /// What this process has open there, as /proc names it.
    private func openFiles(beneath root: String) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
        return names.compactMap { try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)") }
            .filter { $0.hasPrefix(root + "/") }
    }

    @Test("a header that was damaged beside the index is derived again")
    func damagedHeader() throws {
        let archive = try archiveOfThree()
        try archive.settle()
        let row = try combined(archive)
        let bytes = try archive.bytes(of: row)
        try archive.changeHeaders("UPDATE header SET bytes = zeroblob(length(bytes))")
        try archive.reopen()
        #expect(try archive.bytes(of: row) == bytes)
    }

    @Test("a header that cannot be kept, as on a full disk, is served all the same, and told")
    func unkeptHeader() throws {
        let archive = try archiveOfThree()
        try archive.settle()
        let row = try combined(archive)
        let bytes = try archive.bytes(of: row)
        try archive.changeHeaders("DELETE FROM header")
        try archive.changeHeaders(
            "CREATE TRIGGER full BEFORE INSERT ON header BEGIN SELECT RAISE(ABORT, 'nothing can be stored'); END")
        try archive.reopen()
        let told = Lock([String]())
        archive.views.whenHeaderIsNotKept { error in told.withLock { $0.append("\(error)") } }
        #expect(try archive.bytes(of: row) == bytes)
        #expect(told.withLock { $0.count } == 1)
        #expect(told.withLock { $0.first }?.contains("nothing can be stored") == true)
    }

    @Test("headers that cannot be kept when they are derived keep nobody from settling, and are told")
    func settlingWithoutCache() throws {
        let archive = try archiveOfThree()
        try archive.changeHeaders(
            "CREATE TRIGGER full BEFORE INSERT ON header BEGIN SELECT RAISE(ABORT, 'nothing can be stored'); END")
        try archive.reopen()
        let told = Lock([String]())
        archive.views.whenHeaderIsNotKept { error in told.withLock { $0.append("\(error)") } }
        try archive.settle()
        #expect(try archive.views.unsettledPatients().isEmpty)
        #expect(
            told.withLock { $0 }.allSatisfy { $0.contains("nothing can be stored") } && !told.withLock { $0.isEmpty })
        let bytes = try archive.bytes(of: try combined(archive))
        #expect(try patientName(bytes) == "Test^Name")
    }

    @Test("what differs from the index is said to differ, although a full disk keeps it from being marked")
    func inconsistentOnFullDisk() throws {
        let archive = try archiveOfThree()
        try archive.settle()
        try archive.changeHeaders("DELETE FROM header")
        try archive.changeIndex("UPDATE view_instance SET header_digest = zeroblob(32) WHERE form = 1")
        try archive.changeIndex(
            "CREATE TRIGGER full BEFORE UPDATE ON view_instance BEGIN SELECT RAISE(ABORT, 'nothing can be stored'); END"
        )
        try archive.reopen()
        let row = try combined(archive)
        #expect {
            try archive.views.open(row)
        } throws: { error in
            if case ViewError.inconsistent = error { true } else { false }
        }
        try archive.changeIndex("DROP TRIGGER full")
        #expect(throws: ViewError.self) { try archive.views.open(row) }
        #expect(try archive.views.unsettledPatients().count == 1)
    }

    @Test("what a source that cannot be read now is missing from is made good when it can be read")
    func unavailableSource() throws {
        var limits = ArchiveViews.Limits()
        limits.scannedHeaders = 0
        let archive = try archiveOfThree(limits: limits)
        try archive.scan()
        rename(archive.root + "/2", archive.root + "-away")
        try archive.views.settle()
        let missing = try #require(try archive.rows(.enhanced).first { $0.form == .asReceived })
        #expect(missing.sopInstanceUID == "1.2.3.2" && missing.reason?.code == "sourceUnavailable")
        #expect(try combined(archive).sourceFileIDs.count == 2)
        rename(archive.root + "-away", archive.root + "/2")
        try archive.settle()
        #expect(try archive.rows(.enhanced).map(\.sourceFileIDs.count) == [3])
    }

    @Test("all sources that cannot be read are found at once")
    func manyUnavailable() throws {
        var limits = ArchiveViews.Limits()
        limits.scannedHeaders = 0
        let archive = try ViewedArchive(limits: limits)
        for number in 1...20 { try archive.write("\(number)", ViewedArchive.slice(number)) }
        try archive.scan()
        for number in 1...18 { unlink(archive.root + "/\(number)") }
        let failures = Lock([SettlingFailure]())
        try archive.views.settle(progress: { progress in failures.withLock { $0 = progress.failures } })
        #expect(failures.withLock { $0.count } == 18)
        #expect(try combined(archive).sourceFileIDs.count == 2)
    }

    @Test("an instance that does not come out as the index says is an error, and right after the next settling")
    func inconsistent() throws {
        let archive = try archiveOfThree()
        try archive.settle()
        let right = try combined(archive)
        try archive.changeIndex("UPDATE view_instance SET size = size + 2 WHERE form = 1")
        try archive.changeHeaders("DELETE FROM header")
        try archive.reopen()
        let wrong = try combined(archive)
        #expect(throws: ViewError.self) { try archive.views.open(wrong) }
        try archive.settle()
        #expect(try combined(archive).size == right.size)
        #expect(try archive.bytes(of: try combined(archive)).count == Int(right.size))
    }

    @Test("what another program derived is derived anew")
    func otherProgram() throws {
        let archive = try archiveOfThree()
        try archive.settle()
        let right = try combined(archive)
        try archive.changeIndex("UPDATE view_instance SET size = size + 2 WHERE form = 1")
        try archive.reopen()
        try archive.settle()
        #expect(try combined(archive).size == right.size + 2)
        try archive.reopen(deriver: "the next version")
        try archive.settle()
        #expect(try combined(archive).size == right.size)
    }

    @Test("a patient whose rows contradict each other is shown as far as can be, said, and harms no other patient")
    func contradiction() throws {
        let archive = try archiveOfThree()
        for number in 4...6 {
            let slice = ViewedArchive.slice(number) {
                $0.set(.patientID, "P2")
                $0.set(.seriesInstanceUID, "1.2.3.201")
            }
            try archive.write("\(number)", slice)
        }
        try archive.scan()
        try archive.changeIndex(
            """
            CREATE TRIGGER contradiction BEFORE INSERT ON view_instance
            WHEN NEW.form = 1 AND NEW.patient = (SELECT min(id) FROM patient)
            BEGIN SELECT RAISE(ABORT, 'contradiction'); END
            """)
        let failures = Lock([SettlingFailure]())
        try archive.views.settle(progress: { progress in failures.withLock { $0 = progress.failures } })
        #expect(failures.withLock { $0.count } == 1)
        let stored = try archive.store.read { (snapshot) throws(IndexError) in try snapshot.settlingFailures() }
        let failed = try #require(stored.first)
        #expect(stored.count == 1 && failed.message.contains("contradiction"))
        #expect(try archive.views.unsettledPatients() == [failed.patient.id])
        #expect(try archive.rows(.default).count == 6)
        let enhanced = try archive.rows(.enhanced)
        #expect(
            enhanced.filter { $0.patientRowID == failed.patient.id }.map(\.reason?.code)
                == .init(repeating: "notDerived", count: 3))
        #expect(enhanced.filter { $0.patientRowID != failed.patient.id }.map(\.form) == [.enhanced])
        // Until it can be settled, and then nothing of it is left.
        try archive.changeIndex("DROP TRIGGER contradiction")
        try archive.settle()
        #expect(try archive.rows(.enhanced).map(\.form) == [.enhanced, .enhanced])
        let left = try archive.store.read { (snapshot) throws(IndexError) in try snapshot.settlingFailures() }
        #expect(left.isEmpty)
    }

    @Test("a broken copy of a combined image beside its slices is not shown, which is noted with its path")
    func brokenCopy() throws {
        let archive = try archiveOfThree()
        try archive.settle()
        let bytes = try archive.bytes(of: try combined(archive))
        for missing in [0, 40] {
            try archive.write("copy", Array(bytes.dropLast(missing)), modified: 1_700_000_000 + missing)
            try archive.settle()
            let rows = try archive.rows(.enhanced)
            let row = try #require(rows.first)
            #expect(rows.count == 1)
            #expect(try archive.bytes(of: row) == bytes)
            #expect(
                row.notes.filter { $0.code == "copyNotShown" }.map { $0.detail.hasSuffix("/copy") }
                    == (missing > 0 ? [true] : []))
            // Derived again it is the same: no cache tells.
            try archive.changeHeaders("DELETE FROM header")
            try archive.reopen()
            #expect(try archive.bytes(of: row) == bytes)
        }
        unlink(archive.root + "/copy")
        try archive.settle()
        #expect(try archive.rows(.enhanced).flatMap(\.notes).allSatisfy { $0.code != "copyNotShown" })
    }
}
