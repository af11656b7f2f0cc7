import Conversion
import DICOM
import Testing

@Suite("Overlays of multi-frame images")
struct ClassicOverlayTests {
    /// Planes of 8 by `columns` pixels.
    private func fixture(columns: Int, data: [UInt8], count: Int?, origin: Int?) -> ClassicFixture {
        var fixture = ClassicFixture(ConversionFamily.ct.enhanced, modality: "CT", frameCount: 3)
        for (tag, number) in [
            (Tag.overlayRows(inGroup: 0x6000), 8), (.overlayColumns(inGroup: 0x6000), columns),
            (.overlayBitsAllocated(inGroup: 0x6000), 1), (.overlayBitPosition(inGroup: 0x6000), 0),
        ] {
            fixture.topLevel.set(tag, [number], vr: .US)
        }
        if let count { fixture.topLevel.set(Tag(0x6000, 0x15), vr: .IS, bytes: Array("\(count) ".utf8)) }
        if let origin { fixture.topLevel.set(Tag(0x6000, 0x51), [origin], vr: .US) }
        fixture.topLevel.set(.overlayType(inGroup: 0x6000), "G")
        fixture.topLevel.set(.overlayOrigin(inGroup: 0x6000), [1, 1], vr: .SS)
        fixture.topLevel.set(.overlayData(inGroup: 0x6000), vr: .OW, bytes: data)
        return fixture
    }

    private func planes(_ fixture: ClassicFixture) throws -> [[UInt8]?] {
        let source = try #require(try fixture.materialization())
        return try (0..<3).map { frameIndex in
            let dataSet = try source.classic(frameIndex: frameIndex).dataSet
            #expect((dataSet[.overlayRows(inGroup: 0x6000)] == nil) == (dataSet[Tag(0x6000, 0x3000)] == nil))
            return dataSet[Tag(0x6000, 0x3000)]?.valueBytes
        }
    }

    @Test("each frame has the plane that lies over it, and no other (C-4)")
    func planes() throws {
        let data = (0..<24).map { UInt8($0) }
        #expect(
            try planes(fixture(columns: 8, data: data, count: 3, origin: nil))
                == [Array(data[0..<8]), Array(data[8..<16]), Array(data[16..<24])])
        #expect(
            try planes(fixture(columns: 8, data: data, count: 2, origin: 2))
                == [nil, Array(data[0..<8]), Array(data[8..<16])])
        #expect(
            try planes(fixture(columns: 8, data: Array(data[0..<8]), count: 1, origin: 3))
                == [nil, nil, Array(data[0..<8])])
        let source = try #require(
            try fixture(columns: 8, data: data, count: 3, origin: 1).materialization())
        let dataSet = try source.classic(frameIndex: 1).dataSet
        #expect(dataSet[Tag(0x6000, 0x15)] == nil && dataSet[Tag(0x6000, 0x51)] == nil)
    }

    @Test("one plane that names no frame lies over all")
    func everywhere() throws {
        let data = [UInt8](repeating: 0x0F, count: 8)
        #expect(try planes(fixture(columns: 8, data: data, count: nil, origin: nil)) == [data, data, data])
    }

    @Test("planes that do not begin at a byte are moved there")
    func bits() throws {
        var source = fixture(columns: 3, data: [0b1110_0101, 0b0000_1101, 0], count: 3, origin: nil)
        source.topLevel.set(.overlayRows(inGroup: 0x6000), [1], vr: .US)
        let found = try planes(source)
        // Planes of three bits, from the lowest on: 101, 100, 111 (the last over the border of bytes).
        #expect(found == [[0b101, 0], [0b100, 0], [0b111, 0]])
    }

    @Test("big-endian words are put right before planes are cut")
    func bigEndian() throws {
        var source = fixture(columns: 1, data: [1, 2, 3, 0], count: 3, origin: nil)
        source.transferSyntax = .explicitVRBigEndian
        #expect(try planes(source) == [[1, 0], [2, 0], [3, 0]])
    }

    @Test("planes that are not all there have none that is certain")
    func tooShort() throws {
        let source = try #require(
            try fixture(columns: 8, data: [1, 2, 3, 4], count: 3, origin: nil).materialization())
        #expect(throws: SynthesisFailure.self) { _ = try source.file(frameIndex: 0) }
    }
}
