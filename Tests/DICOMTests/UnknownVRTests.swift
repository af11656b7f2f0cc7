import DICOM
import Testing

@Suite("UN of attributes that the dictionary knows (PS3.5 6.2.2)")
struct UnknownVRTests {
    private static let uid = Array("1.9\0".utf8)

    private static func implicit(_ group: UInt16, _ element: UInt16, _ value: [UInt8]) -> [UInt8] {
        Explicit.tag(group, element) + Explicit.word32(UInt32(value.count)) + value
    }

    /// An item with Referenced SOP Instance UID and a private attribute.
    private static let items = Explicit.item(
        implicit(8, 0x1155, uid) + implicit(9, 0x10, Array("MAKER ".utf8)) + implicit(9, 0x1001, [1, 2]))

    @Test("a sequence of defined length is one, and is written as one")
    func sequence() throws {
        let file = try read(
            Explicit.file(
                Explicit.identity + Explicit.long(8, 0x1140, "UN", Self.items + Self.items)
                    + Explicit.short(0x10, 0x20, "LO", "ID")))
        #expect(file.damage == nil)
        let element = try #require(file.dataSet[Tag(8, 0x1140)])
        #expect(element.isSequence && element.itemCount == 2)
        #expect(element.items.map { $0.string(Tag(8, 0x1155)) } == ["1.9", "1.9"])
        #expect(file.dataSet.string(Tag(0x10, 0x20)) == "ID")
        let again = try read(Explicit.file(Encoder.encode(DataSetBuilder(copying: file.dataSet))))
        #expect(again.dataSet[Tag(8, 0x1140)]?.vr == .SQ)
        #expect(again.dataSet.items(Tag(8, 0x1140)).map { $0.string(Tag(8, 0x1155)) } == ["1.9", "1.9"])
    }

    @Test("a sequence nested in another is one, too, and so is one longer than a header holds of other values")
    func nestedAndLong() throws {
        let nested = try read(
            Explicit.file(
                Explicit.identity
                    + Explicit.long(8, 0x1115, "SQ", Explicit.item(Explicit.long(8, 0x1199, "UN", Self.items)))))
        #expect(nested.dataSet.firstItem(Tag(8, 0x1115))?.firstItem(Tag(8, 0x1199))?.string(Tag(8, 0x1155)) == "1.9")
        let many = Array(repeating: Self.items, count: (1 << 20) / Self.items.count + 1).flatMap { $0 }
        let long = try read(Explicit.file(Explicit.identity + Explicit.long(8, 0x1140, "UN", many)))
        #expect(long.dataSet[Tag(8, 0x1140)]?.itemCount == many.count / Self.items.count)
    }

    @Test("bytes that are no items stay bytes, and what follows is read")
    func noSequence() throws {
        for bytes in [
            [UInt8](repeating: 7, count: 16), Array(Self.items.dropLast(2)),
            // Explicit VR, which a UN may not hold.
            Explicit.item(Explicit.short(8, 0x1155, "UI", Self.uid)),
        ] {
            let file = try read(
                Explicit.file(
                    Explicit.identity + Explicit.long(8, 0x1140, "UN", bytes)
                        + Explicit.short(0x10, 0x20, "LO", "ID")))
            #expect(file.damage == nil)
            let element = try #require(file.dataSet[Tag(8, 0x1140)])
            #expect(!element.isSequence && element.vr == .UN && element.valueBytes == bytes)
            #expect(file.dataSet.string(Tag(0x10, 0x20)) == "ID")
        }
    }

    @Test("values are little-endian in a big-endian file, within such a sequence as well")
    func bigEndian() throws {
        func big(_ word: UInt16) -> [UInt8] { [UInt8(word >> 8), UInt8(word & 0xFF)] }
        func unknown(_ group: UInt16, _ element: UInt16, _ value: [UInt8]) -> [UInt8] {
            big(group) + big(element) + Array("UN".utf8) + [0, 0, 0, 0] + big(UInt16(value.count)) + value
        }
        let uid = big(8) + big(0x18) + Array("UI".utf8) + big(4) + Self.uid
        let frames = Explicit.item(Self.implicit(0x0028, 0x0010, [2, 1]))
        let file = try read(
            Explicit.file(
                uid + unknown(8, 0x1140, frames) + unknown(0x28, 0x10, [2, 1]),
                transferSyntax: "1.2.840.10008.1.2.2"))
        #expect(file.damage == nil)
        #expect(file.dataSet.integer(Tag(0x28, 0x10)) == 258)
        #expect(file.dataSet.firstItem(Tag(8, 0x1140))?.integer(Tag(0x28, 0x10)) == 258)
        let again = try read(Explicit.file(Encoder.encode(DataSetBuilder(copying: file.dataSet))))
        #expect(again.dataSet.integer(Tag(0x28, 0x10)) == 258)
        #expect(again.dataSet.firstItem(Tag(8, 0x1140))?.integer(Tag(0x28, 0x10)) == 258)
    }

    @Test("written as read, such a sequence is the same bytes, and an item of it is whole in another")
    func asRead() throws {
        let body = Explicit.identity + Explicit.long(8, 0x1140, "UN", Self.items)
        let set = try read(Explicit.file(body)).dataSet
        #expect(Encoder.encode(DataSetBuilder(copying: set), sequenceForm: .asRead) == body)
        var builder = DataSetBuilder(copying: set)
        builder.set(Tag(8, 0x1140), items: set.items(Tag(8, 0x1140)).map { DataSetBuilder(copying: $0) })
        let again = try read(Explicit.file(Encoder.encode(builder, sequenceForm: .asRead))).dataSet
        #expect(again.items(Tag(8, 0x1140)).map { $0.string(Tag(8, 0x1155)) } == ["1.9"])
    }
}
