import ByteLayout
import DICOM
import Testing

@testable import Conversion

@Suite("Pixels of extracted frames")
struct ExtractedPixelTests {
    @Test("pixels of eight bits, of odd length too, are padded once")
    func bytes() throws {
        var fixture = ExtractionFixture(frameCount: 3)
        fixture.dataSet.set(.columns, 3, vr: .US)
        fixture.dataSet.set(.bitsAllocated, 8, vr: .US)
        fixture.setPixels([1, 2, 3, 4, 5, 6, 7, 8, 9], vr: .OB)
        #expect(try fixture.extracted([2]).pixels == [4, 5, 6, 0])
        #expect(try fixture.extracted([1, 3]).pixels == [1, 2, 3, 7, 8, 9])
    }

    @Test("packed bits are taken where frames begin at bytes")
    func bits() throws {
        var fixture = ExtractionFixture(frameCount: 3)
        fixture.dataSet.set(.columns, 16, vr: .US)
        fixture.dataSet.set(.bitsAllocated, 1, vr: .US)
        fixture.setPixels([1, 2, 3, 4, 5, 6], vr: .OB)
        #expect(try fixture.extracted([2, 3]).pixels == [3, 4, 5, 6])
    }

    /// An image of one bit, its pixels by frame, and the bytes they are packed in.
    private func packed(rows: Int, columns: Int, frameCount: Int, seed: Int = 1) -> (
        fixture: ExtractionFixture, frames: [[Bool]]
    ) {
        var fixture = ExtractionFixture(frameCount: frameCount, sopClassUID: "1.2.840.10008.5.1.4.1.1.66.4")
        fixture.dataSet.set(.rows, rows, vr: .US)
        fixture.dataSet.set(.columns, columns, vr: .US)
        fixture.dataSet.set(.bitsAllocated, 1, vr: .US)
        var state = UInt32(seed)
        let frames = (0..<frameCount).map { _ in
            (0..<rows * columns).map { _ -> Bool in
                state = state &* 1_664_525 &+ 1_013_904_223
                return state >> 31 == 1
            }
        }
        fixture.setPixels(Self.bytes(of: Array(frames.joined())), vr: .OB)
        return (fixture, frames)
    }

