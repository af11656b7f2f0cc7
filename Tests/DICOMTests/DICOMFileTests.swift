import DICOM
import Testing

@Suite("Reading a file")
struct DICOMFileTests {
    private let pixels = Explicit.long(0x7FE0, 0x0010, "OW", [1, 2, 3, 4])

    @Test("a file with preamble and File Meta is read up to its pixel data, which are located")
    func complete() throws {
        let bytes = Explicit.file(Explicit.identity + Explicit.short(0x10, 0x20, "LO", "ID 1") + pixels)
        let file = try read(bytes)
        #expect(file.hasPreamble)
        #expect(file.transferSyntax == .explicitVRLittleEndian)
        #expect(file.damage == nil)
        #expect(file.dataSet.string(Tag(0x10, 0x20)) == "ID 1")
        guard case .native(let offset, let length, let available) = file.pixelData?.form else {
            Issue.record("no native pixel data")
            return
        }
        #expect((offset, length, available) == (UInt64(bytes.count - 4), 4, 4))
        #expect(file.dataSet[Tag(0x7FE0, 0x0010)] == nil)
    }

    @Test("elements behind the pixel data are read too")
    func trailing() throws {
        let file = try read(
            Explicit.file(Explicit.identity + pixels + Explicit.short(0x7FE1, 0x10, "LO", "SIEMENS CSA NON-IMAGE ")))
        #expect(file.damage == nil)
        #expect(file.dataSet.string(Tag(0x7FE1, 0x10)) == "SIEMENS CSA NON-IMAGE")
    }

    @Test("a data set without preamble that happens to have DICM at byte 128 is read from its first byte")
    func chancePrefix() throws {
        let uids = Explicit.short(8, 0x16, "UI", "1.2.3\0") + Explicit.short(8, 0x18, "UI", "1.2.4\0")
        let filler = Explicit.short(8, 0x70, "LO", String(repeating: "X", count: 120 - uids.count - 8))
        let bytes = uids + filler + Explicit.short(8, 0x1010, "SH", "DICMA1") + Explicit.short(0x10, 0x20, "LO", "ID 1")
        #expect(Array(bytes[128..<132]) == Array("DICM".utf8))
        let file = try read(bytes)
        #expect(!file.hasPreamble)
        #expect(file.dataSetOffset == 0)
        #expect(file.dataSet.string(Tag(8, 0x1010)) == "DICMA1")
        #expect(file.dataSet.string(Tag(0x10, 0x20)) == "ID 1")
    }

    @Test("a file without preamble and File Meta is read by what its first element shows")
    func bare() throws {
        let explicit = try read(Explicit.identity)
        #expect(explicit.transferSyntax == .explicitVRLittleEndian)
        let uid = Array("1.2.840.10008.5.1.4.1.1.2\0".utf8)
        let implicit = try read(Explicit.tag(8, 0x16) + Explicit.word32(UInt32(uid.count)) + uid)
        #expect(implicit.transferSyntax == .implicitVRLittleEndian)
        #expect(implicit.dataSet.string(Tag(8, 0x16)) == "1.2.840.10008.5.1.4.1.1.2")
    }

    @Test("big-endian data sets are read")
    func bigEndian() throws {
        func element(_ group: UInt8, _ element: UInt8, _ vr: String, _ value: [UInt8]) -> [UInt8] {
            [0, group, 0, element] + Array(vr.utf8) + [0, UInt8(value.count)] + value
        }
        let file = try read(
            Explicit.file(
                element(8, 0x16, "UI", Array("1.2\0".utf8)) + element(0x28, 0x10, "US", [1, 2]),
                transferSyntax: "1.2.840.10008.1.2.2"))
        #expect(file.transferSyntax == .explicitVRBigEndian)
        #expect(file.dataSet.integer(Tag(0x28, 0x10)) == 0x0102)
    }

    @Test("a File Meta that is wrong about VRs is corrected by the data set")
    func wrongTransferSyntax() throws {
        let file = try read(Explicit.file(Explicit.identity, transferSyntax: "1.2.840.10008.1.2"))
        #expect(file.transferSyntax == .explicitVRLittleEndian)
        #expect(file.dataSet.string(Tag(8, 0x18)) == "1.2.3.4")
    }

