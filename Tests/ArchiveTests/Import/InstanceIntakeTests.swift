import DICOM
import Foundation
import Testing

@testable import Archive

@Suite("What becomes of a staged file")
struct InstanceIntakeTests {
    private let files: TestArchive
    private let store: IndexStore
    private let intake: InstanceIntake<CountingSummarizer>

    init() throws {
        files = try TestArchive()
        let (archive, store) = try files.open()
        self.store = store
        intake = InstanceIntake(
            staging: try StagingArea(archive), store: store, summarizer: CountingSummarizer())
    }

    private func stage(_ bytes: [UInt8], _ id: UInt64) throws -> Descriptor {
        let file = try intake.staging.create(id)
        #expect(bytes.withUnsafeBytes { file.write($0, at: 0) } == 0)
        return file
    }

    private func verdict(_ bytes: [UInt8], isFinal: Bool = true, id: UInt64 = 100) throws -> ImportVerdict? {
        defer { intake.staging.remove(id) }
        return try intake.take(id, stage(bytes, id), isFinal: isFinal, .init())
    }

    private func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: "\(files.root)/\(path)") }

    @Test("an instance goes to the place that its UIDs name, and is known at once")
    func stored() throws {
        let verdict = try #require(try verdict(instanceFile("1.2.3.9")))
        #expect(verdict.outcome == .stored && verdict.path == Array("imported/1.2.3/1.2.3.4/1.2.3.9.dcm".utf8))
        #expect(exists("imported/1.2.3/1.2.3.4/1.2.3.9.dcm"))
        #expect(try store.shown() == ["1.2.3.9": "imported/1.2.3/1.2.3.4/1.2.3.9.dcm"])
        #expect(try self.verdict(instanceFile("1.2.3.9"))?.outcome == .alreadyThere)
        #expect(try self.verdict(instanceFile("1.2.3.9", pixels: [4, 3, 2, 1]))?.outcome == .conflict)
    }

    @Test("the same data set behind another preamble or File Meta is there already, and keeps its own bytes")
    func otherMeta() throws {
        let bytes = instanceFile("1.2.3.9")
        _ = try verdict(bytes)
        let again = try #require(try verdict([1] + bytes.dropFirst()))
        #expect(again.outcome == .alreadyThere && again.sharedFacts == nil && !again.detail.isEmpty)
    }

    @Test("a UID that is no UID leads nowhere else")
    func hostileUID() throws {
        let verdict = try #require(try verdict(instanceFile("../../../x", series: "..")))
        let path = String(decoding: try #require(verdict.path), as: UTF8.self)
        #expect(verdict.outcome == .stored && path.hasPrefix("imported/1.2.3/x") && !path.contains(".."))
        #expect(exists(path))
    }

    @Test("what is no instance is refused with its reason; while more may come nothing is said")
    func refused() throws {
        let whole = instanceFile("1.2.3.9", pixels: [UInt8](repeating: 7, count: 1000))
        let cases: [(bytes: [UInt8], outcome: ImportOutcome)] = [
            ([], .notDICOM), (Array("no DICOM".utf8), .notDICOM), (Array(whole.dropLast(1)), .incomplete),
            (Array(whole.prefix(300)), .incomplete),
            (instanceFile("1.2.3.8", sopClass: "1.2.840.10008.1.3.10"), .mediaStorageDirectory),
            (instanceFile("1.2.3.8", leavingOut: [Tag(0x0008, 0x0018)]), .missingIdentification),
        ]
        for (bytes, outcome) in cases {
            #expect(try verdict(bytes, isFinal: false) == nil, "\(outcome)")
            let final = try #require(try verdict(bytes))
            #expect(final.outcome == outcome, "\(final)")
            #expect(!final.detail.isEmpty || !final.outcome.sentence.isEmpty)
        }
        #expect(try store.shown().isEmpty && !exists("imported"))
    }

    @Test("no part of a file is stored while more may come, and none without its end afterwards")
    func prefixes() throws {
        let whole = instanceFile("1.2.3.9", pixels: [UInt8](repeating: 7, count: 64))
        for count in 1..<whole.count {
            #expect(try verdict(Array(whole.prefix(count)), isFinal: false) == nil, "\(count)")
            if count > whole.count - 64 {
                #expect(try verdict(Array(whole.prefix(count)))?.outcome == .incomplete, "\(count)")
            }
        }
        #expect(try verdict(whole, isFinal: false)?.outcome == .stored)
    }

    @Test("what has no pixel data is stored when nothing more can come")
    func withoutPixelData() throws {
        let report = instanceFile("1.2.3.9", leavingOut: [Tag(0x7FE0, 0x0010)])
        #expect(try verdict(report, isFinal: false) == nil)
        #expect(try verdict(report)?.outcome == .stored)
    }

    @Test("examining says what taking would, and does nothing")
    func examined() throws {
        let file = try stage(instanceFile("1.2.3.9"), 100)
        #expect(try intake.examine(file, path: "x") == nil)
        #expect(try store.shown().isEmpty)
        _ = try verdict(instanceFile("1.2.3.9"), id: 101)
        #expect(try intake.examine(file, path: "x")?.outcome == .alreadyThere)
        #expect(try intake.examine(stage([1], 102), path: "x")?.outcome == .notDICOM)
    }

    @Test("a file that a crash left at its place, unknown to the index, is taken for what it is")
    func unindexed() throws {
        let bytes = instanceFile("1.2.3.9")
        try files.write("imported/1.2.3/1.2.3.4/1.2.3.9.dcm", bytes)
        let verdict = try #require(try verdict(bytes))
        #expect(verdict.outcome == .alreadyThere && verdict.sharedFacts != nil)
        #expect(try store.shown().count == 1)
    }
}