    /// Bits packed by the definition, the first in the lowest bit, to an even number of bytes.
    private static func bytes(of bits: [Bool]) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: (bits.count + 15) / 16 * 2)
        for (number, isSet) in bits.enumerated() where isSet { bytes[number / 8] |= 1 << UInt8(number % 8) }
        return bytes
    }

    @Test(
        "packed bits are taken wherever frames begin, with zeros behind the last (PS3.5 8.1.1)",
        arguments: [(3, 3), (1, 12), (5, 7), (2, 8), (7, 9), (13, 11)])
    func packedFrames(rows: Int, columns: Int) throws {
        let (fixture, frames) = packed(rows: rows, columns: columns, frameCount: 11)
        for list in [
            [1], [2], [11], [1, 2, 3], [2, 3, 4], [1, 3], [2, 4, 5, 9, 11], [1, 11], Array(1...11), [3, 5, 7, 9],
        ] {
            let expected = Self.bytes(of: list.flatMap { frames[$0 - 1] })
            #expect(try fixture.extracted(list).pixels == expected, "\(list)")
        }
    }

    @Test("bits that were packed in a deflated file are those of its data set")
    func deflatedBits() throws {
        let (fixture, frames) = packed(rows: 3, columns: 5, frameCount: 4)
        let source = try Deflated.file(fixture.bytes)
        let extraction = try FrameExtraction(try DICOMFile(header: MemoryByteSource(source)))
        let file = try extraction.synthesize(try #require(FrameList([2, 4])))
        let bytes = file.materialized([source])
        #expect(Array(bytes.suffix(4)) == Self.bytes(of: frames[1] + frames[3]))
    }

    @Test("bits of an instance that is made of another are taken from where that has them")
    func bitsOverBits() throws {
        let (fixture, frames) = packed(rows: 3, columns: 5, frameCount: 9)
        let source = fixture.bytes
        // What a view made of the file: other attributes before the same pixels.
        let pixels = try #require(try DICOMFile(header: MemoryByteSource(source)).pixelData)
        guard case .native(let offset, let length, _) = pixels.form else { return }
        var parent = SynthesizedFile(bytes: Array(source[0..<Int(offset)]), layout: Layout())
        parent.layout.append(length: offset, from: .synthesized(offset: 0))
        parent.layout.append(length: length, from: .source(0, offset: offset, transform: .identity))
        let extraction = try FrameExtraction(try DICOMFile(header: MemoryByteSource(source)))
        for list in [[2], [2, 5], [1, 9], [3, 4, 8]] {
            let file = try extraction.synthesize(try #require(FrameList(list))).over(parent)
            let expected = Self.bytes(of: list.flatMap { frames[$0 - 1] })
            #expect(Array(file.materialized([source]).suffix(expected.count)) == expected)
        }
    }

    @Test("frames of bits that the file does not have, or of eight pixels and fewer, say why")
    func refusedBits() throws {
        var short = packed(rows: 3, columns: 3, frameCount: 4).fixture
        short.setPixels([1, 2, 3, 4], vr: .OB)
        #expect(try short.reason()?.code == .pixelDataTruncated)
        #expect(try packed(rows: 1, columns: 7, frameCount: 4).fixture.reason()?.tag == .bitsAllocated)
        #expect(try packed(rows: 1, columns: 8, frameCount: 4).fixture.reason() == nil)
    }

    @Test("floating point numbers and subsampled colors are frames too")
    func otherPixels() throws {
        var fixture = ExtractionFixture(frameCount: 2)
        fixture.dataSet.set(.bitsAllocated, 32, vr: .US)
        fixture.setPixels([1, 2, 3, 4, 5, 6, 7, 8], vr: .OF, tag: .floatPixelData)
        let floats = try fixture.extracted([2])
        #expect(floats.pixels == [5, 6, 7, 8])
        #expect(floats.file.pixelData?.tag == .floatPixelData)

        var colors = ExtractionFixture(frameCount: 2)
        colors.dataSet.set(.columns, 2, vr: .US)
        colors.dataSet.set(.samplesPerPixel, 3, vr: .US)
        colors.dataSet.set(.bitsAllocated, 8, vr: .US)
        colors.dataSet.set(.photometricInterpretation, "YBR_FULL_422")
        colors.setPixels([1, 2, 3, 4, 5, 6, 7, 8], vr: .OB)
        #expect(try colors.extracted([2]).pixels == [5, 6, 7, 8])
    }

    @Test("the fragments of a frame become one, behind a table of offsets", arguments: [true, false])
    func fragments(hasOffsets: Bool) throws {
        var fixture = ExtractionFixture(frameCount: 3)
        fixture.transferSyntax = .jpeg2000Lossless
        fixture.setFragments(
            [[[0xFF, 0x4F, 1, 1], [1, 1]], [[0xFF, 0x4F, 2, 2]], [[0xFF, 0x4F, 3, 3], [3, 3]]], hasOffsets: hasOffsets)
        let extracted = try fixture.extracted([1, 3])
        #expect(extracted.file.transferSyntax == .jpeg2000Lossless)
        #expect(extracted.pixels == [0xFF, 0x4F, 1, 1, 1, 1, 0xFF, 0x4F, 3, 3, 3, 3])
        guard case .encapsulated(let pixels)? = extracted.file.pixelData?.form else {
            Issue.record("not encapsulated")
            return
        }
        #expect(pixels.fragments.map(\.length) == [6, 6])
        #expect(pixels.basicOffsetTable == [0, 14])
    }

    @Test("what has no frames of its own says why")
    func refused() throws {
        var video = ExtractionFixture(frameCount: 2)
        video.transferSyntax = TransferSyntax(uid: "1.2.840.10008.1.2.4.102")
        video.setFragments([[[0, 0, 0, 1]]], hasOffsets: false)
        #expect(try video.reason()?.code == .transferSyntax)

        var fragments = ExtractionFixture(frameCount: 2)
        fragments.transferSyntax = .jpeg2000Lossless
        fragments.setFragments([[[1, 1], [2, 2], [3, 3]]], hasOffsets: false)
        #expect(try fragments.reason()?.code == .transferSyntax)

        var short = ExtractionFixture(frameCount: 3)
        short.setPixels([1, 0, 2, 0])
        #expect(try short.reason()?.code == .pixelDataTruncated)

        var groups = ClassicFixture(ConversionFamily.mr.enhanced, modality: "MR", frameCount: 3)
        groups.topLevel.set(.numberOfFrames, "2")
        let file = try DICOMFile(header: MemoryByteSource(groups.bytes))
        #expect(throws: ConversionReason.self) { try FrameExtraction(file) }
    }
}
