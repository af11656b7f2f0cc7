import CZlib
import Testing

@testable import DICOM

/// Bytes of a file, and how many of them were asked for.
private final class CountingByteSource: ByteSource {
    let bytes: [UInt8]
    private(set) var count = 0
    /// How many reads are answered from now on.
    var refusesAfter = Int.max

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var size: Int { bytes.count }

    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(ParseError) -> Int {
        if refusesAfter <= 0 { throw ParseError(.unreadable(errno: 5), offset: offset) }
        refusesAfter -= 1
        let found = try MemoryByteSource(bytes).read(into: buffer, at: offset)
        count += found
        return found
    }
}

/// - Parameter windowBits: -15 for raw deflate data, 15 for those with zlib's header and check.
private func deflated(_ bytes: [UInt8], level: Int32 = 6, windowBits: Int32 = -15) -> [UInt8] {
    var stream = z_stream()
    czlib_deflateInit2(&stream, level, windowBits)
    defer { deflateEnd(&stream) }
    var input = bytes
    var output = [UInt8](repeating: 0, count: Int(deflateBound(&stream, UInt(bytes.count))))
    let count = output.count
    input.withUnsafeMutableBufferPointer { source in
        output.withUnsafeMutableBufferPointer { target in
            stream.next_in = source.baseAddress
            stream.avail_in = UInt32(source.count)
            stream.next_out = target.baseAddress
            stream.avail_out = UInt32(target.count)
            _ = deflate(&stream, Z_FINISH)
        }
    }
    return Array(output.prefix(count - Int(stream.avail_out)))
}

@Suite("A deflated data set")
struct InflatedSourceTests {
    /// Runs, noise, and repetition from far back: blocks of all kinds.
    private static let content: [UInt8] = {
        var random = SystemRandomNumberGenerator()
        var bytes: [UInt8] = []
        while bytes.count < 600_000 {
            switch Int.random(in: 0..<3, using: &random) {
            case 0: bytes += [UInt8](repeating: .random(in: 0...255), count: .random(in: 1...20_000))
            case 1: bytes += (0..<Int.random(in: 1...20_000)).map { _ in UInt8.random(in: 0...255) }
            default:
                let start = Int.random(in: 0...bytes.count / 2)
                bytes += bytes[start..<min(start + 15_000, bytes.count)]
            }
        }
        return bytes
    }()

    private func read(_ source: InflatedSource, _ range: Range<Int>) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: range.count)
        let count = try bytes.withUnsafeMutableBytes { try source.read(into: $0, at: range.lowerBound) }
        return Array(bytes.prefix(count))
    }

    @Test("any range is what was deflated, in whatever order it is read", arguments: [0, 1, 6, 9] as [Int32])
    func ranges(level: Int32) throws {
        let content = Self.content
        let prefix: [UInt8] = [1, 2, 3]
        for windowBits in [-15, 15] as [Int32] {
            let file = MemoryByteSource(prefix + deflated(content, level: level, windowBits: windowBits))
            let source = try InflatedSource(file, from: 3, mostRestartPoints: 5, distance: 1000)
            for measured in [false, true] {
                if measured {
                    try source.measure()
                    #expect(source.size == content.count)
                }
                for _ in 0..<60 {
                    let start = Int.random(in: 0..<content.count)
                    let end = min(start + Int.random(in: 1...30_000), content.count)
                    #expect(try read(source, start..<end).elementsEqual(content[start..<end]))
                }
            }
            #expect(try read(source, content.count - 10..<content.count + 10).count == 10)
            #expect(try read(source, content.count..<content.count + 1).isEmpty)
        }
    }

    @Test("a read far behind the beginning inflates from a place near it")
    func nearby() throws {
        let content = Self.content
        let file = CountingByteSource(deflated(content))
        let source = try InflatedSource(file, from: 0, distance: 50_000)
        try source.measure()
        for start in [590_000, 10, 580_000, 300_000] {
            let before = file.count
            #expect(try read(source, start..<start + 100).elementsEqual(content[start..<start + 100]))
            #expect(file.count - before < 3 * (64 << 10))
        }
        // On from where the last read ended.
        let before = file.count
        #expect(try read(source, 300_100..<300_200).elementsEqual(content[300_100..<300_200]))
        #expect(file.count == before)
    }

    @Test("a read that the source refuses is an error, and spoils none after it")
    func refused() throws {
        let content = Self.content
        let file = CountingByteSource(deflated(content))
        let source = try InflatedSource(file, from: 0, distance: 50_000)
        try source.measure()
        for _ in 0..<100 {
            file.refusesAfter = Int.random(in: 0...2)
            let start = Int.random(in: 0..<content.count - 100)
            _ = try? read(source, start..<start + 100)
            file.refusesAfter = .max
            let other = Int.random(in: 0..<content.count - 100)
            #expect(try read(source, other..<other + 100).elementsEqual(content[other..<other + 100]))
        }
    }

    @Test("data that break off or break end there; what is no deflated data at all is refused")
    func damaged() throws {
        let content = Self.content
        let whole = deflated(content)
        let short = try InflatedSource(MemoryByteSource(Array(whole.prefix(whole.count / 2))), from: 0)
        try short.measure()
        #expect(short.size > 0 && short.size < content.count && short.damage == nil)
        #expect(try read(short, 0..<1000).elementsEqual(content[..<1000]))
        var broken = whole
        for index in whole.count / 2..<whole.count / 2 + 200 { broken[index] = 0xFF }
        let source = try InflatedSource(MemoryByteSource(broken), from: 0)
        try source.measure()
        #expect(source.size <= content.count + 70_000)
        for bytes in [[UInt8](repeating: 0xFF, count: 100), []] {
            #expect(throws: ParseError.self) {
                let source = try InflatedSource(MemoryByteSource(bytes), from: 0)
                try source.measure()
            }
        }
    }

    @Test("a file is read as if it were not deflated; pixel data are where they are in the inflated data set")
    func file() throws {
        let pixels = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ $0 >> 9) }
        let dataSet =
            Explicit.identity + Explicit.long(0x7FE0, 0x10, "OW", pixels)
            + Explicit.short(0x7FE1, 0x10, "LO", "Maker ")
        let syntax = "1.2.840.10008.1.2.1.99"
        let file = Explicit.file(deflated(dataSet), transferSyntax: syntax)
        let read = try DICOMTests.read(file)
        #expect(read.isDeflated && read.damage == nil)
        #expect(read.dataSet.string(Tag(0x7FE1, 0x10)) == "Maker")
        guard case .native(let offset, let length, let available)? = read.pixelData?.form else {
            Issue.record("no native pixel data")
            return
        }
        #expect(offset == UInt64(Explicit.identity.count + 12) && length == 3_000_000 && available == length)
        let inflated = try InflatedSource(ofFile: MemoryByteSource(file))
        let start = Int(offset) + 2_000_000
        #expect(try self.read(inflated, start..<start + 50).elementsEqual(pixels[2_000_000..<2_000_050]))

        let cut = try DICOMTests.read(Array(file.prefix(file.count * 3 / 4)))
        guard case .native(_, let stated, let rest)? = cut.pixelData?.form else {
            Issue.record("no native pixel data")
            return
        }
        #expect(stated == 3_000_000 && rest < stated)
    }
}
