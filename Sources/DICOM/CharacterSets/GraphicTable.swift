/// The characters of each ``GraphicSet``, read once from the tables of the C library's iconv.
///
/// A table of 256 or 94 x 94 scalars: a decoder then makes no call, holds no state and takes no lock.
enum GraphicTable {
    /// Stands for what a set does not have.
    static let replacement: UnicodeScalar = "\u{FFFD}"

    static func table(of set: GraphicSet) -> [UnicodeScalar] {
        switch set {
        case .ascii, .latin1: latin1
        case .romaji: romaji
        case .katakana: katakana
        case .latin2: latin2
        case .latin3: latin3
        case .latin4: latin4
        case .cyrillic: cyrillic
        case .arabic: arabic
        case .greek: greek
        case .hebrew: hebrew
        case .latin5: latin5
        case .latin9: latin9
        case .thai: thai
        case .kanji: kanji
        case .supplementaryKanji: supplementaryKanji
        case .hangul: hangul
        case .hanzi: hanzi
        }
    }

    private static let latin1 = singleByte("ISO-8859-1")
    private static let latin2 = singleByte("ISO-8859-2")
    private static let latin3 = singleByte("ISO-8859-3")
    private static let latin4 = singleByte("ISO-8859-4")
    private static let cyrillic = singleByte("ISO-8859-5")
    private static let arabic = singleByte("ISO-8859-6")
    private static let greek = singleByte("ISO-8859-7")
    private static let hebrew = singleByte("ISO-8859-8")
    private static let latin5 = singleByte("ISO-8859-9")
    private static let latin9 = singleByte("ISO-8859-15")
    private static let thai = singleByte("TIS-620")
    private static let kanji = doubleByte("EUC-JP")
    private static let supplementaryKanji = doubleByte("EUC-JP", prefix: [0x8F])
    private static let hangul = doubleByte("EUC-KR")
    private static let hanzi = doubleByte("GB2312")

    /// JIS X 0201, which the C library has only as part of others: ASCII but for two characters...
    private static let romaji = latin1.enumerated().map { code, scalar -> UnicodeScalar in
        switch code {
        case 0x5C: "\u{A5}"
        case 0x7E: "\u{203E}"
        default: code < 0x80 ? scalar : replacement
        }
    }

    /// ... and half-width katakana in the order of Unicode, which took them from it.
    private static let katakana = (0...UInt32(0xFF)).map { code -> UnicodeScalar in
        guard (0xA1...0xDF).contains(code) else { return replacement }
        return UnicodeScalar(0xFF61 + code - 0xA1) ?? replacement
    }

    private static func singleByte(_ encoding: String) -> [UnicodeScalar] {
        guard let converter = Converter(from: encoding) else { return [] }
        return (0...UInt8.max).map { converter.scalar(of: [$0]) ?? replacement }
    }

    private static func doubleByte(_ encoding: String, prefix: [UInt8] = []) -> [UnicodeScalar] {
        var table = [UnicodeScalar](repeating: replacement, count: 94 * 94)
        guard let converter = Converter(from: encoding) else { return table }
        var index = 0
        for first: UInt8 in 0xA1...0xFE {
            for second: UInt8 in 0xA1...0xFE {
                if let scalar = converter.scalar(of: prefix + [first, second]) { table[index] = scalar }
                index += 1
            }
        }
        return table
    }
}
