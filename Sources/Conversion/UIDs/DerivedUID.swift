internal import Digests

/// UIDs of what conversion creates: `2.25.` and a name-based UUID (PS3.5 B.2, RFC 9562 5.5), so that every host gives the
/// same content the same UID, for ever, without coordination (U-1, X-2, X-3).
public enum DerivedUID {
    /// What a UID names.
    public enum Level: String, Sendable {
        case instance
        case series
        case dimensionOrganization = "dimorg"
        case presentationState = "pr"
        case unresolvedSeries = "unresolved"
        case frames
    }

    /// The namespace of this project: a UUID of version 4, made once.
    private static let namespace: [UInt8] = [
        0x6b, 0x1d, 0x0e, 0x5a, 0x93, 0xc4, 0x4f, 0x27, 0xa8, 0x52, 0x7e, 0x31, 0xd9, 0x06, 0x4c, 0xb8,
    ]

    /// - Parameter identity: what the thing is made from, in an order that is part of the identity.
    public static func make(_ level: Level, view: View, identity: some Sequence<String>) -> String {
        var name = namespace
        name.append(contentsOf: Ruleset.id.utf8)
        for part in [level.rawValue, view.rawValue] {
            name.append(0x0A)
            name.append(contentsOf: part.utf8)
        }
        for part in identity {
            name.append(0x0A)
            name.append(contentsOf: part.utf8)
        }
        var uuid = Array(sha1(name).prefix(16))
        uuid[6] = uuid[6] & 0x0F | 0x50
        uuid[8] = uuid[8] & 0x3F | 0x80
        return "2.25." + decimal(uuid)
    }

    /// Whether `uid` is of the form of those made here: `2.25.` and a UUID of version 5 and variant 10 (RFC 9562 4).
    static func canBe(_ uid: String) -> Bool {
        guard uid.hasPrefix("2.25."), let uuid = UInt128(uid.dropFirst(5)) else { return false }
        return uuid >> 76 & 0xF == 5 && uuid >> 62 & 3 == 2
    }

    /// A big-endian number of any length in decimal, without leading zeros.
    private static func decimal(_ bytes: [UInt8]) -> String {
        var number = UInt128(0)
        for byte in bytes { number = number << 8 | UInt128(byte) }
        return String(number)
    }
}
