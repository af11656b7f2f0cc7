extension DecimalString {
    /// The characters a value may have.
    static let maximumLength = 16

    /// `value` in at most 16 characters: the shortest text that reads back as it, or if that is too long, the text with
    /// the most digits that fit. Nil if it is not finite.
    ///
    /// From 0.00001 to below 10^15 fixed notation is used where it fits. The same value always gives the same text.
    public static func format(_ value: Double) -> String? {
        guard value.isFinite else { return nil }
        guard value != 0 else { return "0" }
        let sign = value < 0 ? "-" : ""
        var (digits, point) = shortestDigits(of: value.magnitude)
        while !digits.isEmpty {
            if let fixed = fixedNotation(digits, point), (sign + fixed).utf8.count <= maximumLength {
                return sign + fixed
            }
            let scientific = sign + scientificNotation(digits, point)
            if scientific.utf8.count <= maximumLength { return scientific }
            (digits, point) = rounded(digits, point)
        }
        return nil
    }

    /// The digits d1 d2 ... without zeros at either end, and the place of the point: value = 0.d1d2... x 10^point.
    private static func shortestDigits(of value: Double) -> (digits: [UInt8], point: Int) {
        // The description of a Double is the shortest text that reads back as it, in either notation.
        var digits: [UInt8] = []
        var point = 0
        var hasPoint = false
        let parts = value.description.split(separator: "e")
        for byte in parts.first.map({ Array($0.utf8) }) ?? [] {
            if byte == UInt8(ascii: ".") {
                hasPoint = true
            } else if byte == UInt8(ascii: "0"), digits.isEmpty {
                if hasPoint { point -= 1 }
            } else {
                digits.append(byte)
                if !hasPoint { point += 1 }
            }
        }
        if parts.count > 1 { point += Int(parts[1]) ?? 0 }
        while digits.last == UInt8(ascii: "0") { digits.removeLast() }
        return (digits, point)
    }

    /// One digit less, rounded half up, without zeros at the end. The very largest are cut, so as to stay finite.
    private static func rounded(_ digits: [UInt8], _ point: Int) -> (digits: [UInt8], point: Int) {
        var kept = digits
        guard let last = kept.popLast(), last >= UInt8(ascii: "5"), point <= 308 else {
            while kept.last == UInt8(ascii: "0") { kept.removeLast() }
            return (kept, point)
        }
        while kept.last == UInt8(ascii: "9") { kept.removeLast() }
        guard let incremented = kept.popLast() else { return ([UInt8(ascii: "1")], point + 1) }
        kept.append(incremented + 1)
        return (kept, point)
    }

    /// The digits with a point among them or zeros beside them; nil if these would be many.
    private static func fixedNotation(_ digits: [UInt8], _ point: Int) -> String? {
        let text = String(decoding: digits, as: UTF8.self)
        if point > 15 || point < -4 { return nil }
        if point <= 0 { return "0." + String(repeating: "0", count: -point) + text }
        if point < digits.count { return String(text.prefix(point)) + "." + text.dropFirst(point) }
        return text + String(repeating: "0", count: point - digits.count)
    }

    /// The digits with a point after the first, and an exponent.
    private static func scientificNotation(_ digits: [UInt8], _ point: Int) -> String {
        let text = String(decoding: digits, as: UTF8.self)
        let fraction = text.dropFirst()
        return String(text.prefix(1) + (fraction.isEmpty ? "" : "." + fraction) + "e" + String(point - 1))
    }
}
