import DICOM
import Testing

@Suite("Writing")
struct EncoderTests {
    @Test("what was read is written byte for byte, delimiters and all")
    func asRead() throws {
        let inner = Explicit.short(8, 0x1155, "UI", "1.9\0")
        let body =
            Explicit.identity
            + Explicit.long(
                8, 0x1140, "SQ",
                Explicit.item(inner + Explicit.itemDelimiter, length: Explicit.undefined) + Explicit.sequenceDelimiter,
                length: Explicit.undefined) + Explicit.long(9, 0x1010, "UN", [1, 2, 3, 4])
        let file = try read(Explicit.file(body))
        let builder = DataSetBuilder(copying: file.dataSet)
        #expect(Encoder.encode(builder, sequenceForm: .asRead) == body)
        let defined = Encoder.encode(builder)
        #expect(defined.count == body.count - 16)
        #expect(try read(Explicit.file(defined)).dataSet.hasSameElements(as: file.dataSet))
    }

    @Test("values of odd length are padded as their VR asks")
    func padding() {
        var builder = DataSetBuilder()
        builder.set(Tag(0x10, 0x20), "ABC")
        builder.set(Tag(8, 0x18), "1.2")
        #expect(
            Encoder.encode(builder) == Explicit.short(8, 0x18, "UI", "1.2\0") + Explicit.short(0x10, 0x20, "LO", "ABC ")
        )
    }

    @Test("elements come in ascending order whatever the order they were set in")
    func order() {
        var builder = DataSetBuilder()
        for tag in [Tag(0x20, 0x13), Tag(8, 0x18), Tag(0x10, 0x20), Tag(0x20, 0x10)] { builder.setEmpty(tag) }
        #expect(builder.tags == builder.tags.sorted())
        builder.remove(Tag(0x10, 0x20))
        #expect(builder.tags == [Tag(8, 0x18), Tag(0x20, 0x10), Tag(0x20, 0x13)])
    }

    @Test("numbers are written in the VR of the dictionary")
    func numbers() throws {
        var builder = DataSetBuilder()
        builder.set(Tag(0x28, 0x10), 512)
        builder.set(Tag(0x20, 0x13), 7)
        builder.set(Tag(0x18, 0x50), 1.25)
        builder.set(Tag(0x18, 0x9087), 1000.0)
        builder.set(Tag(8, 0x16), "1.2")
        let set = try read(Explicit.file(Encoder.encode(builder))).dataSet
        #expect(set.integer(Tag(0x28, 0x10)) == 512)
        #expect(set.string(Tag(0x20, 0x13)) == "7")
        #expect(set.double(Tag(0x18, 0x50)) == 1.25)
        #expect(set.double(Tag(0x18, 0x9087)) == 1000)
    }

    @Test("big-endian values are turned when they are written little-endian")
    func byteOrder() throws {
        let bytes = Explicit.file(
            [0, 8, 0, 0x16] + Array("UI".utf8) + [0, 4] + Array("1.2\0".utf8) + [0, 0x28, 0, 0x10] + Array("US".utf8)
                + [0, 2, 1, 2], transferSyntax: "1.2.840.10008.1.2.2")
        let file = try read(bytes)
        #expect(
            Encoder.encode(DataSetBuilder(copying: file.dataSet))
                == Explicit.short(8, 0x16, "UI", "1.2\0") + Explicit.short(0x28, 0x10, "US", [2, 1]))
        #expect(
            Encoder.encode(DataSetBuilder(copying: file.dataSet), encoding: .explicitBigEndian)
                == Array(bytes.dropFirst(132 + 8 + 20)))
    }

    @Test("a text too long for the short form of its VR is written as UN (PS3.5 6.2.2)")
    func overlong() throws {
        let text = String(repeating: "1\\", count: 40_000)
        var builder = DataSetBuilder()
        builder.set(Tag(8, 0x16), "1.2")
        builder.set(Tag(0x3006, 0x50), text)
        let set = try read(Explicit.file(Encoder.encode(builder))).dataSet
        #expect(set[Tag(0x3006, 0x50)]?.vr == .UN)
        #expect(set[Tag(0x3006, 0x50)]?.length == text.utf8.count)
    }

    @Test("a file header carries the UIDs and its own length")
    func fileHeader() throws {
        let header = FileHeader.encode(
            mediaStorageSOPClassUID: "1.2.3", mediaStorageSOPInstanceUID: "1.2.4",
            transferSyntax: .explicitVRLittleEndian, implementationClassUID: "1.2.5", implementationVersionName: "X")
        let file = try read(header + Explicit.identity)
        #expect(file.hasPreamble)
        #expect(file.fileMeta.string(Tag(2, 3)) == "1.2.4")
        #expect(file.fileMeta.integer(Tag(2, 0)) == header.count - 132 - 12)
        #expect(file.dataSetOffset == header.count)
    }
}
