// swift-format-ignore-file: AlwaysUseLowerCamelCase
// A VR is written as its two letters everywhere in the standard, so it is here too.

/// A Value Representation: the two letters that say how a value is encoded (PS3.5 section 6.2).
///
/// Any two bytes make a VR, since a file may hold anything; ``isKnown`` tells those of the standard.
public struct VR: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    /// The two letters, the first in the upper byte.
    public let rawValue: UInt16

    /// The VR of two letters, the first in the upper byte.
    @inlinable
    public init(rawValue: UInt16) {
        self.rawValue = rawValue
    }

    /// The VR of the two bytes as they stand in an Explicit VR data set.
    @inlinable
    public init(_ first: UInt8, _ second: UInt8) {
        self.rawValue = UInt16(first) << 8 | UInt16(second)
    }

    /// The VR of a two-letter name such as "PN"; nil for any other length.
    public init?(_ name: some StringProtocol) {
        let bytes = Array(name.utf8)
        guard bytes.count == 2 else { return nil }
        self.init(bytes[0], bytes[1])
    }

    /// The first letter, as it stands in an Explicit VR data set.
    @inlinable
    public var first: UInt8 { UInt8(truncatingIfNeeded: rawValue >> 8) }

    /// The second letter, as it stands in an Explicit VR data set.
    @inlinable
    public var second: UInt8 { UInt8(truncatingIfNeeded: rawValue) }

    /// The two letters; bytes that are no ASCII letters are shown as "?".
    public var description: String {
        [first, second].map { byte in
            (0x41...0x5A).contains(byte) ? String(UnicodeScalar(byte)) : "?"
        }.joined()
    }
}

// The VRs of PS3.5 table 6.2-1.
extension VR {
    /// Application Entity.
    @inlinable public static var AE: VR { VR(rawValue: 0x4145) }
    /// Age String.
    @inlinable public static var AS: VR { VR(rawValue: 0x4153) }
    /// Attribute Tag.
    @inlinable public static var AT: VR { VR(rawValue: 0x4154) }
    /// Code String.
    @inlinable public static var CS: VR { VR(rawValue: 0x4353) }
    /// Date.
    @inlinable public static var DA: VR { VR(rawValue: 0x4441) }
    /// Decimal String.
    @inlinable public static var DS: VR { VR(rawValue: 0x4453) }
    /// Date Time.
    @inlinable public static var DT: VR { VR(rawValue: 0x4454) }
    /// Floating Point Double.
    @inlinable public static var FD: VR { VR(rawValue: 0x4644) }
    /// Floating Point Single.
    @inlinable public static var FL: VR { VR(rawValue: 0x464C) }
    /// Integer String.
    @inlinable public static var IS: VR { VR(rawValue: 0x4953) }
    /// Long String.
    @inlinable public static var LO: VR { VR(rawValue: 0x4C4F) }
    /// Long Text.
    @inlinable public static var LT: VR { VR(rawValue: 0x4C54) }
    /// Other Byte.
    @inlinable public static var OB: VR { VR(rawValue: 0x4F42) }
    /// Other Double.
    @inlinable public static var OD: VR { VR(rawValue: 0x4F44) }
    /// Other Float.
    @inlinable public static var OF: VR { VR(rawValue: 0x4F46) }
    /// Other Long.
    @inlinable public static var OL: VR { VR(rawValue: 0x4F4C) }
    /// Other 64-bit Very Long.
    @inlinable public static var OV: VR { VR(rawValue: 0x4F56) }
    /// Other Word.
    @inlinable public static var OW: VR { VR(rawValue: 0x4F57) }
    /// Person Name.
    @inlinable public static var PN: VR { VR(rawValue: 0x504E) }
    /// Short String.
    @inlinable public static var SH: VR { VR(rawValue: 0x5348) }
    /// Signed Long.
    @inlinable public static var SL: VR { VR(rawValue: 0x534C) }
    /// Sequence of Items.
    @inlinable public static var SQ: VR { VR(rawValue: 0x5351) }
    /// Signed Short.
    @inlinable public static var SS: VR { VR(rawValue: 0x5353) }
    /// Short Text.
    @inlinable public static var ST: VR { VR(rawValue: 0x5354) }
    /// Signed 64-bit Very Long.
    @inlinable public static var SV: VR { VR(rawValue: 0x5356) }
    /// Time.
    @inlinable public static var TM: VR { VR(rawValue: 0x544D) }
    /// Unlimited Characters.
    @inlinable public static var UC: VR { VR(rawValue: 0x5543) }
    /// Unique Identifier.
    @inlinable public static var UI: VR { VR(rawValue: 0x5549) }
    /// Unsigned Long.
    @inlinable public static var UL: VR { VR(rawValue: 0x554C) }
    /// Unknown.
    @inlinable public static var UN: VR { VR(rawValue: 0x554E) }
    /// Universal Resource Identifier or Locator.
    @inlinable public static var UR: VR { VR(rawValue: 0x5552) }
    /// Unsigned Short.
    @inlinable public static var US: VR { VR(rawValue: 0x5553) }
    /// Unlimited Text.
    @inlinable public static var UT: VR { VR(rawValue: 0x5554) }
    /// Unsigned 64-bit Very Long.
    @inlinable public static var UV: VR { VR(rawValue: 0x5556) }
}
