/// Makes what files say of themselves fit for names: values are hostile until they went through here.
///
/// What remains is ASCII letters, digits, "-", "_" and ".": safe for old tools, shells and other file systems. Everything else,
/// letters beyond ASCII too, becomes "_"; runs of "_" become one.
enum SafeText {
    /// `value` (UTF-8) as at most `limit` bytes that neither begin nor end with "_", "-" or "."; possibly none.
    static func text(_ value: ArraySlice<UInt8>, limit: Int) -> [UInt8] {
        var safe: [UInt8] = []
        safe.reserveCapacity(min(limit, value.count))
        for byte in value {
            let mapped = isSafe(byte) ? byte : underscore
            if isMark(mapped), safe.isEmpty { continue }
            if mapped == underscore, safe.last == underscore { continue }
            safe.append(mapped)
            // Enough even if marks at the end are dropped.
            if safe.count >= limit { break }
        }
        while let last = safe.last, isMark(last) { safe.removeLast() }
        return safe
    }

    /// A date (PS3.5 6.2 DA) as YYYYMMDD; the points of older files are left out. Nil if `value` is none.
    static func date(_ value: ArraySlice<UInt8>) -> [UInt8]? {
        var digits: [UInt8] = []
        for byte in value {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digits.append(byte)
            case UInt8(ascii: "."), UInt8(ascii: " "): continue
            default: return nil
            }
            if digits.count > 8 { return nil }
        }
        return digits.count == 8 ? digits : nil
    }

    /// An integer (PS3.5 6.2 IS) padded with zeros to `width`; "n" stands for a minus, for a name must not look like an option.
    /// Nil if `value` is none.
    static func number(_ value: ArraySlice<UInt8>, width: Int) -> [UInt8]? {
        let text = value.drop { $0 == UInt8(ascii: " ") }.prefix { $0 != UInt8(ascii: " ") }
        guard text.count <= 12, let number = Int(String(decoding: text, as: UTF8.self)) else { return nil }
        let digits = Array(String(number.magnitude).utf8)
        let zeros = [UInt8](repeating: UInt8(ascii: "0"), count: max(0, width - digits.count))
        return (number < 0 ? [UInt8(ascii: "n")] : []) + zeros + digits
    }

    static let underscore = UInt8(ascii: "_")

    private static func isMark(_ byte: UInt8) -> Bool {
        byte == underscore || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
    }

    private static func isSafe(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
            true
        default: false
        }
    }
}
