/// One value of Specific Character Set (0008,0005) (PS3.3 section C.12.1.1.2).
enum CharacterSetTerm: Hashable, Sendable {
    /// A set of ISO 2022, by its number: "ISO_IR 100", "ISO 2022 IR 87". ISO_IR 13 also stands for Romaji in G0.
    case graphic(GraphicSet)
    /// "ISO_IR 192".
    case utf8
    case gb18030
    case gbk

    /// Nil if the term is not understood. Common misspellings are: "ISO-IR 100", "ISO_IR_100", "ISO 8859-1", "UTF-8".
    init?(_ text: String) {
        let words = text.uppercased().split { !$0.isLetter && !$0.isNumber }
        guard let last = words.last else {
            self = .graphic(.ascii)
            return
        }
        switch words.joined() {
        case "GB18030": self = .gb18030
        case "GBK", "ISO2022GBK": self = .gbk
        case "UTF8", "UTF16", "ISOIR192", "ISO2022IR192": self = .utf8
        case "ASCII": self = .graphic(.ascii)
        default:
            guard words.first?.hasPrefix("ISO") == true, let number = Int(last.drop(while: \.isLetter)) else {
                return nil
            }
            let part = words.contains("8859") || words.contains("ISO8859") ? Self.parts[number] : nil
            guard let set = part ?? GraphicSet(rawValue: number) else { return nil }
            self = .graphic(set)
        }
    }

    /// The sets that are the upper half of a part of ISO 8859.
    private static let parts: [Int: GraphicSet] = [
        1: .latin1, 2: .latin2, 3: .latin3, 4: .latin4, 5: .cyrillic, 6: .arabic, 7: .greek, 8: .hebrew, 9: .latin5,
        11: .thai, 15: .latin9,
    ]
}
