import ByteLayout
import Conversion
import DICOM
import Testing

@Suite("Pixel data of classic instances")
struct ClassicPixelDataTests {
    static let sopClass = ConversionFamily.mr.enhanced

    /// The bytes behind the element header of Pixel Data.
    private func pixels(_ fixture: ClassicFixture, frameIndex: Int) throws -> [UInt8] {
        let source = try #require(try fixture.materialization())
        let bytes = source.materialize(try source.file(frameIndex: frameIndex))
        let file = try DICOMFile(header: MemoryByteSource(bytes))
        let offset = Int(try #require(file.pixelData).elementOffset)
        return Array(bytes[(offset + 12)...])
    }

    private func reason(_ fixture: ClassicFixture) throws -> ConversionReason.Code? {
        let source = try #require(try fixture.materialization())
        do {
            _ = try source.file(frameIndex: 0)
            return nil
        } catch let failure as SynthesisFailure {
            return failure.reason.code
        }
    }

    @Test("a native frame is its own bytes")
    func native() throws {
        let fixture = ClassicFixture(Self.sopClass, modality: "MR", frameCount: 3)
        #expect(try pixels(fixture, frameIndex: 2) == [3, 0])
    }

    @Test("frames of a deflated file are those of the file it was made of")
    func deflated() throws {
        let fixture = ClassicFixture(Self.sopClass, modality: "MR", frameCount: 3)
        let (plain, deflated) = (
            try #require(try fixture.materialization()),
            try #require(try ClassicMaterialization(Deflated.file(fixture.bytes)))
        )
        for frameIndex in 0..<3 {
            let file = try deflated.file(frameIndex: frameIndex)
            #expect(file.layout.inflatedSources == [0])
            #expect(deflated.materialize(file) == plain.materialize(try plain.file(frameIndex: frameIndex)))
        }
    }

    @Test("a frame of an odd number of bytes is found and padded")
    func oddFrames() throws {
        var fixture = ClassicFixture(Self.sopClass, modality: "MR", frameCount: 2)
        fixture.topLevel.set(.columns, 3, vr: .US)
        fixture.topLevel.set(.bitsAllocated, 8, vr: .US)
        var encoder = Encoder(encoding: .explicitLittleEndian)
        encoder.append(.value(.OB, [1, 2, 3, 4, 5, 6]), tag: .pixelData)
        fixture.pixelData = encoder.bytes
        #expect(try pixels(fixture, frameIndex: 1) == [4, 5, 6, 0])
    }

    @Test("words of a big-endian source are swapped")
    func bigEndian() throws {
        var fixture = ClassicFixture(Self.sopClass, modality: "MR", frameCount: 2)
        fixture.transferSyntax = .explicitVRBigEndian
        #expect(try pixels(fixture, frameIndex: 1) == [2, 0])
    }

    @Test("the fragments of a frame become one, in the same transfer syntax")
    func fragments() throws {
        var fixture = ClassicFixture(Self.sopClass, modality: "MR", frameCount: 2)
        fixture.transferSyntax = .jpeg2000Lossless
        let item: [UInt8] = [0xFE, 0xFF, 0x00, 0xE0]
        var encoder = Encoder(encoding: .explicitLittleEndian)
        encoder.appendHeader(tag: .pixelData, vr: .OB, length: .max)
        fixture.pixelData =
            encoder.bytes + item + [0, 0, 0, 0] + item + [4, 0, 0, 0, 0xFF, 0x4F, 1, 1] + item
            + [4, 0, 0, 0, 0xFF, 0x4F, 2, 2] + item + [2, 0, 0, 0, 3, 3] + [0xFE, 0xFF, 0xDD, 0xE0, 0, 0, 0, 0]
        let source = try #require(try fixture.materialization())
        let bytes = source.materialize(try source.file(frameIndex: 1))
        let file = try DICOMFile(header: MemoryByteSource(bytes))
        #expect(file.transferSyntax == .jpeg2000Lossless)
        guard case .encapsulated(let found)? = file.pixelData?.form else {
            Issue.record("not encapsulated")
            return
        }
        #expect(found.isComplete)
        #expect(found.fragments.map(\.length) == [6])
        let offset = Int(found.fragments.first?.offset ?? 0)
        #expect(Array(bytes[offset..<offset + 6]) == [0xFF, 0x4F, 2, 2, 3, 3])
    }

    @Test("what cannot be taken out says why")
    func reasons() throws {
        var short = ClassicFixture(Self.sopClass, modality: "MR", frameCount: 2)
        short.pixelData = Array(short.bytes.suffix(16).dropLast(2))
        #expect(try reason(short) == .pixelDataTruncated)

        var miscounted = ClassicFixture(Self.sopClass, modality: "MR", frameCount: 2)
        miscounted.perFrame.removeLast()
        #expect(try reason(miscounted) == .inconsistentFrames)

        var bare = ClassicFixture(Self.sopClass, modality: "MR", frameCount: 2)
        bare.perFrame = []
        #expect(try reason(bare) == .missingFunctionalGroups)

        var placeless = ClassicFixture(Self.sopClass, modality: "MR", frameCount: 1)
        placeless.perFrame[0].remove(.planePositionSequence)
        #expect(try reason(placeless) == .missingAttribute)
    }
}
