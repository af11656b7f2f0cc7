/// The DS value representation: decimal numbers as text of at most 16 characters (PS3.5 section 6.2).
public enum DecimalString {
    /// The number of one value, spaces and NUL around it ignored; nil if it is none, or empty, or not finite.
    ///
    /// Longer values than 16 characters are read too. Independent of the locale; correctly rounded.
    public static func number(_ bytes: some Collection<UInt8>) -> Double? {
        bytes.withContiguousStorageIfAvailable { parse($0) } ?? Array(bytes).withUnsafeBufferPointer { parse($0) }
    }

    /// The number of a text; see ``number(_:)-(Collection<UInt8>)``.
    public static func number(_ text: some StringProtocol) -> Double? {
        number(Array(text.utf8))
    }

    /// The numbers of a value field, separated by backslashes; nil if one of them is none. No number for an empty field.
    public static func numbers(_ bytes: some Collection<UInt8>) -> [Double]? {
        guard bytes.contains(where: { $0 != 0x20 && $0 != 0 }) else { return [] }
        var result: [Double] = []
        for value in bytes.split(separator: UInt8(ascii: "\\"), omittingEmptySubsequences: false) {
            guard let number = number(value) else { return nil }
            result.append(number)
        }
        return result
    }

    /// Powers of ten that a Double holds exactly.
    private static let powersOfTen: [Double] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22,
    ]

    private static func parse(_ bytes: UnsafeBufferPointer<UInt8>) -> Double? {
        guard let first = bytes.firstIndex(where: { $0 != 0x20 && $0 != 0 }),
            let last = bytes.lastIndex(where: { $0 != 0x20 && $0 != 0 })
        else { return nil }
        let text = UnsafeBufferPointer(rebasing: bytes[first...last])
        guard let decimal = Decimal(text) else { return nil }
        // Both numbers are exact, so that one operation rounds once: the result is the nearest Double.
        if decimal.isExact, decimal.significand < 1 << 53, abs(decimal.exponent) < powersOfTen.count {
            let magnitude = Double(decimal.significand)
            let value =
                decimal.exponent < 0
                ? magnitude / powersOfTen[-decimal.exponent] : magnitude * powersOfTen[decimal.exponent]
            return decimal.isNegative ? -value : value
        }
        guard let value = Double(String(decoding: text, as: UTF8.self)), value.isFinite else { return nil }
        return value
    }

    /// A decimal number taken apart: significand x 10^exponent.
    private struct Decimal {
        var isNegative = false
        var significand: UInt64 = 0
        var exponent = 0
        /// Whether no digit was left out of the significand.
        var isExact = true

        /// Nil unless the text is [sign] digits [. digits] [E [sign] digits], with a digit before or after the point.
        init?(_ text: UnsafeBufferPointer<UInt8>) {
            var position = 0
            if let sign = text.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
                isNegative = sign == UInt8(ascii: "-")
                position = 1
            }
            var digitCount = 0
            var hasPoint = false
            while position < text.count {
                let byte = text[position]
                if (0x30...0x39).contains(byte) {
                    digitCount += 1
                    add(digit: UInt64(byte - 0x30), afterPoint: hasPoint)
                } else if byte == UInt8(ascii: "."), !hasPoint {
                    hasPoint = true
                } else {
                    break
                }
                position += 1
            }
            guard digitCount > 0, digitCount < 1000 else { return nil }
            guard position < text.count else { return }
            guard text[position] | 0x20 == UInt8(ascii: "e"),
                let power = IntegerString.number(UnsafeBufferPointer(rebasing: text[(position + 1)...])),
                abs(power) < 10_000, text.last.map({ (0x30...0x39).contains($0) }) == true,
                text[position + 1] != 0x20, text[position + 1] != 0
            else { return nil }
            exponent += power
        }

        private mutating func add(digit: UInt64, afterPoint: Bool) {
            if significand < 100_000_000_000_000_000 {
                significand = significand * 10 + digit
                if afterPoint { exponent -= 1 }
            } else {
                isExact = isExact && digit == 0
                if !afterPoint { exponent += 1 }
            }
        }
    }
}
