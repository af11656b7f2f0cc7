import Archive
import DICOM
import Testing
import Views

@Suite("The views of an archive")
struct ArchiveViewsTests {
    @Test("a series is one instance in the enhanced view, and each slice itself in the others")
    func combining() throws {
        let archive = try ViewedArchive()
        for number in 1...5 { try archive.write("\(number)", ViewedArchive.slice(number)) }
        try archive.settle()
        #expect(try archive.rows(.default).map(\.sopInstanceUID) == (1...5).map { "1.2.3.\($0)" })
        #expect(try archive.rows(.classic).map(\.form) == Array(repeating: .asReceived, count: 5))
        let enhanced = try archive.rows(.enhanced)
        #expect(enhanced.map(\.form) == [.enhanced])
        #expect(enhanced.first?.sourceFileIDs.count == 5)
    }

    @Test("a combined file has the size the index says, and the pixel data of its slices in order")
    func bytes() throws {
        let archive = try ViewedArchive()
        for number in [3, 1, 2] { try archive.write("\(number)", ViewedArchive.slice(number)) }
        try archive.settle()
        let row = try #require(try archive.rows(.enhanced).first)
        let bytes = try archive.bytes(of: row)
        #expect(bytes.count == Int(row.size))
        #expect(Array(bytes.suffix(3 * 128)) == (1...3).flatMap { ViewedArchive.pixels($0) })
        let file = try DICOMFile(header: MemoryByteSource(bytes))
        #expect(file.damage == nil)
        #expect(file.dataSet.integer(.numberOfFrames) == 3)
        // Reads of any size, at any boundary, give the same bytes.
        #expect(try archive.bytes(of: row, step: 13) == bytes)
    }