    @Test("what is no DICOM file is refused")
    func notDICOM() {
        for bytes in [[], Array("hello, world, this is text".utf8), [UInt8](repeating: 0, count: 200)] {
            #expect(throws: ParseError.self) { try read(bytes) }
        }
    }

    @Test("a file cut off in an element keeps the elements before it and says where it broke")
    func truncated() throws {
        let bytes = Explicit.file(Explicit.identity + Explicit.short(0x10, 0x20, "LO", "ID 1"))
        let file = try read(Array(bytes.dropLast(2)))
        #expect(file.dataSet.string(Tag(8, 0x18)) == "1.2.3.4")
        #expect(file.dataSet[Tag(0x10, 0x20)] == nil)
        #expect(file.damage?.tag == Tag(0x10, 0x20))
        #expect(file.damage?.reason == .truncated(needed: 4, available: 2))
    }

    @Test("pixel data cut short are told from what the element states")
    func shortPixelData() throws {
        let file = try read(Explicit.file(Explicit.identity + pixels.dropLast(1)))
        guard case .native(_, let length, let available) = file.pixelData?.form else {
            Issue.record("no native pixel data")
            return
        }
        #expect((length, available) == (4, 3))
    }

    @Test("fragments, offset table and delimiter of encapsulated pixel data are located")
    func encapsulated() throws {
        let bytes = Explicit.file(
            Explicit.identity
                + Explicit.long(0x7FE0, 0x0010, "OB", [], length: Explicit.undefined)
                + Explicit.item(Explicit.word32(0) + Explicit.word32(20)) + Explicit.item([0xFF, 0xD8, 1, 2])
                + Explicit.item([5, 6]) + Explicit.item([0xFF, 0xD8, 7, 8]) + Explicit.sequenceDelimiter
                + Explicit.short(0x7FE1, 0x10, "LO", "X "), transferSyntax: "1.2.840.10008.1.2.4.70")
        let file = try read(bytes)
        guard case .encapsulated(let pixels) = file.pixelData?.form else {
            Issue.record("not encapsulated")
            return
        }
        #expect(pixels.isComplete)
        #expect(pixels.basicOffsetTable == [0, 20])
        #expect(pixels.fragments.map(\.length) == [4, 2, 4])
        #expect(pixels.fragments.map(\.startsCodestream) == [true, false, true])
        #expect(file.dataSet.string(Tag(0x7FE1, 0x10)) == "X")
        let frames = pixels.fragmentsOfFrames(
            numberOfFrames: 2, transferSyntax: file.transferSyntax, extendedOffsets: [])
        #expect(frames == nil || frames == [0..<2, 2..<3])
    }

    @Test("a long value stays in the file and its place is known")
    func deferred() throws {
        let long = [UInt8](repeating: 7, count: 1 << 20 | 2)
        let head = Explicit.file(Explicit.identity)
        let file = try read(
            head + Explicit.long(0x42, 0x11, "OB", long) + Explicit.short(0x43, 0x10, "LO", "AFTER "))
        let element = try #require(file.dataSet[Tag(0x42, 0x11)])
        #expect(element.deferredFileOffset == UInt64(head.count + 12))
        #expect(element.length == long.count)
        #expect(file.dataSet.string(Tag(0x43, 0x10)) == "AFTER")
    }

    @Test("no prefix of a file and no damaged byte makes the reader trap")
    func hostile() {
        let bytes = Explicit.file(
            Explicit.identity
                + Explicit.long(8, 0x1140, "SQ", Explicit.item(Explicit.identity) + Explicit.item([]))
                + Explicit.long(8, 0x2112, "SQ", [], length: Explicit.undefined)
                + Explicit.item(Explicit.identity + Explicit.itemDelimiter, length: Explicit.undefined)
                + Explicit.sequenceDelimiter + pixels)
        for count in 0...bytes.count { _ = try? read(Array(bytes.prefix(count))) }
        var random = SystemRandomNumberGenerator()
        for _ in 0..<20_000 {
            var damaged = bytes
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                damaged[Int.random(in: 128..<damaged.count, using: &random)] = .random(in: 0...255, using: &random)
            }
            if let file = try? read(damaged) {
                for element in file.dataSet {
                    _ = (element.doubles, element.strings, element.items.count)
                }
                _ = Encoder.encode(DataSetBuilder(copying: file.dataSet))
            }
        }
    }
}
