/// The stored form of a summary is not one that this version wrote: make it again from the file.
public struct SummaryDecodingError: Error, Sendable, Equatable {
    /// Where in the bytes.
    public let offset: Int
}

/// Reads what `SummaryEncoder` wrote. Any bytes may come.
struct SummaryDecoder {
    let bytes: [UInt8]
    private(set) var offset = 0
    private var lastText: [UInt8] = []

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    var isAtEnd: Bool { offset == bytes.count }

    var failure: SummaryDecodingError { SummaryDecodingError(offset: offset) }

    private mutating func take(_ count: Int) throws(SummaryDecodingError) -> ArraySlice<UInt8> {
        guard count >= 0, count <= bytes.count - offset else { throw failure }
        defer { offset += count }
        return bytes[offset..<offset + count]
    }

    mutating func byte() throws(SummaryDecodingError) -> UInt8 {
        guard offset < bytes.count else { throw failure }
        defer { offset += 1 }
        return bytes[offset]
    }

    mutating func unsigned() throws(SummaryDecodingError) -> UInt64 {
        var number: UInt64 = 0
        var shift: UInt64 = 0
        while shift < 64 {
            let next = try byte()
            number |= UInt64(next & 0x7F) << shift
            if next < 0x80 { return number }
            shift += 7
        }
        throw failure
    }

    /// A number of things that each take at least one byte.
    mutating func count() throws(SummaryDecodingError) -> Int {
        let number = try unsigned()
        guard number <= UInt64(bytes.count - offset) else { throw failure }
        return Int(number)
    }

    mutating func integer() throws(SummaryDecodingError) -> Int {
        let number = try unsigned()
        return Int(truncatingIfNeeded: number >> 1) ^ -Int(truncatingIfNeeded: number & 1)
    }

    mutating func flag() throws(SummaryDecodingError) -> Bool {
        switch try byte() {
        case 0: return false
        case 1: return true
        default: throw failure
        }
    }

    private mutating func word<Word: FixedWidthInteger & UnsignedInteger>(
        _: Word.Type
    ) throws(SummaryDecodingError) -> Word {
        var word: Word = 0
        for byte in try take(MemoryLayout<Word>.size).reversed() { word = word << 8 | Word(byte) }
        return word
    }

    mutating func double() throws(SummaryDecodingError) -> Double {
        Double(bitPattern: try word(UInt64.self))
    }

    mutating func digest() throws(SummaryDecodingError) -> UInt128 {
        try word(UInt128.self)
    }

    mutating func text() throws(SummaryDecodingError) -> String {
        let common = try unsigned()
        guard common <= UInt64(lastText.count) else { throw failure }
        lastText.removeLast(lastText.count - Int(common))
        lastText.append(contentsOf: try take(count()))
        return String(decoding: lastText, as: UTF8.self)
    }

    mutating func doubles() throws(SummaryDecodingError) -> [Double] {
        var numbers: [Double] = []
        for _ in 0..<(try count()) { numbers.append(try double()) }
        return numbers
    }
}
