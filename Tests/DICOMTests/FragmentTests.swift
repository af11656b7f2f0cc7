import DICOM
import Testing

@Suite("Fragments of frames")
struct FragmentTests {
    private static let first: [UInt8] = [0xFF, 0xD8, 1, 2]
    private static let more: [UInt8] = [3, 4, 5, 6]

    private func frames(
        _ fragments: [[UInt8]], table: [UInt32] = [], extended: [UInt64] = [], count: Int,
        syntax: String = "1.2.840.10008.1.2.4.70"
    ) throws -> [Range<Int>]? {
        let file = try read(
            Explicit.file(
                Explicit.identity + Explicit.long(0x7FE0, 0x10, "OB", [], length: Explicit.undefined)
                    + Explicit.item(table.flatMap { Explicit.word32($0) })
                    + fragments.flatMap { Explicit.item($0) } + Explicit.sequenceDelimiter, transferSyntax: syntax))
        guard case .encapsulated(let pixels) = file.pixelData?.form else { return nil }
        return pixels.fragmentsOfFrames(
            numberOfFrames: count, transferSyntax: file.transferSyntax, extendedOffsets: extended)
    }

    @Test("every frame begins with a codestream, whether a table says so or not")
    func right() throws {
        let fragments = [Self.first, Self.more, Self.first]
        #expect(try frames(fragments, count: 2) == [0..<2, 2..<3])
        #expect(try frames(fragments, table: [0, 24], count: 2) == [0..<2, 2..<3])
        #expect(try frames(fragments, extended: [0, 24], count: 2) == [0..<2, 2..<3])
        #expect(try frames([Self.first, Self.first], count: 2) == [0..<1, 1..<2])
        #expect(try frames([[0xFF, 0xD8], Self.more], count: 1) == [0..<2])
    }

    @Test("a table that cuts codestreams is not believed")
    func wrongTables() throws {
        let fragments = [Self.first, Self.more, Self.first]
        #expect(try frames(fragments, table: [0, 12], count: 2) == nil)
        #expect(try frames(fragments, table: [12, 0], count: 2) == nil)
        #expect(try frames(fragments, table: [0, 1000], count: 2) == nil)
        #expect(try frames(fragments, extended: [0, 12], count: 2) == nil)
    }

    @Test("as many fragments as frames are no frames if one is the rest of another, nor are two codestreams one frame")
    func wrongCounts() throws {
        #expect(try frames([Self.first, Self.more], count: 2) == nil)
        #expect(try frames([Self.first, Self.first], count: 1) == nil)
        #expect(try frames([Self.more], count: 1) == nil)
    }

    @Test("what has one fragment for each frame needs no beginning")
    func oneFragment() throws {
        let syntax = "1.2.840.10008.1.2.5"
        #expect(try frames([[1, 0, 0, 0], [1, 0, 0, 0]], count: 2, syntax: syntax) == [0..<1, 1..<2])
        #expect(try frames([[1, 0, 0, 0], [1, 0, 0, 0]], count: 1, syntax: syntax) == nil)
    }

    @Test("of two elements of pixel data the first is found, and that there is another")
    func repeated() throws {
        let one = Explicit.long(0x7FE0, 0x10, "OW", [1, 2, 3, 4])
        let file = try read(Explicit.file(Explicit.identity + one + Explicit.long(0x7FE0, 0x10, "OW", [5, 6])))
        let pixels = try #require(file.pixelData)
        guard case .native(_, let length, _) = pixels.form else {
            Issue.record("not native")
            return
        }
        #expect(pixels.isRepeated && length == 4)
        #expect(try read(Explicit.file(Explicit.identity + one)).pixelData?.isRepeated == false)
    }
}
