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

    @Test("packed bits are taken where frames begin at bytes, else there is a reason")
    func bits() throws {
        var fixture = ExtractionFixture(frameCount: 3)
        fixture.dataSet.set(.columns, 16, vr: .US)
        fixture.dataSet.set(.bitsAllocated, 1, vr: .US)
        fixture.setPixels([1, 2, 3, 4, 5, 6], vr: .OB)
        #expect(try fixture.extracted([2, 3]).pixels == [3, 4, 5, 6])
        fixture.dataSet.set(.columns, 12, vr: .US)
        #expect(try fixture.reason()?.tag == .bitsAllocated)
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
