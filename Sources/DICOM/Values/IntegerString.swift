/// The IS value representation: integers as text of at most 12 characters (PS3.5 section 6.2).
public enum IntegerString {
    /// The number of one value, spaces and NUL around it ignored; nil if it is none, or empty, or beyond 64 bits.
    public static func number(_ bytes: some Collection<UInt8>) -> Int? {
        var digits = 0
        var value = 0
        var isNegative = false
        var isComplete = false
        for (position, byte) in bytes.drop(while: { $0 == 0x20 || $0 == 0 }).enumerated() {
            switch byte {
            case 0x30...0x39 where !isComplete:
                digits += 1
                let (tenfold, overflow) = value.multipliedReportingOverflow(by: 10)
                let digit = Int(byte - 0x30)
                let (sum, carry) = tenfold.addingReportingOverflow(isNegative ? -digit : digit)
                guard !overflow, !carry else { return nil }
                value = sum
            case UInt8(ascii: "-") where position == 0: isNegative = true
            case UInt8(ascii: "+") where position == 0: break
            case 0x20, 0: isComplete = true
            default: return nil
            }
        }
        return digits > 0 ? value : nil
    }

    /// The number of a text; see ``number(_:)-(Collection<UInt8>)``.
    public static func number(_ text: some StringProtocol) -> Int? {
        number(Array(text.utf8))
    }
}
