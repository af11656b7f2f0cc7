import DICOM
import Foundation
import Glibc
import Testing

@testable import Archive

@Suite("Scanning an archive")
struct ArchiveScanTests {
    @Test("a first scan indexes every instance and says why it skipped the rest")
    func firstScan() throws {
        let files = try TestArchive()
        try files.write("a/1.dcm", instanceFile("1.1"))
        try files.write("a/2", instanceFile("1.2", patientID: "P2"))
        try files.write("b c/notes.txt", Array("no DICOM here".utf8))
        try files.write("b c/empty", [])
        try files.write("DICOMDIR", instanceFile("1.9", sopClass: "1.2.840.10008.1.3.10"))
        try files.write("no-uid", instanceFile("1.3", leavingOut: [Tag(0x0008, 0x0018)]))
        mkfifo(files.root + "/pipe", 0o644)
        let (archive, store) = try files.open()
        let report = try ArchiveScan(archive: archive, store: store, summarizer: CountingSummarizer()).run()
        #expect(report.isComplete)
        #expect(report.added == 7)
        #expect(report.progress.totalFiles == 7)
        #expect(try store.shown() == ["1.1": "a/1.dcm", "1.2": "a/2"])
        let (counts, skipped) = try store.read { (snapshot) throws(IndexError) in
            (try snapshot.archiveCounts(), try snapshot.skippedFileCounts())
        }
        #expect(counts.instances == 2 && counts.files == 7 && counts.patients == 2)
        #expect(
            skipped == [.notDICOM: 2, .mediaStorageDirectory: 1, .missingIdentification: 1, .notARegularFile: 1])
        let missing = try store.read { (snapshot) throws(IndexError) in
            try snapshot.file(path: Array("no-uid".utf8))?.skipReason?.detail
        }
        #expect((missing ?? "").contains("SOP Instance UID"))
        #expect(try store.dirty() == ["P1", "P2"])
    }

    @Test("the attributes that names are made of are stored decoded")
    func attributes() throws {
        let files = try TestArchive()
        try files.write(
            "x",
            instanceFile("1.1", patientName: "") { data in
                data.set(Tag(0x0008, 0x0005), "ISO_IR 100")
                data.set(Tag(0x0010, 0x0010), vr: .PN, bytes: [0x4D, 0xFC, 0x6C, 0x6C, 0x65, 0x72])
            })
        let (archive, store) = try files.open()
        _ = try ArchiveScan(archive: archive, store: store, summarizer: CountingSummarizer()).run()
        let row = try store.read { (snapshot) throws(IndexError) in try snapshot.instance(sopInstanceUID: "1.1") }
        #expect(row?.attributes[.patientName] == "Müller")
        #expect(row?.attributes[.instanceNumber] == "7")
        #expect(row?.attributes[.modality] == "CT")
        #expect(row?.attributes[.studyDescription] == nil)
        #expect(row?.transferSyntaxUID == "1.2.840.10008.1.2.1")
    }

    @Test("a second scan of an unchanged archive reads no header and writes nothing")
    func unchanged() throws {
        let files = try TestArchive()
        for number in 1...300 { try files.write("d\(number % 7)/\(number)", instanceFile("1.\(number)")) }
        try files.write("text", Array("text".utf8))
        symlink("/etc/hostname", files.root + "/out")
        let (archive, store) = try files.open()
        let summarizer = CountingSummarizer()
        let scan = ArchiveScan(archive: archive, store: store, summarizer: summarizer)
        _ = try scan.run()
        #expect(summarizer.count == 300)
        try store.settleAll()
        let changesBefore = store.changeCount()
        let report = try scan.run()
        #expect(report.unchanged == 302)
        #expect(!report.hasChanges)
        #expect(report.progress.headersRead == 0)
        #expect(summarizer.count == 300)
        #expect(store.changeCount() == changesBefore)
        #expect(try store.dirty().isEmpty)
    }

    @Test("added, changed and removed files are found, and only their patients become dirty")
    func changes() throws {
        let files = try TestArchive()
        for patient in 1...4 {
            for number in 1...3 {
                try files.write(
                    "p\(patient)/\(number)", instanceFile("1.\(patient).\(number)", patientID: "P\(patient)"))
            }
        }
        let (archive, store) = try files.open()
        let scan = ArchiveScan(archive: archive, store: store, summarizer: CountingSummarizer())
        _ = try scan.run()
        try store.settleAll()
        files.remove("p1/2")
        try files.write("p2/1", instanceFile("1.2.1", patientID: "P2", pixels: [9, 9]))
        files.touch("p2/1", seconds: 1_000)
        try files.write("p3/new", instanceFile("1.3.9", patientID: "P3"))
        let report = try scan.run()
        #expect(report.added == 1 && report.changed == 1 && report.removed == 1 && report.unchanged == 10)
        #expect(try store.dirty() == ["P1", "P2", "P3"])
        #expect(try store.shown()["1.1.2"] == nil)
        #expect(try store.shown()["1.3.9"] == "p3/new")
    }

    @Test("a file whose patient changes makes both patients dirty, and an empty patient goes when settled")
    func movedPatient() throws {
        let files = try TestArchive()
        try files.write("x", instanceFile("1.1", patientID: "OLD"))
        let (archive, store) = try files.open()
        let scan = ArchiveScan(archive: archive, store: store, summarizer: CountingSummarizer())
        _ = try scan.run()
        try store.settleAll()
        try files.write("x", instanceFile("1.1", patientID: "NEW"))
        files.touch("x", seconds: 5)
        _ = try scan.run()
        #expect(try store.dirty().sorted() == ["NEW", "OLD"])
        try store.settleAll()
        let patients = try store.read { (snapshot) throws(IndexError) in try snapshot.patients().map(\.patientID) }
        #expect(patients == ["NEW"])
    }

    @Test("a chmod reads the header again and changes nothing else")
    func chmodded() throws {
        let files = try TestArchive()
        try files.write("x", instanceFile("1.1"))
        let (archive, store) = try files.open()
        let summarizer = CountingSummarizer()
        let scan = ArchiveScan(archive: archive, store: store, summarizer: summarizer)
        _ = try scan.run()
        try store.settleAll()
        chmod(files.root + "/x", 0o600)
        let report = try scan.run()
        #expect(summarizer.count == 2)
        #expect(!report.hasChanges)
        #expect(try store.dirty().isEmpty)
        _ = try scan.run()
        #expect(summarizer.count == 2)
    }

    @Test("another version of the summarizer reads every file again")
    func newSummarizer() throws {
        let files = try TestArchive()
        try files.write("x", instanceFile("1.1"))
        let (archive, store) = try files.open()
        _ = try ArchiveScan(archive: archive, store: store, summarizer: CountingSummarizer(version: 1)).run()
        try store.settleAll()
        _ = try ArchiveScan(archive: archive, store: store, summarizer: CountingSummarizer(version: 2)).run()
        let row = try store.read { (snapshot) throws(IndexError) in try snapshot.instance(sopInstanceUID: "1.1") }
        let summary = row?.summary ?? []
        #expect(summary.starts(with: "v2 1.1 ".utf8))
        #expect(try store.dirty() == ["P1"])
    }

    @Test("an interrupted scan and the one after it give what one whole scan gives")
    func interrupted() throws {
        let files = try TestArchive()
        for number in 1...900 { try files.write("d\(number % 9)/\(number)", instanceFile("1.\(number)")) }
        let (archive, store) = try files.open()
        let cancellation = ScanCancellation()
        let scan = ArchiveScan(
            archive: archive, store: store, summarizer: CancellingSummarizer(cancellation, after: 200))
        let first = try scan.run(cancellation: cancellation)
        #expect(!first.isComplete)
        let partial = try content(store)
        #expect(partial.count >= 100 && partial.count < 900)
        let second = try scan.run()
        #expect(second.isComplete)
        #expect(second.unchanged == partial.count)
        #expect(second.added == 900 - partial.count)
        let other = try IndexStore(path: files.indexDirectory + "/other.sqlite", archiveID: archive.identity.archiveID)
        _ = try ArchiveScan(archive: archive, store: other, summarizer: CountingSummarizer()).run()
        #expect(try content(store) == content(other))
    }

    @Test("a file that is cut short is an instance with its damage said, if it can still be identified")
    func damaged() throws {
        let files = try TestArchive()
        let whole = instanceFile("1.1")
        try files.write("cut", Array(whole[..<(whole.count - 14)]))
        let (archive, store) = try files.open()
        _ = try ArchiveScan(archive: archive, store: store, summarizer: CountingSummarizer()).run()
        let row = try store.read { (snapshot) throws(IndexError) in try snapshot.instance(sopInstanceUID: "1.1") }
        #expect(row?.damage != nil)
    }

    @Test("a directory that becomes a file, and the reverse, are followed")
    func kindChanges() throws {
        let files = try TestArchive()
        try files.write("a/x", instanceFile("1.1"))
        try files.write("b", instanceFile("1.2"))
        try files.write("a-b", instanceFile("1.3"))
        let (archive, store) = try files.open()
        let scan = ArchiveScan(archive: archive, store: store, summarizer: CountingSummarizer())
        _ = try scan.run()
        files.remove("a/x")
        rmdir(files.root + "/a")
        files.remove("b")
        try files.write("a", instanceFile("1.4"))
        try files.write("b/y", instanceFile("1.5"))
        let report = try scan.run()
        #expect(report.added == 2 && report.removed == 2 && report.unchanged == 1)
        #expect(try store.shown() == ["1.3": "a-b", "1.4": "a", "1.5": "b/y"])
    }
}

/// Interrupts the scan from within.
private final class CancellingSummarizer: InstanceSummarizer {
    let version = 1
    private let base = CountingSummarizer()
    private let cancellation: ScanCancellation
    private let limit: Int

    init(_ cancellation: ScanCancellation, after limit: Int) {
        self.cancellation = cancellation
        self.limit = limit
    }

    func summarize(_ file: DICOMFile, facts: FileFacts) -> [UInt8] {
        if base.count == limit { cancellation.cancel() }
        return base.summarize(file, facts: facts)
    }
}
