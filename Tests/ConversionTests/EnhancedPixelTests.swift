import Conversion
import DICOM
import Testing

@Suite("Pixels of enhanced instances")
struct EnhancedPixelTests {
    @Test("words of a big-endian source are swapped")
    func bigEndian() throws {
        var fixture = EnhancedFixture(2)
        fixture.transferSyntax = TransferSyntax(uid: "1.2.840.10008.1.2.2")
        let result = try fixture.synthesize()
        var expected = fixture.pixels.flatMap { $0 }
        for index in stride(from: 0, to: expected.count, by: 2) { expected.swapAt(index, index + 1) }
        #expect(result.pixels == expected)
        #expect(result.dataSet.integer(.rows) == EnhancedFixture.rows)
    }

    @Test("13 bits become 16, cleared above or with the sign extended (X-10)")
    func bitsStored() throws {
        var fixture = EnhancedFixture(1)
        fixture.slices[0].set(.bitsStored, 13)
        fixture.slices[0].set(.highBit, 12)
        fixture.pixels[0] = [0xFF, 0xFF] + [0x01, 0x10] + Array(repeating: 0, count: 8)
        var result = try fixture.synthesize()
        #expect(result.dataSet.integer(.bitsStored) == 16 && result.dataSet.integer(.highBit) == 15)
        #expect(result.pixels.prefix(4) == [0xFF, 0x1F, 0x01, 0x10])
        #expect(result.unassignedShared.integer(.bitsStored) == 13)
        fixture.slices[0].set(.pixelRepresentation, 1)
        result = try fixture.synthesize()
        #expect(result.pixels.prefix(4) == [0xFF, 0xFF, 0x01, 0xF0])
    }

    @Test("an odd number of bytes is padded at the end alone")
    func oddFrames() throws {
        var fixture = EnhancedFixture(3, modality: .mr)
        for index in 0...2 {
            fixture.slices[index].set(.rows, 1)
            fixture.slices[index].set(.bitsAllocated, 8)
            fixture.slices[index].set(.bitsStored, 8)
            fixture.slices[index].set(.highBit, 7)
            fixture.pixels[index] = [UInt8(index), 2, 3, 0]
        }
        let result = try fixture.synthesize(fixture.plan(sopClassUID: ConversionFamily.mr.legacyConverted))
        #expect(result.pixels == [0, 2, 3, 1, 2, 3, 2, 2, 3, 0])
    }

    @Test("encapsulated frames are taken over in one fragment each, behind a Basic Offset Table")
    func encapsulated() throws {
        var fixture = EnhancedFixture(2)
        fixture.transferSyntax = TransferSyntax(uid: "1.2.840.10008.1.2.4.70")
        fixture.encapsulated = [[[0xFF, 0xD8], [1, 2, 3, 4]], [[0xFF, 0xD8, 5, 6]]]
        let result = try fixture.synthesize()
        #expect(result.file.transferSyntax == fixture.transferSyntax)
        guard case .encapsulated(let pixels) = result.file.pixelData?.form else {
            Issue.record("not encapsulated")
            return
        }
        #expect(pixels.isComplete && pixels.basicOffsetTable == [0, 14])
        let fragments = pixels.fragments.map { Array(result.bytes[Int($0.offset)..<Int($0.offset) + Int($0.length)]) }
        #expect(fragments == [[0xFF, 0xD8, 1, 2, 3, 4], [0xFF, 0xD8, 5, 6]])
    }

    @Test("compressed frames whose bits the target does not allow are left as received (X-9)")
    func compressedBits() throws {
        var fixture = EnhancedFixture(1)
        fixture.transferSyntax = TransferSyntax(uid: "1.2.840.10008.1.2.4.70")
        fixture.encapsulated = [[[0xFF, 0xD8]]]
        fixture.slices[0].set(.bitsStored, 14)
        fixture.slices[0].set(.highBit, 13)
        #expect(try fixture.failure()?.reason.tag == .bitsStored)
    }

    @Test("a slice with too few pixels is named, and never shifts the others")
    func truncated() throws {
        var fixture = EnhancedFixture(3)
        fixture.pixels[1].removeLast(2)
        #expect(try fixture.failure()?.source == 1)
        #expect(try fixture.failure()?.reason.code == .pixelDataTruncated)
    }
}
