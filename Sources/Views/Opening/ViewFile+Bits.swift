internal import ByteLayout

/// Bytes that are made of bits of sources.
extension ViewFile {
    /// Bytes of a file that are made at once, so that no read holds more of a source than a small part.
    private static let bitsBatch = 4096

    /// Sixteen bytes of the source for each byte of `target`, some thousands at a time.
    func readBits(
        _ source: OpenSource, into target: UnsafeMutableRawBufferPointer, at offset: UInt64,
        _ plane: BitPlane
    ) throws(ViewError) {
        let ratio = Int(BitPlane.sourceBytesPerByte)
        let words = UnsafeMutableRawBufferPointer.allocate(
            byteCount: min(target.count, Self.bitsBatch) * ratio, alignment: 2)
        defer { words.deallocate() }
        var start = 0
        while start < target.count {
            let end = min(start + Self.bitsBatch, target.count)
            let part = UnsafeMutableRawBufferPointer(rebasing: words[0..<(end - start) * ratio])
            try read(source, into: part, at: offset + UInt64(start * ratio))
            plane.extract(
                from: UnsafeRawBufferPointer(part), into: UnsafeMutableRawBufferPointer(rebasing: target[start..<end]))
            start = end
        }
    }

    /// The bits from `firstBit` on, eight for each byte of `target`.
    func readShifted(
        _ source: OpenSource, into target: UnsafeMutableRawBufferPointer, from firstBit: UInt64
    ) throws(ViewError) {
        let bytes = UnsafeMutableRawBufferPointer.allocate(
            byteCount: min(target.count, Self.bitsBatch) + 1, alignment: 1)
        defer { bytes.deallocate() }
        var start = 0
        while start < target.count {
            let end = min(start + Self.bitsBatch, target.count)
            let part = UnsafeMutableRawBufferPointer(rebasing: bytes[0..<end - start + 1])
            try read(source, into: part, at: firstBit / 8 + UInt64(start))
            PackedBits.shift(
                UnsafeRawBufferPointer(part), by: UInt8(firstBit % 8),
                into: UnsafeMutableRawBufferPointer(rebasing: target[start..<end]))
            start = end
        }
    }

    /// At most eight bits from `firstBit` on; of none, 0.
    func bits(of source: OpenSource, from firstBit: UInt64, count: UInt8) throws(ViewError) -> UInt8 {
        if count == 0 { return 0 }
        let range = PackedBits.bytes(of: firstBit, count: UInt64(count))
        var failure: ViewError?
        var bytes: (UInt8, UInt8) = (0, 0)
        withUnsafeMutableBytes(of: &bytes) { buffer in
            do throws(ViewError) {
                try read(
                    source, into: UnsafeMutableRawBufferPointer(rebasing: buffer[0..<range.count]), at: range.lowerBound
                )
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        return PackedBits.value(bytes.0, bytes.1, firstBit: firstBit, count: count)
    }
}
