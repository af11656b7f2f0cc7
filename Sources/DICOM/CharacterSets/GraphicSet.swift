/// A set of graphic characters that ISO 2022 designates to G0 or G1 (PS3.3 tables C.12-2 to C.12-4).
///
/// The number is the one of the ISO registry, as it stands in Specific Character Set.
enum GraphicSet: Int, Hashable, Sendable {
    case ascii = 6
    /// JIS X 0201 Romaji: ASCII with a yen sign for the backslash and an overline for the tilde.
    case romaji = 14
    /// JIS X 0201 Katakana.
    case katakana = 13
    case latin1 = 100
    case latin2 = 101
    case latin3 = 109
    case latin4 = 110
    case cyrillic = 144
    case arabic = 127
    case greek = 126
    case hebrew = 138
    case latin5 = 148
    case latin9 = 203
    case thai = 166
    /// JIS X 0208, two bytes.
    case kanji = 87
    /// JIS X 0212, two bytes.
    case supplementaryKanji = 159
    /// KS X 1001, two bytes.
    case hangul = 149
    /// GB 2312, two bytes.
    case hanzi = 58

    /// Whether a character takes two bytes.
    var isDoubleByte: Bool {
        switch self {
        case .kanji, .supplementaryKanji, .hangul, .hanzi: true
        default: false
        }
    }

    /// Whether the set is used in G0, the bytes below 80H; the others are used in G1.
    var isG0: Bool {
        switch self {
        case .ascii, .romaji, .kanji, .supplementaryKanji: true
        default: false
        }
    }

    /// The scalar of a byte, 21H-7EH or A0H-FFH; U+FFFD where the set has none.
    func scalar(of byte: UInt8) -> UnicodeScalar {
        if self == .ascii { return UnicodeScalar(byte) }
        if self == .latin1 { return UnicodeScalar(byte) }
        let index = Int(byte)
        let table = GraphicTable.table(of: self)
        return index < table.count ? table[index] : GraphicTable.replacement
    }

    /// The scalar of two bytes, each 21H-7EH whether the set is in G0 or G1; U+FFFD where the set has none.
    func scalar(of first: UInt8, _ second: UInt8) -> UnicodeScalar {
        guard (0x21...0x7E).contains(first), (0x21...0x7E).contains(second) else { return GraphicTable.replacement }
        let index = (Int(first) - 0x21) * 94 + Int(second) - 0x21
        let table = GraphicTable.table(of: self)
        return index < table.count ? table[index] : GraphicTable.replacement
    }
}
