/// Bits of a source that are packed without regard to bytes, the first in the lowest bit of a byte (PS3.5 8.1.1): frames of
/// images of one bit, of which each begins where the last ended.
///
/// A bit is known by its number in the source: eight times the offset of its byte, and which bit of that it is.
public enum PackedBits {
    /// The bytes that `count` bits from `firstBit` on lie in.
    public static func bytes(of firstBit: UInt64, count: UInt64) -> Range<UInt64> {
        firstBit / 8..<(firstBit % 8 + count + 7) / 8 + firstBit / 8
    }

    /// Fills `target` with the bits of `bytes` from bit `shift` on, which is 1 to 7.
    ///
    /// - Parameter bytes: one more than `target` has.
    public static func shift(
        _ bytes: UnsafeRawBufferPointer, by shift: UInt8, into target: UnsafeMutableRawBufferPointer
    ) {
        for index in target.indices {
            target[index] = bytes[index] >> shift | bytes[index &+ 1] << (8 &- shift)
        }
    }

    /// At most eight bits of one or two bytes, in the lowest bits of the result.
    ///
    /// - Parameters:
    ///   - first: the byte of the first bit.
    ///   - second: the byte behind it; any, where none of its bits is meant.
    public static func value(_ first: UInt8, _ second: UInt8, firstBit: UInt64, count: UInt8) -> UInt8 {
        let word = (UInt16(second) << 8 | UInt16(first)) >> UInt16(firstBit % 8)
        return UInt8(truncatingIfNeeded: word & ((1 << UInt16(min(count, 8))) &- 1))
    }
}

/// One byte made of bits from two places of a source: where a frame ends within a byte, and the next to follow lies elsewhere.
public struct BitJoint: Hashable, Sendable {
    /// The number of the first of the bits that become the lowest.
    public var lowBit: UInt64
    /// 1 to 8.
    public var lowCount: UInt8
    /// The number of the first of the bits that follow.
    public var highBit: UInt64
    /// 0 where only zeros follow; with the low ones at most 8.
    public var highCount: UInt8

    public init(lowBit: UInt64, lowCount: UInt8, highBit: UInt64 = 0, highCount: UInt8 = 0) {
        self.lowBit = lowBit
        self.lowCount = lowCount
        self.highBit = highBit
        self.highCount = highCount
    }

    /// The byte, from what the two places hold.
    public func byte(low: UInt8, high: UInt8) -> UInt8 {
        highCount == 0 ? low : low | high << lowCount
    }
}
