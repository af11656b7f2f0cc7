import Archive
import DICOM
import Foundation
import Testing
import Views

@Suite("Files made of one instance of a view")
struct DerivedFileTests {
    /// - Parameter deflated: The numbers of the slices whose data sets are deflated.
    private func archive(of count: Int, deflated: Set<Int> = []) throws -> ViewedArchive {
        let archive = try ViewedArchive()
        for number in 1...count {
            let slice = ViewedArchive.slice(number)
            try archive.write("\(number)", deflated.contains(number) ? ViewedArchive.deflated(slice) : slice)
        }
        try archive.settle()
        return archive
    }

    @Test(
        "a frame of a combined image is a file of its own, with the pixels of its slice, as long as was said before",
        arguments: [[], [2, 4], [1, 2, 3, 4, 5]] as [Set<Int>])
    func framesOfCombined(deflated: Set<Int>) throws {
        let archive = try archive(of: 5, deflated: deflated)
        let row = try #require(try archive.rows(.enhanced).first)
        let frames = try archive.views.frames(of: row)
        #expect(frames.count == 5)
        for numbers in [[1], [4], [2, 3], [1, 3, 5]] {
            let facts = try #require(try archive.views.facts(ofFrames: numbers, of: row, frames))
            let bytes = try archive.bytes(of: archive.views.open(frames: numbers, of: row))
            #expect(bytes.count == Int(facts.size))
            #expect(Array(bytes.suffix(numbers.count * 128)) == numbers.flatMap { ViewedArchive.pixels($0) })
            #expect(facts.modificationTime == row.modificationTime)
            #expect(facts.changeTime.seconds == row.changeTime.seconds)
            let file = try DICOMFile(header: MemoryByteSource(bytes))
            #expect(file.damage == nil)
            #expect(file.dataSet.integer(.numberOfFrames) == numbers.count)
            #expect(file.dataSet.string(.seriesInstanceUID) == row.seriesInstanceUID)
            #expect(try archive.bytes(of: archive.views.open(frames: numbers, of: row), step: 11) == bytes)
        }
        #expect(try archive.views.facts(ofFrames: [6], of: row, frames) == nil)
        #expect(throws: ViewError.self) { try archive.views.open(frames: [6], of: row) }
    }

    @Test("the one frame of a single-frame instance is the instance, and what has no pixels has no frames")
    func singleFrames() throws {
        let archive = try archive(of: 1)
        let row = try #require(try archive.rows(.default).first)
        #expect(try archive.views.frames(of: row) == .itself)
        #expect(try archive.bytes(of: archive.views.open(frames: [1], of: row)) == ViewedArchive.slice(1))
        try archive.write("2", ViewedArchive.slice(2) { $0.remove(.pixelData) })
        try archive.settle()
        let other = try #require(try archive.rows(.default).first { $0.sopInstanceUID == "1.2.3.2" })
        #expect(try archive.views.frames(of: other) == .none)
    }

    @Test("what was sized once is known to the next program without a source being opened")
    func remembered() throws {
        let archive = try archive(of: 3)
        let row = try #require(try archive.rows(.enhanced).first)
        let frames = try archive.views.frames(of: row)
        let facts = try archive.views.metadataFacts(of: row, bulkDataURI: "../a.dcm")
        try archive.reopen()
        for number in 1...3 { try FileManager.default.removeItem(atPath: "\(archive.root)/\(number)") }
        #expect(try archive.views.frames(of: row) == frames)
        #expect(try archive.views.metadataFacts(of: row, bulkDataURI: "../a.dcm") == facts)
        // The bytes are another matter.
        #expect(throws: ViewError.self) { try archive.views.open(frames: [1], of: row) }
    }

    @Test("metadata name where the pixels are in the file of the view, as long as was said before")
    func metadata() throws {
        let archive = try archive(of: 3)
        let row = try #require(try archive.rows(.enhanced).first)
        let facts = try archive.views.metadataFacts(of: row, bulkDataURI: "../a.dcm")
        let bytes = try archive.bytes(of: archive.views.openMetadata(of: row, bulkDataURI: "../a.dcm"))
        #expect(bytes.count == Int(facts.size))
        let object = try JSONSerialization.jsonObject(with: Data(bytes))
        let elements = try #require(object as? [String: [String: Any]])
        #expect(elements["00080018"]?["Value"] as? [String] == [row.sopInstanceUID])
        let uri = try #require(elements["7FE00010"]?["BulkDataURI"] as? String)
        #expect(uri == "../a.dcm?offset=\(row.size - 3 * 128)&length=\(3 * 128)")
    }

    @Test("a source that changed is not read for them, and their times change with it")
    func changed() throws {
        let archive = try archive(of: 3)
        let row = try #require(try archive.rows(.enhanced).first)
        let before = try archive.views.facts(ofFrames: [1], of: row, archive.views.frames(of: row))
        try archive.write("2", ViewedArchive.slice(2) { $0.set(.kvp, "120") }, modified: 1_700_000_001)
        #expect(throws: ViewError.self) { try archive.views.open(frames: [1], of: row) }
        try archive.settle()
        let changed = try #require(try archive.rows(.enhanced).first)
        let after = try archive.views.facts(ofFrames: [1], of: changed, archive.views.frames(of: changed))
        #expect(after?.changeTime != before?.changeTime)
    }

    @Test("frames of a received multi-frame file are read from it")
    func framesOfReceived() throws {
        let archive = try ViewedArchive()
        let file = ViewedArchive.slice(1) { slice in
            slice.set(.sopClassUID, "1.2.840.10008.5.1.4.1.1.12.1")
            slice.set(.numberOfFrames, "3")
            slice.set(.pixelData, vr: .OW, bytes: (1...3).flatMap { ViewedArchive.pixels($0) })
        }
        try archive.write("1", file)
        try archive.settle()
        for view in ViewCode.allCases {
            let row = try #require(try archive.rows(view).first)
            let bytes = try archive.bytes(of: archive.views.open(frames: [3], of: row))
            #expect(Array(bytes.suffix(128)) == ViewedArchive.pixels(3))
        }
    }
}