    @Test("deflated slices give the file that they give when they are not, whatever is read of it in whatever order")
    func deflated() throws {
        let (plain, deflated) = (try ViewedArchive(), try ViewedArchive())
        for number in 1...3 {
            let slice = ViewedArchive.slice(number) { slice in
                slice.set(.rows, 1024)
                slice.set(.columns, 1024)
                // 10 of 12 bits and an overlay in one of the others: words are masked, and bits taken out.
                slice.set(
                    .pixelData, vr: .OW,
                    bytes: (0..<2 << 20).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ $0 >> 11 &+ number) })
                for (element, value) in [(UInt16(0x0010), 1024), (0x0011, 1024), (0x0100, 16), (0x0102, 14)] {
                    slice.set(Tag(0x6000, element), [value], vr: .US)
                }
                slice.set(Tag(0x6000, 0x0040), vr: .CS, bytes: Array("G ".utf8))
                slice.set(Tag(0x6000, 0x0050), [1, 1], vr: .SS)
            }
            try plain.write("\(number)", slice)
            try deflated.write("\(number)", ViewedArchive.deflated(slice))
        }
        try plain.settle()
        try deflated.settle()
        let (rows, others) = (try plain.rows(.enhanced), try deflated.rows(.enhanced))
        #expect(rows.map(\.sopInstanceUID) == others.map(\.sopInstanceUID) && rows.count == 4)
        for (row, other) in zip(rows, others) {
            let bytes = try plain.bytes(of: row)
            #expect(row.size == other.size)
            #expect(try deflated.bytes(of: other) == bytes)
            let file = try deflated.views.open(other)
            var buffer = [UInt8](repeating: 0, count: 70_000)
            for _ in 0..<40 {
                let offset = Int.random(in: 0..<bytes.count)
                let length = Int.random(in: 1...buffer.count)
                let count = try buffer[..<length].withUnsafeMutableBytes { try file.read(into: $0, at: UInt64(offset)) }
                #expect(buffer[..<count].elementsEqual(bytes[offset..<min(offset + length, bytes.count)]))
            }
        }
    }

    @Test("a header that is derived again is of the same plan, though the instance is as received in the other view")
    func derivedAgain() throws {
        // Cannot be taken apart, for it says nothing of where its frames are; but it names a slice.
        let archive = try ViewedArchive()
        for number in 1...3 { try archive.write("\(number)", ViewedArchive.slice(number)) }
        try archive.write(
            "4",
            ViewedArchive.slice(4) { image in
                var reference = DataSetBuilder()
                reference.set(.referencedSOPClassUID, "1.2.840.10008.5.1.4.1.1.2")
                reference.set(.referencedSOPInstanceUID, "1.2.3.1")
                image.set(.sopClassUID, "1.2.840.10008.5.1.4.1.1.2.1")
                image.set(.numberOfFrames, "1")
                image.set(.referencedImageSequence, items: [reference])
            })
        try archive.settle()
        let rows = try archive.rows(.enhanced)
        #expect(rows.map(\.form).sorted { $0.rawValue < $1.rawValue } == [.enhanced, .updated])
        let row = try #require(rows.first { $0.form == .updated })
        let bytes = try archive.bytes(of: row)
        try archive.changeHeaders("DELETE FROM header")
        try archive.reopen()
        #expect(try archive.bytes(of: row) == bytes)
    }

    @Test("an overlay in the pixels is a presentation state, made of their bits whatever is read of it")
    func overlays() throws {
        let archive = try ViewedArchive()
        let side = ViewedArchive.side
        var pixels = ViewedArchive.pixels(2)
        for pixel in stride(from: 0, to: side * side, by: 3) { pixels[pixel * 2 + 1] |= 0x40 }
        try archive.write("1", ViewedArchive.slice(1))
        let marked = ViewedArchive.slice(2) { slice in
            for (element, value) in [(UInt16(0x0010), side), (0x0011, side), (0x0100, 16), (0x0102, 14)] {
                slice.set(Tag(0x6000, element), [value], vr: .US)
            }
            slice.set(Tag(0x6000, 0x0040), vr: .CS, bytes: Array("G ".utf8))
            slice.set(Tag(0x6000, 0x0050), [1, 1], vr: .SS)
            slice.set(.pixelData, vr: .OW, bytes: pixels)
        }
        try archive.write("2", marked)
        try archive.settle()
        let rows = try archive.rows(.enhanced)
        #expect(rows.map(\.form).sorted { $0.rawValue < $1.rawValue } == [.enhanced, .presentationState])
        let image = try #require(rows.first { $0.form == .enhanced })
        #expect(try archive.bytes(of: image).suffix(2 * 128) == ViewedArchive.pixels(1) + ViewedArchive.pixels(2))
        let state = try #require(rows.first { $0.form == .presentationState })
        let bytes = try archive.bytes(of: state)
        #expect(bytes.count == Int(state.size))
        for step in [1, 7] { #expect(try archive.bytes(of: state, step: step) == bytes) }
        let overlay = try DICOMFile(header: MemoryByteSource(bytes)).dataSet[Tag(0x6000, 0x3000)]?.valueBytes ?? []
        let drawn = (0..<side * side).filter { overlay.count > $0 / 8 && overlay[$0 / 8] & 1 << UInt8($0 % 8) != 0 }
        #expect(drawn == Array(stride(from: 0, to: side * side, by: 3)))
    }

    @Test("a received file is served from its own descriptor")
    func identical() throws {
        let archive = try ViewedArchive()
        try archive.write("a", ViewedArchive.slice(1))
        try archive.settle()
        let row = try #require(try archive.rows(.default).first)
        #expect(try archive.views.open(row).identicalDescriptor != nil)
        #expect(try archive.bytes(of: row) == ViewedArchive.slice(1))
    }

    @Test("a short slice stays as received with the reason, and the others are combined without it")
    func shortSlice() throws {
        let archive = try ViewedArchive()
        for number in 1...4 {
            try archive.write("\(number)", ViewedArchive.slice(number, missing: number == 2 ? 10 : 0))
        }
        try archive.settle()
        let rows = try archive.rows(.enhanced)
        let short = try #require(rows.first { $0.form == .asReceived })
        #expect(short.sopInstanceUID == "1.2.3.2")
        #expect(short.reason?.code == "pixelDataTruncated")
        let combined = try #require(rows.first { $0.form == .enhanced })
        #expect(
            try archive.bytes(of: combined).suffix(3 * 128) == [1, 3, 4].flatMap { ViewedArchive.pixels($0) }[...])
    }

    @Test("an instance whose summary in the index is damaged stays as received with the reason, and spoils no group")
    func damagedSummary() throws {
        let archive = try ViewedArchive()
        for number in 1...3 { try archive.write("\(number)", ViewedArchive.slice(number)) }
        try archive.scan()
        try archive.changeIndex(
            """
            UPDATE summary SET bytes = x'FF'
            WHERE file_id = (SELECT file_id FROM instance WHERE sop_instance_uid = '1.2.3.2')
            """)
        try archive.views.settle()
        let rows = try archive.rows(.enhanced)
        let damaged = try #require(rows.first { $0.form == .asReceived })
        #expect(damaged.sopInstanceUID == "1.2.3.2")
        #expect(damaged.reason?.code == "damaged")
        #expect(rows.filter { $0.form == .enhanced }.map(\.sourceFileIDs.count) == [2])
    }

    @Test("a late slice gives its group another UID; a second settling without changes writes nothing")
    func lateSlice() throws {
        let archive = try ViewedArchive()
        for number in 1...3 { try archive.write("\(number)", ViewedArchive.slice(number)) }
        try archive.settle()
        let first = try archive.rows(.enhanced)
        try archive.settle()
        #expect(try archive.rows(.enhanced) == first)
        try archive.write("4", ViewedArchive.slice(4))
        try archive.settle()
        let second = try archive.rows(.enhanced)
        #expect(second.count == 1 && second[0].sopInstanceUID != first[0].sopInstanceUID)
        #expect(second[0].seriesInstanceUID == first[0].seriesInstanceUID)
    }

    @Test("headers that no cache holds any more are derived again, to the same bytes")
    func derivingAgain() throws {
        var limits = ArchiveViews.Limits()
        limits.headersInMemory = 0
        limits.headersOnDisk = 0
        let archive = try ViewedArchive(limits: limits)
        for number in 1...3 { try archive.write("\(number)", ViewedArchive.slice(number)) }
        try archive.settle()
        let row = try #require(try archive.rows(.enhanced).first)
        let bytes = try archive.bytes(of: row)
        #expect(try archive.bytes(of: row) == bytes)
        let usual = try ViewedArchive()
        for number in 1...3 { try usual.write("\(number)", ViewedArchive.slice(number)) }
        try usual.settle()
        let same = try #require(try usual.rows(.enhanced).first)
        #expect(try usual.bytes(of: same) == bytes)
        #expect(same.changeTime == row.changeTime && same.modificationTime == row.modificationTime)
    }

    @Test("a source that changed since it was indexed is an error, never other bytes")
    func changedSource() throws {
        let archive = try ViewedArchive()
        for number in 1...3 { try archive.write("\(number)", ViewedArchive.slice(number)) }
        try archive.settle()
        let row = try #require(try archive.rows(.enhanced).first)
        try archive.write("2", ViewedArchive.slice(2), modified: 1_800_000_000)
        #expect(throws: ViewError.self) { try archive.views.open(row) }
    }
}
