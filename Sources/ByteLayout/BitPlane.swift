/// One bit of each 16-bit word of a source, packed eight to a byte, the first in the lowest bit (PS3.5 8.1.2): an overlay that
/// lies in a bit of the pixels that they do not use.
public struct BitPlane: Hashable, Sendable {
    /// From 0, the lowest of the word.
    public var bit: UInt8
    /// Words of the source are big-endian.
    public var swapsBytes: Bool

    public init(bit: UInt8, swapsBytes: Bool = false) {
        self.bit = bit
        self.swapsBytes = swapsBytes
    }

    /// Eight words of two bytes.
    public static let sourceBytesPerByte: UInt64 = 16

    /// Fills `target` from `words`, which are `sourceBytesPerByte` times as many bytes.
    public func extract(from words: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer) {
        // The byte of each word that has the bit.
        let half = bit >= 8 ? 1 : 0
        let offset = swapsBytes ? 1 - half : half
        let mask: UInt8 = 1 << (bit & 7)
        for index in target.indices {
            var byte: UInt8 = 0
            for pixel in 0..<8 where words[index &* 16 &+ pixel &* 2 &+ offset] & mask != 0 {
                byte |= 1 << UInt8(pixel)
            }
            target[index] = byte
        }
    }
}
