// JSON tokens (RFC 8259) as bytes.
extension JSONModelWriter {
    mutating func append(_ text: StaticString) {
        text.withUTF8Buffer { output.append(contentsOf: $0) }
    }

    mutating func append(_ text: String) {
        output.append(contentsOf: text.utf8)
    }

    mutating func appendHexadecimal(_ tag: Tag) {
        for shift in stride(from: UInt32(28), through: 0, by: -4) {
            let digit = UInt8(truncatingIfNeeded: tag.rawValue >> shift & 0xF)
            output.append(digit < 10 ? 0x30 + digit : 0x37 + digit)
        }
    }

    // MARK: Strings

    mutating func appendString(_ utf8: UnsafeRawBufferPointer) {
        append("\"")
        appendEscaped(utf8)
        append("\"")
    }

    /// `utf8` as the inside of a string.
    mutating func appendEscaped(_ utf8: UnsafeRawBufferPointer) {
        var start = 0
        for index in utf8.indices where utf8[index] < 0x20 || utf8[index] == 0x22 || utf8[index] == 0x5C {
            output.append(contentsOf: utf8[start..<index])
            start = index + 1
            switch utf8[index] {
            case 0x22: append("\\\"")
            case 0x5C: append("\\\\")
            case 0x0A: append("\\n")
            case 0x0D: append("\\r")
            case 0x09: append("\\t")
            default:
                append("\\u00")
                for digit in [utf8[index] >> 4, utf8[index] & 0xF] {
                    output.append(digit < 10 ? 0x30 + digit : 0x37 + digit)
                }
            }
        }
        output.append(contentsOf: utf8[start...])
    }

    // MARK: Numbers

    mutating func appendNumber(_ number: some FixedWidthInteger) {
        append(String(number))
    }

    /// The shortest text that reads back as the number. JSON has no numbers that are not finite (F.2.3).
    mutating func appendNumber<Number: BinaryFloatingPoint & LosslessStringConvertible>(_ number: Number) {
        if number.isNaN {
            append("\"NaN\"")
        } else if number.isInfinite {
            append(number < 0 ? "\"-inf\"" : "\"inf\"")
        } else {
            append(String(number))
        }
    }

    /// A value of DS or IS with its own digits, in the form that JSON wants: no plus sign, no zeros in front, a digit on both
    /// sides of a point. False, and nothing written, if it is no number.
    mutating func appendNumber(text: UnsafeRawBufferPointer) -> Bool {
        let isDigit: (UInt8) -> Bool = { (0x30...0x39).contains($0) }
        var index = 0
        var number: [UInt8] = []
        number.reserveCapacity(text.count + 1)
        if index < text.count, text[index] == 0x2B || text[index] == 0x2D {
            if text[index] == 0x2D { number.append(0x2D) }
            index += 1
        }
        let digits = text[index...].prefix(while: isDigit)
        index = digits.endIndex
        var fraction = text[index..<index]
        if index < text.count, text[index] == 0x2E {
            fraction = text[(index + 1)...].prefix(while: isDigit)
            index = fraction.endIndex
        }
        guard !digits.isEmpty || !fraction.isEmpty else { return false }
        let significant = digits.drop { $0 == 0x30 }
        number.append(contentsOf: significant)
        if significant.isEmpty { number.append(0x30) }
        if !fraction.isEmpty {
            number.append(0x2E)
            number.append(contentsOf: fraction)
        }
        if index < text.count, text[index] == 0x45 || text[index] == 0x65 {
            index += 1
            number.append(0x45)
            if index < text.count, text[index] == 0x2B || text[index] == 0x2D {
                number.append(text[index])
                index += 1
            }
            let exponent = text[index...].prefix(while: isDigit)
            guard !exponent.isEmpty else { return false }
            number.append(contentsOf: exponent)
            index = exponent.endIndex
        }
        guard index == text.count else { return false }
        output.append(contentsOf: number)
        return true
    }

    // MARK: Base64 (RFC 4648)

    mutating func appendBase64(_ bytes: UnsafeRawBufferPointer) {
        func character(_ six: UInt32) -> UInt8 {
            let six = UInt8(truncatingIfNeeded: six & 63)
            return switch six {
            case 0..<26: 0x41 + six
            case 26..<52: 0x61 + six - 26
            case 52..<62: 0x30 + six - 52
            case 62: 0x2B
            default: 0x2F
            }
        }
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let count = min(3, bytes.count - start)
            var group: UInt32 = 0
            for index in 0..<3 { group = group << 8 | (index < count ? UInt32(bytes[start + index]) : 0) }
            output.append(character(group >> 18))
            output.append(character(group >> 12))
            output.append(count > 1 ? character(group >> 6) : 0x3D)
            output.append(count > 2 ? character(group) : 0x3D)
        }
    }
}
