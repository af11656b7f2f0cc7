import ByteLayout
import Testing

/// A header of 100 bytes and two frames of 50 bytes from two sources.
private func twoFrames() -> Layout {
    var layout = Layout()
    layout.append(length: 100, from: .synthesized(offset: 0))
    layout.append(length: 50, from: .source(0, offset: 30, transform: .identity))
    layout.append(length: 50, from: .source(1, offset: 40, transform: .identity))
    return layout
}

private func pieces(_ layout: Layout, _ range: Range<UInt64>) -> [Extent] {
    var pieces: [Extent] = []
    layout.forEachPiece(of: range) { pieces.append($0) }
    return pieces
}

@Suite("A layout")
struct LayoutTests {
    @Test("a read across extents takes the end of one and the beginning of the next")
    func crossing() {
        #expect(
            pieces(twoFrames(), 90..<160) == [
                Extent(start: 90, length: 10, origin: .synthesized(offset: 90)),
                Extent(start: 100, length: 50, origin: .source(0, offset: 30, transform: .identity)),
                Extent(start: 150, length: 10, origin: .source(1, offset: 40, transform: .identity)),
            ])
    }

    @Test("a read within one extent moves the origin to its first byte")
    func within() {
        #expect(
            pieces(twoFrames(), 160..<170) == [
                Extent(start: 160, length: 10, origin: .source(1, offset: 50, transform: .identity))
            ])
    }

    @Test("a read behind the end has no pieces, one over the end is cut")
    func end() {
        #expect(pieces(twoFrames(), 200..<300).isEmpty)
        #expect(pieces(twoFrames(), UInt64.max - 1..<UInt64.max).isEmpty)
        #expect(pieces(twoFrames(), 199..<UInt64.max).map(\.length) == [1])
        #expect(pieces(Layout(), 0..<10).isEmpty)
    }

    @Test("the pieces of any range are complete, in order and without gaps")
    func completeness() {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<200 {
            var layout = Layout()
            for _ in 0..<Int.random(in: 1...20, using: &random) {
                let length = UInt64.random(in: 1...40, using: &random)
                layout.append(
                    length: length,
                    from: Bool.random()
                        ? .synthesized(offset: .random(in: 0...100))
                        : .source(.random(in: 0...3), offset: .random(in: 0...100), transform: .identity))
            }
            let lower = UInt64.random(in: 0...layout.size)
            let upper = UInt64.random(in: lower...layout.size)
            var position = lower
            for piece in pieces(layout, lower..<upper) {
                #expect(piece.start == position)
                position = piece.end
            }
            #expect(position == upper)
        }
    }

    @Test("runs that continue each other are one extent")
    func joining() {
        var layout = Layout()
        layout.append(length: 10, from: .source(0, offset: 0, transform: .identity))
        layout.append(length: 10, from: .source(0, offset: 10, transform: .identity))
        layout.append(length: 10, from: .source(0, offset: 20, transform: PixelTransform(swapsBytes: true)))
        layout.append(length: 0, from: .synthesized(offset: 0))
        #expect(layout.extents.map(\.length) == [20, 10])
    }

    @Test("a byte of a bit plane is made of sixteen of the source")
    func bitPlanes() {
        var layout = Layout()
        let plane = BitPlane(bit: 15, swapsBytes: true)
        layout.append(length: 40, from: .sourceBits(0, offset: 1000, plane: plane))
        #expect(
            pieces(layout, 3..<5) == [
                Extent(start: 3, length: 2, origin: .sourceBits(0, offset: 1048, plane: plane))
            ])
        let bytes = layout.encoded()
        #expect(Layout(decoding: bytes, synthesizedCount: 0, sourceCount: 1)?.extents == layout.extents)
        #expect(Layout(decoding: bytes, synthesizedCount: 0, sourceCount: 0) == nil)
        for count in 0..<bytes.count {
            #expect(Layout(decoding: bytes.prefix(count), synthesizedCount: 0, sourceCount: 1) == nil)
        }
    }

    @Test("a byte of shifted bits is eight of the source, and a joint stays one byte")
    func packedBits() {
        var layout = Layout()
        layout.append(length: 3, from: .sourceShifted(0, firstBit: 803))
        layout.append(length: 2, from: .sourceShifted(0, firstBit: 827))
        let joint = BitJoint(lowBit: 843, lowCount: 5, highBit: 2001, highCount: 3)
        layout.append(length: 1, from: .sourceJoint(0, joint))
        #expect(layout.extents.map(\.length) == [5, 1])
        #expect(
            pieces(layout, 2..<6) == [
                Extent(start: 2, length: 3, origin: .sourceShifted(0, firstBit: 819)),
                Extent(start: 5, length: 1, origin: .sourceJoint(0, joint)),
            ])
        let bytes = layout.encoded()
        #expect(Layout(decoding: bytes, synthesizedCount: 0, sourceCount: 1)?.extents == layout.extents)
        #expect(Layout(decoding: bytes, synthesizedCount: 0, sourceCount: 0) == nil)
        for count in 0..<bytes.count {
            #expect(Layout(decoding: bytes.prefix(count), synthesizedCount: 0, sourceCount: 1) == nil)
        }
        var wide = Layout()
        wide.append(length: 1, from: .sourceJoint(0, BitJoint(lowBit: 0, lowCount: 5, highBit: 0, highCount: 4)))
        #expect(Layout(decoding: wide.encoded(), synthesizedCount: 0, sourceCount: 1) == nil)
    }

    @Test("bits are taken from the byte they are in and the next, the lowest first (PS3.5 8.1.1)")
    func shifting() {
        let bytes: [UInt8] = [0b1010_1100, 0b0101_0011, 0b1111_0000]
        var target: [UInt8] = [0, 0]
        target.withUnsafeMutableBytes { target in
            bytes.withUnsafeBytes { PackedBits.shift($0, by: 3, into: target) }
        }
        #expect(target == [0b0111_0101, 0b0000_1010])
        #expect(PackedBits.value(bytes[0], bytes[1], firstBit: 6, count: 5) == 0b01110)
        #expect(PackedBits.value(bytes[0], 0, firstBit: 0, count: 8) == bytes[0])
        #expect(PackedBits.bytes(of: 86, count: 2) == 10..<11)
        #expect(PackedBits.bytes(of: 86, count: 3) == 10..<12)
        #expect(BitJoint(lowBit: 0, lowCount: 3, highBit: 9, highCount: 2).byte(low: 0b101, high: 0b11) == 0b11101)
        #expect(BitJoint(lowBit: 0, lowCount: 3).byte(low: 0b101, high: 0xFF) == 0b101)
    }

    @Test("the first word of eight gives the lowest bit, in either byte order (PS3.5 8.1.2)", arguments: [false, true])
    func extraction(swapsBytes: Bool) {
        // Words 1, 2 and 8 of eight have bit 12, the others all bits but that one.
        let values: [UInt16] = [0x1000, 0x1000, 0xEFFF, 0xEFFF, 0xEFFF, 0xEFFF, 0xEFFF, 0x1000]
        var words: [UInt8] = []
        for value in values {
            let word = [UInt8(value & 0xFF), UInt8(value >> 8)]
            words += swapsBytes ? word.reversed() : word
        }
        var byte: [UInt8] = [0]
        byte.withUnsafeMutableBytes { target in
            words.withUnsafeBytes { BitPlane(bit: 12, swapsBytes: swapsBytes).extract(from: $0, into: target) }
        }
        #expect(byte == [0b1000_0011])
    }

    @Test("what is encoded is decoded again")
    func coding() throws {
        var layout = twoFrames()
        layout.append(
            length: 1 << 40,
            from: .source(
                7, offset: 1 << 33, transform: PixelTransform(swapsBytes: true, bitsStored: 12, signExtends: true)))
        let decoded = try #require(Layout(decoding: layout.encoded(), synthesizedCount: 100, sourceCount: 8))
        #expect(decoded.extents == layout.extents)
    }

    @Test("damaged bytes are refused, never trusted")
    func damagedCoding() {
        let bytes = twoFrames().encoded()
        #expect(Layout(decoding: bytes, synthesizedCount: 99, sourceCount: 2) == nil)
        #expect(Layout(decoding: bytes, synthesizedCount: 100, sourceCount: 1) == nil)
        for count in 0..<bytes.count {
            #expect(Layout(decoding: bytes.prefix(count), synthesizedCount: 100, sourceCount: 2) == nil)
        }
        var random = SystemRandomNumberGenerator()
        for _ in 0..<2000 {
            var damaged = bytes
            damaged[Int.random(in: damaged.indices, using: &random)] = .random(in: 0...255, using: &random)
            if let layout = Layout(decoding: damaged, synthesizedCount: 100, sourceCount: 2) {
                #expect(layout.extents.allSatisfy { $0.length > 0 })
            }
        }
    }
}

@Suite("A pixel transform")
struct PixelTransformTests {
    private func apply(_ transform: PixelTransform, _ words: [UInt16]) -> [UInt16] {
        var words = words
        words.withUnsafeMutableBytes { transform.apply(to: $0) }
        return words
    }

    @Test("big-endian words become little-endian")
    func swapping() {
        #expect(apply(PixelTransform(swapsBytes: true), [0x1234, 0x00FF]) == [0x3412, 0xFF00])
    }

    @Test("bits above Bits Stored are cleared where values are unsigned")
    func masking() {
        #expect(apply(PixelTransform(bitsStored: 12), [0xFABC, 0x0FFF, 0x1000]) == [0x0ABC, 0x0FFF, 0x0000])
    }

    @Test("the sign is extended where values are signed")
    func signExtension() {
        #expect(
            apply(PixelTransform(bitsStored: 12, signExtends: true), [0x0800, 0x07FF, 0xF123]) == [
                0xF800, 0x07FF, 0x0123,
            ])
    }

    @Test("identity leaves words alone")
    func identity() {
        #expect(apply(.identity, [0xFFFF, 0x8000]) == [0xFFFF, 0x8000])
    }
}
