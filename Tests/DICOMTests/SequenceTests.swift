import DICOM
import Testing

@Suite("Sequences")
struct SequenceTests {
    private let inner = Explicit.short(8, 0x1150, "UI", "1.2\0") + Explicit.short(8, 0x1155, "UI", "1.9\0")

    private func dataSet(_ sequence: [UInt8]) throws -> DataSet {
        let file = try read(Explicit.file(Explicit.identity + sequence + Explicit.short(0x10, 0x20, "LO", "ID")))
        #expect(file.damage == nil)
        #expect(file.dataSet.string(Tag(0x10, 0x20)) == "ID")
        return file.dataSet
    }

    @Test("defined and undefined lengths give the same items")
    func lengths() throws {
        let defined = Explicit.long(8, 0x1140, "SQ", Explicit.item(inner) + Explicit.item(inner))
        let undefinedItem = Explicit.item(inner + Explicit.itemDelimiter, length: Explicit.undefined)
        let undefined = Explicit.long(
            8, 0x1140, "SQ", undefinedItem + undefinedItem + Explicit.sequenceDelimiter, length: Explicit.undefined)
        let left = try dataSet(defined)
        let right = try dataSet(undefined)
        for items in [left.items(Tag(8, 0x1140)), right.items(Tag(8, 0x1140))] {
            #expect(items.map { $0.string(Tag(8, 0x1155)) } == ["1.9", "1.9"])
        }
        let leftElement = try #require(left[Tag(8, 0x1140)])
        let rightElement = try #require(right[Tag(8, 0x1140)])
        #expect(leftElement.hasSameValue(as: rightElement))
        #expect(leftElement.itemCount == 2)
        #expect(left.firstItem(Tag(8, 0x1140))?.string(Tag(8, 0x1150)) == "1.2")
    }

    @Test("an empty sequence has no items, in either form")
    func empty() throws {
        let defined = try dataSet(Explicit.long(8, 0x1140, "SQ", []))
        let undefined = try dataSet(
            Explicit.long(8, 0x1140, "SQ", Explicit.sequenceDelimiter, length: Explicit.undefined))
        #expect(defined.items(Tag(8, 0x1140)).isEmpty && undefined.items(Tag(8, 0x1140)).isEmpty)
        #expect(defined.firstItem(Tag(8, 0x1140)) == nil && undefined.firstItem(Tag(8, 0x1140)) == nil)
    }

    @Test("UN of undefined length holds a sequence in Implicit VR Little Endian (PS3.5 6.2.2)")
    func unknown() throws {
        let implicit = Explicit.tag(8, 0x1155) + Explicit.word32(4) + Array("1.9\0".utf8)
        let set = try dataSet(
            Explicit.long(
                9, 0x1001, "UN", Explicit.item(implicit) + Explicit.sequenceDelimiter, length: Explicit.undefined))
        #expect(set.items(Tag(9, 0x1001)).first?.string(Tag(8, 0x1155)) == "1.9")
        let written = Encoder.encode(DataSetBuilder(copying: set))
        let again = try read(Explicit.file(written))
        #expect(again.dataSet.items(Tag(9, 0x1001)).first?.string(Tag(8, 0x1155)) == "1.9")
    }

    @Test("an item that claims more than its sequence has damages that sequence, not what stands before it")
    func overlongItem() throws {
        let file = try read(
            Explicit.file(
                Explicit.identity
                    + Explicit.long(8, 0x1140, "SQ", Explicit.item(inner, length: UInt32(inner.count + 90)))
                    + Explicit.short(0x10, 0x20, "LO", "ID")))
        #expect(file.damage != nil)
        #expect(file.dataSet.string(Tag(8, 0x18)) == "1.2.3.4")
    }

    @Test("sequences nested a thousand deep are refused")
    func depth() throws {
        var nested: [UInt8] = []
        for _ in 0..<1000 {
            nested +=
                Explicit.long(8, 0x1140, "SQ", [], length: Explicit.undefined)
                + Explicit.item([], length: Explicit.undefined)
        }
        let file = try read(Explicit.file(Explicit.identity + nested))
        #expect(file.damage?.reason == .nestedTooDeep)
    }

    /// A file that begins with `head` and goes on with zeros, as a sparse file does.
    private final class SparseSource: ByteSource {
        let head: [UInt8]
        let size: Int
        private(set) var bytesRead = 0

        init(head: [UInt8], size: Int) {
            self.head = head
            self.size = size
        }

        func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(ParseError) -> Int {
            let count = max(0, min(buffer.count, size - offset))
            UnsafeMutableRawBufferPointer(rebasing: buffer[..<count]).initializeMemory(as: UInt8.self, repeating: 0)
            for (position, byte) in head.dropFirst(offset).prefix(count).enumerated() { buffer[position] = byte }
            bytesRead += count
            return count
        }
    }

    @Test("a nested value of hundreds of megabytes is not read, and the elements before it are there")
    func longNestedValue() throws {
        let length = 600 << 20
        let value = Explicit.long(8, 0x1000, "OB", [], length: UInt32(length))
        let nested = Explicit.item(value, length: Explicit.undefined)
        let head = Explicit.file(
            Explicit.identity + Explicit.long(0x5009, 0x1010, "SQ", nested, length: Explicit.undefined))
        let source = SparseSource(head: head, size: head.count + length + 100)
        let file = try DICOMFile(header: source)
        #expect(file.damage?.reason == .tooLarge(length))
        #expect(file.dataSet.string(Tag(8, 0x18)) == "1.2.3.4")
        #expect(source.bytesRead < 1 << 20)
    }

    @Test("of a file without end no more is held than a header can be")
    func endless() throws {
        let head = Explicit.file(Explicit.identity)
        let file = try DICOMFile(header: SparseSource(head: head, size: 4 << 30))
        guard case .tooLarge = file.damage?.reason else {
            Issue.record("\(String(describing: file.damage))")
            return
        }
        #expect(file.dataSet.string(Tag(8, 0x18)) == "1.2.3.4")
        // Its bytes and what is known of its elements.
        #expect(file.dataSet.byteCount <= 256 << 20)
    }
}
