/// Where a run of bytes of a virtual file comes from.
public enum Origin: Hashable, Sendable {
    /// The bytes made for this file and held in memory, from `offset` on.
    case synthesized(offset: UInt64)
    /// The bytes of a source file from `offset` on. `source` is an index into the file's own list of sources.
    case source(_ source: UInt32, offset: UInt64, transform: PixelTransform)
    /// One bit of each 16-bit word of a source file from `offset` on, as `plane` says: each byte is made of 16.
    case sourceBits(_ source: UInt32, offset: UInt64, plane: BitPlane)
    /// The bits of a source file from number `firstBit` on (`PackedBits`), which is no multiple of 8: each byte is the next
    /// eight of them.
    case sourceShifted(_ source: UInt32, firstBit: UInt64)
    /// One byte of bits from two places of a source file.
    case sourceJoint(_ source: UInt32, BitJoint)
}

/// A run of bytes of a virtual file.
public struct Extent: Hashable, Sendable {
    /// Position of the first byte in the virtual file.
    public let start: UInt64
    /// Bytes; never 0.
    public let length: UInt64
    public let origin: Origin

    public init(start: UInt64, length: UInt64, origin: Origin) {
        self.start = start
        self.length = length
        self.origin = origin
    }

    /// Position just behind the last byte.
    public var end: UInt64 { start + length }
}
