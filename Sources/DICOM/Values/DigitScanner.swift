/// Reads numbers of a fixed count of digits from the bytes of a DA, TM or DT value, without padding.
struct DigitScanner {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: some Collection<UInt8>) {
        rest = Array(bytes)[...]
        while let last = rest.last, last == 0x20 || last == 0 { rest.removeLast() }
        rest = rest.drop { $0 == 0x20 }
    }

    var isAtEnd: Bool { rest.isEmpty }

    var next: UInt8? { rest.first }

    /// Skips `byte` if it is next. Returns whether it was.
    mutating func skip(_ byte: UInt8) -> Bool {
        guard rest.first == byte else { return false }
        rest = rest.dropFirst()
        return true
    }

    /// The number of exactly `count` digits that are next and lie in `range`; nil, and nothing read, if they do not.
    mutating func number(digits count: Int, in range: ClosedRange<Int>) -> Int? {
        let digits = rest.prefix(count)
        guard digits.count == count, digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        let value = digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
        guard range.contains(value) else { return nil }
        rest = rest.dropFirst(count)
        return value
    }

    /// The digits that are next as millionths, one to six of them; nil if there are none or more.
    mutating func millionths() -> Int? {
        let digits = rest.prefix { (0x30...0x39).contains($0) }
        guard (1...6).contains(digits.count) else { return nil }
        rest = rest.dropFirst(digits.count)
        let value = digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
        return (digits.count..<6).reduce(value) { scaled, _ in scaled * 10 }
    }
}

/// `value` in decimal, with zeros before it to `count` digits.
func digits(_ value: Int, _ count: Int) -> String {
    let text = String(value)
    return String(repeating: "0", count: max(0, count - text.utf8.count)) + text
}
