/// A Data Element Tag: group and element number as one 32-bit value, in the order of the data set (PS3.5 section 7.1).
public struct Tag: RawRepresentable, Hashable, Comparable, Sendable, CustomStringConvertible {
    /// Group number in the upper, element number in the lower 16 bits.
    public let rawValue: UInt32

    /// The tag with this group number in the upper and element number in the lower 16 bits.
    @inlinable
    public init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// The tag (group,element).
    @inlinable
    public init(_ group: UInt16, _ element: UInt16) {
        self.rawValue = UInt32(group) << 16 | UInt32(element)
    }

    /// The group number: the first half of (gggg,eeee).
    @inlinable
    public var group: UInt16 { UInt16(truncatingIfNeeded: rawValue >> 16) }

    /// The element number: the second half of (gggg,eeee).
    @inlinable
    public var element: UInt16 { UInt16(truncatingIfNeeded: rawValue) }

    /// Whether the group number is odd (PS3.5 section 7.8).
    @inlinable
    public var isPrivate: Bool { rawValue & 0x0001_0000 != 0 }

    /// Whether this element reserves a block of private elements: (gggg,0010-00FF) of an odd group (PS3.5 section 7.8.1).
    @inlinable
    public var isPrivateCreator: Bool { isPrivate && element >= 0x0010 && element <= 0x00FF }

    /// Whether this is the retired Group Length (gggg,0000) (PS3.5 section 7.2).
    @inlinable
    public var isGroupLength: Bool { element == 0 }

    /// The tag as "(gggg,eeee)" in upper case hexadecimal digits.
    public var description: String {
        let digits = Self.hexadecimalDigits(rawValue)
        return "(" + digits.prefix(4) + "," + digits.suffix(4) + ")"
    }

    /// The tag as eight upper case hexadecimal digits "ggggeeee", the key of the JSON Model (PS3.18 section F.2.2).
    public var hexadecimal: String { Self.hexadecimalDigits(rawValue) }

    @inlinable
    public static func < (left: Tag, right: Tag) -> Bool { left.rawValue < right.rawValue }

    private static func hexadecimalDigits(_ value: UInt32) -> String {
        let digits = String(value, radix: 16, uppercase: true)
        return String(repeating: "0", count: max(0, 8 - digits.utf8.count)) + digits
    }
}
