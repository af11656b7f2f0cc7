import ByteLayout
import DICOM
import Testing

@testable import Conversion

@Suite("Pixel Data longer than 32 bits can say")
struct LongPixelDataTests {
    /// Frames of so many bytes, of one source each.
    private func frames(_ count: Int, length: UInt64) -> [SynthesizedFile.SourceFrameBytes] {
        (0..<count).map { .init(source: $0, frame: FrameBytes(runs: [1000..<1000 + length])) }
    }

    private func encapsulated(_ count: Int, length: UInt64) throws -> SynthesizedFile {
        var file = SynthesizedFile(header: [], of: [])
        try file.appendEncapsulatedPixelData(frames(count, length: length))
        return file
    }

    private func words(_ file: SynthesizedFile, at offset: Int, _ count: Int) -> [UInt64] {
        (0..<count).map { word in
            (0..<8).reduce(0) { $0 | UInt64(file.bytes[offset + word * 8 + $1]) << UInt64(8 * $1) }
        }
    }

    @Test("offsets of 32 bits are in the Basic Offset Table, the first that needs more makes an Extended one")
    func tables() throws {
        // Item headers of eight bytes are counted.
        let short = try encapsulated(2, length: 1 << 31)
        #expect(short.layout.size == 12 + 8 + 8 + 2 * (1 << 31 + 8) + 8)
        #expect(short.bytes.prefix(4) == [0xE0, 0x7F, 0x10, 0x00])
        #expect(short.bytes[20..<28].elementsEqual([0, 0, 0, 0, 8, 0, 0, 0x80]))

        let long = try encapsulated(3, length: 1 << 31)
        #expect(long.bytes[..<6].elementsEqual([0xE0, 0x7F, 0x01, 0x00] + Array("OV".utf8)))
        #expect(words(long, at: 12, 3) == [0, 1 << 31 + 8, 1 << 32 + 16])
        #expect(long.bytes[36..<42].elementsEqual([0xE0, 0x7F, 0x02, 0x00] + Array("OV".utf8)))
        #expect(words(long, at: 48, 3) == [1 << 31, 1 << 31, 1 << 31])
        // The Basic Offset Table is there, and empty (PS3.5 A.4).
        #expect(
            long.bytes[72..<92].elementsEqual(
                [0xE0, 0x7F, 0x10, 0x00] + Array("OB".utf8) + [
                    0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFE, 0xFF, 0x00, 0xE0, 0, 0, 0, 0,
                ]))
        #expect(long.layout.size == 72 + 12 + 8 + 3 * (1 << 31 + 8) + 8)
        // Ranges far behind the fourth gibibyte are those of the last source.
        var pieces: [Extent] = []
        long.layout.forEachPiece(of: long.layout.size - 18..<long.layout.size - 8) { pieces.append($0) }
        #expect(
            pieces == [
                Extent(
                    start: long.layout.size - 18, length: 10,
                    origin: .source(2, offset: 1000 + 1 << 31 - 10, transform: .identity))
            ])
    }

    @Test("native Pixel Data as long as a length can say are written, longer ones never")
    func native() throws {
        var file = SynthesizedFile(header: [], of: [])
        try file.appendNativePixelData(frames(2, length: 0x7FFF_FFFE))
        #expect(file.layout.size == 12 + 0xFFFF_FFFC)
        #expect(file.bytes.suffix(4) == [0xFC, 0xFF, 0xFF, 0xFF])
        #expect(throws: ConversionReason.self) { try file.appendNativePixelData(frames(2, length: 1 << 31)) }
    }
}
