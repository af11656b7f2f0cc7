/// The character sets of a data set: what the values of Specific Character Set (0008,0005) say (PS3.5 section 6.1.2).
///
/// Decoding never fails: what a set does not have becomes U+FFFD.
public struct SpecificCharacterSet: Hashable, Sendable {
    /// The default repertoire, ISO-IR 6: what holds where there is no Specific Character Set.
    public static let defaultRepertoire = SpecificCharacterSet([])

    /// UTF-8, ISO_IR 192.
    public static let utf8 = SpecificCharacterSet(["ISO_IR 192"])

    /// The values that are no Defined Term and no misspelling of one that is understood.
    public let unknownTerms: [String]

    /// Whether only the default repertoire is declared.
    public let isDefault: Bool

    private let scheme: Scheme

    private enum Scheme: Hashable, Sendable {
        case iso2022(ISO2022Decoder.Designation)
        /// Nothing is declared, so a byte of 80H and above has no meaning of its own.
        case undeclared
        case utf8
        case iconv(encoding: String)
    }

    /// The character sets of the values of (0008,0005), in their order.
    public init(_ values: [String]) {
        let terms = values.map { CharacterSetTerm($0) }
        unknownTerms = zip(values, terms).filter { $0.1 == nil }.map(\.0)
        isDefault = unknownTerms.isEmpty && terms.allSatisfy { $0 == .graphic(.ascii) }
        // The sets that use all bytes allow no code extension: they are alone, and whatever stands beside them is wrong.
        if terms.contains(.utf8) {
            scheme = .utf8
        } else if terms.contains(.gb18030) {
            scheme = .iconv(encoding: "GB18030")
        } else if terms.contains(.gbk) {
            scheme = .iconv(encoding: "GBK")
        } else if let first = terms.first, let term = first, case .graphic(let set) = term {
            scheme = Self.iso2022(first: set, hasOthers: terms.count > 1)
        } else {
            scheme = .undeclared
        }
    }

    /// Whether text of ASCII characters alone, no escape among them, is its own bytes.
    public var keepsASCII: Bool {
        if case .iso2022(let designation) = scheme { return designation.g0 == .ascii }
        return true
    }

    private static func iso2022(first set: GraphicSet, hasOthers: Bool) -> Scheme {
        switch set {
        case .katakana, .romaji: .iso2022(.init(g0: .romaji, g1: .katakana))
        case .ascii where !hasOthers: .undeclared
        case .ascii: .iso2022(.init(g0: .ascii, g1: nil))
        // A double-byte set comes in by an escape sequence; as a first value it is wrong, but its G1 can be believed.
        case _ where set.isG0: .iso2022(.init(g0: .ascii, g1: nil))
        default: .iso2022(.init(g0: .ascii, g1: set))
        }
    }

    /// The text of a value field: padding and backslashes between values are kept.
    ///
    /// `vr` says which characters are delimiters, before which ISO 2022 begins anew (PS3.5 section 6.1.2.5.3), and
    /// whether Specific Character Set applies at all.
    public func decode(_ bytes: some Collection<UInt8>, vr: VR) -> String {
        bytes.withContiguousStorageIfAvailable { decode(buffer: $0, vr: vr) }
            ?? Array(bytes).withUnsafeBufferPointer { decode(buffer: $0, vr: vr) }
    }

    /// The text of a value field where its bytes say it without doubt; nil where ``decode(_:vr:)-(Collection<UInt8>,_)`` guesses,
    /// or puts U+FFFD for bytes that mean nothing.
    public func decodeExactly(_ bytes: some Collection<UInt8>, vr: VR) -> String? {
        let bytes = Array(bytes)
        return bytes.withUnsafeBufferPointer { buffer in
            let scheme = vr.usesSpecificCharacterSet ? scheme : .undeclared
            switch scheme {
            case .undeclared: return Self.isPlainASCII(buffer) ? String(decoding: buffer, as: UTF8.self) : nil
            case .utf8: return String(validating: buffer, as: UTF8.self)
            case .iso2022(let designation):
                var decoder = ISO2022Decoder(initial: designation, vr: vr)
                let text = decoder.decode(buffer)
                return decoder.isExact && !text.unicodeScalars.contains(GraphicTable.replacement) ? text : nil
            case .iconv:
                let text = decode(buffer: buffer, vr: vr)
                return text.unicodeScalars.contains(GraphicTable.replacement) ? nil : text
            }
        }
    }

    /// The text of a value field: padding and backslashes between values are kept.
    public func decode(_ bytes: RawSpan, vr: VR) -> String {
        bytes.withUnsafeBytes { decode($0, vr: vr) }
    }

    /// The values of a value field, split where a backslash separates values of `vr`, padding kept.
    ///
    /// Splitting comes after decoding: in GB18030, GBK and ISO 2022 a byte 5CH may be part of a character.
    public func values(_ bytes: some Collection<UInt8>, vr: VR) -> [String] {
        let text = decode(bytes, vr: vr)
        guard vr.isMultiValuedText else { return [text] }
        return text.split(separator: "\\", omittingEmptySubsequences: false).map(String.init)
    }

    private func decode(buffer: UnsafeBufferPointer<UInt8>, vr: VR) -> String {
        let scheme = vr.usesSpecificCharacterSet ? scheme : .undeclared
        switch scheme {
        case .iso2022(let designation):
            // A yen sign stands where ASCII has a backslash, so only ASCII itself is copied.
            if designation.g0 == .ascii, Self.isPlainASCII(buffer) { break }
            var decoder = ISO2022Decoder(initial: designation, vr: vr)
            return decoder.decode(buffer)
        case .undeclared:
            // Mostly Latin-1, today also UTF-8; valid UTF-8 is hardly ever anything else.
            if !Self.isPlainASCII(buffer), buffer.contains(0x1B) {
                var decoder = ISO2022Decoder(initial: .init(g0: .ascii, g1: nil), vr: vr)
                return decoder.decode(buffer)
            }
            return String(validating: buffer, as: UTF8.self)
                ?? String(String.UnicodeScalarView(buffer.map { UnicodeScalar($0) }))
        case .utf8:
            break
        case .iconv(let encoding):
            if let converter = Converter(from: encoding) { return converter.string(of: Array(buffer)) }
        }
        return String(decoding: buffer, as: UTF8.self)
    }

    private static func isPlainASCII(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        bytes.allSatisfy { $0 < 0x80 && $0 != 0x1B }
    }
}
