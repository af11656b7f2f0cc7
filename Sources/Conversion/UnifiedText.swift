internal import DICOM

/// The text of a value in UTF-8, so that texts of data sets in different character sets can be compared, and stand in one (E-18).
enum UnifiedText {
    /// The bytes of the value as they are: ASCII, or no text that Specific Character Set is about.
    case asEncoded
    /// In UTF-8, without padding.
    case utf8([UInt8])
    /// The bytes do not say for certain which characters they are.
    case uncertain

    init(_ element: Element, in characterSet: SpecificCharacterSet) {
        let vr = element.effectiveVR
        guard vr.usesSpecificCharacterSet else {
            self = .asEncoded
            return
        }
        // Without escape sequences and bytes above 7F it is ASCII, but in ISO_IR 13, which has two other characters there.
        let keepsASCII = characterSet.keepsASCII
        let isPlain = element.withValueBytes { bytes in
            bytes.allSatisfy { $0 < 0x80 && $0 != 0x1B && (keepsASCII || $0 != 0x5C && $0 != 0x7E) }
        }
        if isPlain {
            self = .asEncoded
            return
        }
        let text = element.withValueBytes { bytes in
            let padding = bytes.reversed().prefix { $0 == 0x20 || $0 == 0 }.count
            return characterSet.decodeExactly(bytes.dropLast(padding), vr: vr)
        }
        self = text.map { .utf8(Array($0.utf8)) } ?? .uncertain
    }
}

extension DataSet {
    /// The whole value of a text at the top level of this data set in UTF-8 without padding; as ISO 8859-1 where its bytes do not
    /// say for certain what they are; empty if it is absent.
    func unifiedText(_ tag: Tag) -> String {
        guard let element = self[tag] else { return "" }
        guard case .utf8(let text) = UnifiedText(element, in: specificCharacterSet ?? .defaultRepertoire) else {
            return element.rawString
        }
        return String(decoding: text, as: UTF8.self)
    }
}
