/// Walks over the items of encapsulated pixel data, reading their headers alone (PS3.5 A.4).
enum FragmentWalk {
    /// - Returns: the fragments, and the place behind the sequence delimiter.
    static func walk<Source: ByteSource>(
        from start: Int, buffer: HeaderBuffer<Source>, isBigEndian: Bool
    ) throws(ParseError) -> (pixels: EncapsulatedPixelData, end: Int) {
        var pixels = EncapsulatedPixelData(basicOffsetTable: [], fragments: [], isComplete: false)
        let size = buffer.source.size
        var offset = start
        var isTable = true
        while offset <= size - 8 {
            let peeked = try buffer.peek(at: offset)
            guard peeked.count >= 8 else { break }
            let tag = tag(of: peeked.header, isBigEndian: isBigEndian)
            let length = Int(word(UInt32(truncatingIfNeeded: peeked.header >> 32), isBigEndian))
            if tag == Tag(0xFFFE, 0xE0DD) {
                pixels.isComplete = true
                return (pixels, offset + 8)
            }
            guard tag == Tag(0xFFFE, 0xE000), length <= size - offset - 8 else { break }
            if isTable {
                pixels.basicOffsetTable = try table(at: offset + 8, length: length, buffer: buffer, isBigEndian)
                isTable = false
            } else {
                pixels.fragments.append(
                    Fragment(
                        offset: UInt64(offset + 8), length: UInt32(clamping: length),
                        startsCodestream: isStartOfCodestream(peeked.body, length: length)))
            }
            offset += 8 + length
        }
        return (pixels, size)
    }

    private static func tag(of header: UInt64, isBigEndian: Bool) -> Tag {
        let group = UInt16(truncatingIfNeeded: header)
        let element = UInt16(truncatingIfNeeded: header >> 16)
        return isBigEndian ? Tag(group.byteSwapped, element.byteSwapped) : Tag(group, element)
    }

    private static func word(_ word: UInt32, _ isBigEndian: Bool) -> UInt32 {
        isBigEndian ? word.byteSwapped : word
    }

    private static func table<Source: ByteSource>(
        at offset: Int, length: Int, buffer: HeaderBuffer<Source>, _ isBigEndian: Bool
    ) throws(ParseError) -> [UInt32] {
        guard length > 0, length <= 64 << 20 else { return [] }
        var words = [UInt32](repeating: 0, count: length / 4)
        var failure: ParseError?
        words.withUnsafeMutableBytes { bytes in
            do throws(ParseError) { _ = try buffer.source.read(into: bytes, at: offset) } catch { failure = error }
        }
        if let failure { throw failure }
        return words.map { isBigEndian ? UInt32(bigEndian: $0) : UInt32(littleEndian: $0) }
    }

    /// `body` is the first four bytes as a big-endian number; of a shorter fragment, what stands behind it too.
    private static func isStartOfCodestream(_ body: UInt32, length: Int) -> Bool {
        switch body >> 16 {
        case 0xFFD8, 0xFF4F, 0xFF0A: length >= 2  // JPEG and JPEG-LS SOI; JPEG 2000 SOC; JPEG XL codestream
        default: length >= 4 && body == 0x0000_000C  // JP2 or JPEG XL container: the length of the signature box
        }
    }
}
