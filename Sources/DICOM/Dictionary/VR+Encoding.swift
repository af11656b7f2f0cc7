// How the value of each VR is laid out (PS3.5 sections 6.2, 7.1.2 and 7.3).
extension VR {
    /// The VRs of PS3.5 table 6.2-1, in alphabetical order.
    public static var all: [VR] {
        [
            AE, AS, AT, CS, DA, DS, DT, FD, FL, IS, LO, LT, OB, OD, OF, OL, OV, OW, PN, SH, SL, SQ, SS, ST, SV, TM, UC,
            UI,
            UL, UN, UR, US, UT, UV,
        ]
    }

    /// Whether the standard defines this VR.
    public var isKnown: Bool { hasShortLength || hasLongLength }

    private var hasLongLength: Bool {
        switch self {
        case .OB, .OD, .OF, .OL, .OV, .OW, .SQ, .SV, .UC, .UN, .UR, .UT, .UV: true
        default: false
        }
    }

    /// Whether Explicit VR writes two reserved bytes and a 32-bit length after this VR (PS3.5 table 7.1-1).
    ///
    /// True of every VR the standard does not define, for new ones always have that form (PS3.5 section 6.2, note).
    public var usesLongLength: Bool { !hasShortLength }

    private var hasShortLength: Bool {
        switch self {
        case .AE, .AS, .AT, .CS, .DA, .DS, .DT, .FD, .FL, .IS, .LO, .LT, .PN, .SH, .SL, .SS, .ST, .TM, .UI, .UL, .US:
            true
        default: false
        }
    }

    /// The bytes that are swapped together when the byte order changes: 1 (no swapping), 2, 4 or 8 (PS3.5 section 7.3).
    ///
    /// AT is two 16-bit numbers. UN is never swapped: it holds the bytes of Implicit VR Little Endian.
    public var wordSize: Int {
        switch self {
        case .AT, .OW, .SS, .US: 2
        case .FL, .OF, .OL, .SL, .UL: 4
        case .FD, .OD, .OV, .SV, .UV: 8
        default: 1
        }
    }

    /// The bytes of one value of a VR of fixed-length binary numbers, nil of the others.
    ///
    /// OB, OW and their like have none: they are one value of any length.
    public var fixedValueLength: Int? {
        switch self {
        case .SS, .US: 2
        case .AT, .FL, .SL, .UL: 4
        case .FD, .SV, .UV: 8
        default: nil
        }
    }

    /// Whether the value is characters.
    public var isText: Bool {
        switch self {
        case .AE, .AS, .CS, .DA, .DS, .DT, .IS, .LO, .LT, .PN, .SH, .ST, .TM, .UC, .UI, .UR, .UT: true
        default: false
        }
    }

    /// Whether Specific Character Set (0008,0005) says how the characters are encoded (PS3.5 section 6.1.2.2).
    public var usesSpecificCharacterSet: Bool {
        switch self {
        case .LO, .LT, .PN, .SH, .ST, .UC, .UT: true
        default: false
        }
    }

    /// Whether the value is characters in which a backslash separates values (PS3.5 section 6.4).
    ///
    /// In LT, ST, UT and UR a backslash is a character like any other.
    public var isMultiValuedText: Bool {
        switch self {
        case .LT, .ST, .UR, .UT: false
        default: isText
        }
    }

    /// The byte that makes an odd value even: a space for characters, NUL for UI and for everything else.
    public var padding: UInt8 { isText && self != .UI ? 0x20 : 0x00 }
}
