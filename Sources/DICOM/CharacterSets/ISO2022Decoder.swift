/// Decodes text with code extensions: escape sequences that designate sets to G0 and G1 (PS3.5 section 6.1.2.5).
struct ISO2022Decoder {
    /// The sets in use.
    struct Designation: Hashable, Sendable {
        /// The set of bytes below 80H.
        var g0: GraphicSet
        /// The set of bytes from A0H; nil if none is, where Latin-1 is assumed.
        var g1: GraphicSet?
    }

    private let initial: Designation
    private let vr: VR
    private var current: Designation
    private var text = String.UnicodeScalarView()
    /// False once a byte was taken for Latin-1 where no set is designated, or an escape sequence was passed over.
    private(set) var isExact = true

    /// `initial` are the sets of value 1 of Specific Character Set; `vr` says which characters are delimiters.
    init(initial: Designation, vr: VR) {
        self.initial = initial
        self.vr = vr
        self.current = initial
    }

    mutating func decode(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
        var rest = bytes[...]
        while let byte = rest.first {
            if byte == 0x1B {
                rest = rest.dropFirst(escape(rest))
            } else if byte <= 0x20 || byte == 0x7F {
                if [0x09, 0x0A, 0x0C, 0x0D].contains(byte) { current = initial }
                text.append(UnicodeScalar(byte))
                rest = rest.dropFirst()
            } else if byte < 0x80 {
                rest = rest.dropFirst(lower(rest, byte))
            } else {
                rest = rest.dropFirst(upper(rest, byte))
            }
        }
        return String(text)
    }

    /// Appends the character of G0 that `rest` begins with. Returns its bytes.
    private mutating func lower(_ rest: Slice<UnsafeBufferPointer<UInt8>>, _ byte: UInt8) -> Int {
        guard current.g0.isDoubleByte else {
            if isDelimiter(byte) {
                current = initial
                text.append(UnicodeScalar(byte))
            } else {
                text.append(current.g0.scalar(of: byte))
            }
            return 1
        }
        // A delimiter is preceded by a return to a single-byte set, so here it is half a character.
        guard let second = rest.dropFirst().first, (0x21...0x7E).contains(second) else {
            text.append(GraphicTable.replacement)
            return 1
        }
        text.append(current.g0.scalar(of: byte, second))
        return 2
    }

    /// Appends the character of G1 that `rest` begins with. Returns its bytes.
    private mutating func upper(_ rest: Slice<UnsafeBufferPointer<UInt8>>, _ byte: UInt8) -> Int {
        // The control characters of C1 are none that text may have.
        if current.g1 == nil || byte < 0xA0 { isExact = false }
        let set = current.g1 ?? .latin1
        guard set.isDoubleByte else {
            text.append(byte < 0xA0 ? UnicodeScalar(byte) : set.scalar(of: byte))
            return 1
        }
        guard byte > 0xA0, let second = rest.dropFirst().first, second > 0xA0 else {
            text.append(GraphicTable.replacement)
            return 1
        }
        text.append(set.scalar(of: byte & 0x7F, second & 0x7F))
        return 2
    }

    private func isDelimiter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "\\"): vr.isMultiValuedText
        case UInt8(ascii: "^"), UInt8(ascii: "="): vr == .PN
        default: false
        }
    }

    /// Obeys the escape sequence that `rest` begins with. Returns its bytes; one that is not known changes nothing.
    private mutating func escape(_ rest: Slice<UnsafeBufferPointer<UInt8>>) -> Int {
        let intermediates = rest.dropFirst().prefix { (0x20...0x2F).contains($0) }
        guard let final = rest.dropFirst(1 + intermediates.count).first, (0x30...0x7E).contains(final) else {
            text.append(GraphicTable.replacement)
            return 1
        }
        if let set = Self.set(designatedBy: String(decoding: intermediates, as: UTF8.self), final) {
            if set.isG0 { current.g0 = set } else { current.g1 = set }
        } else {
            isExact = false
        }
        return 2 + intermediates.count
    }

    /// The escape sequences of PS3.3 tables C.12-3 and C.12-4; JIS C 6226 ("$@"), the older kanji, is taken for JIS X 0208.
    private static func set(designatedBy intermediates: String, _ final: UInt8) -> GraphicSet? {
        switch (intermediates, UnicodeScalar(final)) {
        case ("(", "B"): .ascii
        case ("(", "J"): .romaji
        case (")", "I"): .katakana
        case ("-", "A"): .latin1
        case ("-", "B"): .latin2
        case ("-", "C"): .latin3
        case ("-", "D"): .latin4
        case ("-", "F"): .greek
        case ("-", "G"): .arabic
        case ("-", "H"): .hebrew
        case ("-", "L"): .cyrillic
        case ("-", "M"): .latin5
        case ("-", "T"): .thai
        case ("-", "b"): .latin9
        case ("$", "B"), ("$", "@"): .kanji
        case ("$(", "D"): .supplementaryKanji
        case ("$)", "C"): .hangul
        case ("$)", "A"): .hanzi
        default: nil
        }
    }
}
