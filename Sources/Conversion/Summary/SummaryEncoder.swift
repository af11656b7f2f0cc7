/// Writes the compact form of a summary: variable-length integers, texts as what differs from the text before.
struct SummaryEncoder {
    private(set) var bytes: [UInt8] = []
    private var lastText: [UInt8] = []

    init() {
        bytes.reserveCapacity(512)
    }

    /// LEB128.
    mutating func append(_ number: UInt64) {
        var rest = number
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    /// Small magnitudes of either sign are short.
    mutating func append(_ number: Int) {
        append(UInt64(bitPattern: Int64(number << 1 ^ number >> 63)))
    }

    mutating func append(_ flag: Bool) {
        bytes.append(flag ? 1 : 0)
    }

    mutating func append(_ number: Double) {
        withUnsafeBytes(of: number.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
    }

    mutating func append(_ number: UInt128) {
        withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
    }

    /// UIDs of one instance mostly begin alike: only the length of the common beginning and the rest are written.
    mutating func append(_ text: String) {
        let text = Array(text.utf8)
        var common = 0
        while common < min(text.count, lastText.count), text[common] == lastText[common] { common += 1 }
        append(UInt64(common))
        append(UInt64(text.count - common))
        bytes.append(contentsOf: text[common...])
        lastText = text
    }

    mutating func append(_ numbers: [Double]) {
        append(UInt64(numbers.count))
        for number in numbers { append(number) }
    }

    mutating func append<Value>(_ value: Value?, _ write: (inout SummaryEncoder, Value) -> Void) {
        append(value != nil)
        if let value { write(&self, value) }
    }

    mutating func append<Value>(list: [Value], _ write: (inout SummaryEncoder, Value) -> Void) {
        append(UInt64(list.count))
        for value in list { write(&self, value) }
    }
}
