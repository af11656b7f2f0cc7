/// Makes what files say of themselves fit for names: values are hostile until they went through here.
///
/// What remains are the characters of the style; everything else, letters beyond ASCII too, becomes "_"; runs of "_" become one.
enum SafeText {
    static let underscore = UInt8(ascii: "_")

    /// `value` (UTF-8) as at most `limit` bytes that neither begin nor end with "_", "-" or "."; possibly none.
    static func text(_ value: ArraySlice<UInt8>, limit: Int, style: NameStyle = .portable) -> [UInt8] {
        var safe: [UInt8] = []
        safe.reserveCapacity(min(limit, value.count))
        for byte in value {
            let mapped = style.mapped(byte)
            if isMark(mapped), safe.isEmpty { continue }
            if mapped == underscore, safe.last == underscore { continue }
            // Enough even if marks at the end are dropped.
            if safe.count >= limit { break }
            safe.append(mapped)
        }
        while let last = safe.last, isMark(last) { safe.removeLast() }
        return safe
    }

    /// The year, month and day of a date (PS3.5 6.2 DA) as YYYYMMDD; the points of older files are left out. Nil if `value` is
    /// none.
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

    /// The whole seconds of a time (PS3.5 6.2 TM) as HHMMSS; what it leaves out is 00. Nil if `value` is none.
    static func time(_ value: ArraySlice<UInt8>) -> [UInt8]? {
        var digits: [UInt8] = []
        for byte in value.prefix(while: { $0 != UInt8(ascii: ".") }) {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digits.append(byte)
            case UInt8(ascii: ":"), UInt8(ascii: " "): continue
            default: return nil
            }
            if digits.count > 6 { return nil }
        }
        guard digits.count >= 2, digits.count % 2 == 0 else { return nil }
        return digits + [UInt8](repeating: UInt8(ascii: "0"), count: 6 - digits.count)
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

    /// Component `index` of a person's name (PS3.5 6.2 PN) in its first group, the alphabetic: 0 is the family's, 1 the
    /// given one.
    static func nameComponent(_ value: ArraySlice<UInt8>, at index: Int) -> ArraySlice<UInt8> {
        let group =
            value.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false).first ?? []
        let components = group.split(separator: UInt8(ascii: "^"), omittingEmptySubsequences: false)
        return index < components.count ? components[index] : []
    }

    static func isMark(_ byte: UInt8) -> Bool {
        byte == underscore || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
    }
}
