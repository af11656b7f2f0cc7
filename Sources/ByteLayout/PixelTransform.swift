/// What happens to bytes of a source on their way into a virtual file. Every transform keeps the count of bytes.
public struct PixelTransform: Hashable, Sendable {
    /// The two bytes of each word change places (a big-endian source, little-endian view).
    public var swapsBytes: Bool
    /// How many low bits of each little-endian 16-bit word carry a value; the rest are cleared or, if `signExtends`, copies
    /// of the sign bit. 16 leaves words as they are.
    public var bitsStored: UInt8
    public var signExtends: Bool

    public init(swapsBytes: Bool = false, bitsStored: UInt8 = 16, signExtends: Bool = false) {
        self.swapsBytes = swapsBytes
        self.bitsStored = bitsStored
        self.signExtends = signExtends
    }

    public static let identity = PixelTransform()

    public var isIdentity: Bool {
        self == .identity
    }

    /// Applies the transform to whole 16-bit words in place. `bytes.count` is even.
    public func apply(to bytes: UnsafeMutableRawBufferPointer) {
        if isIdentity { return }
        let valueMask: UInt16 = bitsStored >= 16 ? .max : (1 << UInt16(bitsStored)) &- 1
        let signBit: UInt16 = bitsStored >= 16 || bitsStored == 0 ? 0 : 1 << (UInt16(bitsStored) - 1)
        let fill: UInt16 = signExtends ? ~valueMask : 0
        var index = 0
        while index &+ 1 < bytes.count {
            var word = bytes.loadUnaligned(fromByteOffset: index, as: UInt16.self)
            word = swapsBytes ? UInt16(bigEndian: word) : UInt16(littleEndian: word)
            word = word & signBit != 0 ? (word & valueMask) | fill : word & valueMask
            bytes.storeBytes(of: word.littleEndian, toByteOffset: index, as: UInt16.self)
            index &+= 2
        }
    }
}
