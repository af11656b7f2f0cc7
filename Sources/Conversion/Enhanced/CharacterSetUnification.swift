internal import DICOM

/// One Specific Character Set for texts of all sources (digest E-18): their own where all have the same, else UTF-8, into
/// which all texts are then transcoded.
struct CharacterSetUnification {
    /// Specific Character Set (0008,0005) of the new instance; empty for the default repertoire.
    let terms: [String]
    private let isTranscoding: Bool

    init(_ sources: [SourceInstance]) {
        let first = sources.first?.dataSet.strings(.specificCharacterSet) ?? []
        isTranscoding = sources.contains { $0.dataSet.strings(.specificCharacterSet) != first }
        terms = isTranscoding ? ["ISO_IR 192"] : first
    }

    /// The data set of `source` in the common character set.
    ///
    /// - Throws: `unsupportedValue` where the bytes of a text do not say for certain which characters they are: in another
    ///   character set they would be lost.
    func dataSet(of source: SourceInstance) throws(ConversionReason) -> DataSet {
        guard isTranscoding else { return source.dataSet }
        let characterSet = SpecificCharacterSet(source.dataSet.strings(.specificCharacterSet))
        let bytes = Encoder.encode(try Self.transcoded(source.dataSet, from: characterSet))
        do throws(ParseError) {
            return try DataSet(bytes: bytes, encoding: .explicitLittleEndian)
        } catch {
            throw ConversionReason(.damaged, tag: error.tag, error.description)
        }
    }

    private static func transcoded(
        _ dataSet: DataSet, from inherited: SpecificCharacterSet
    ) throws(ConversionReason) -> DataSetBuilder {
        let characterSet = dataSet.specificCharacterSet ?? inherited
        var builder = DataSetBuilder()
        for element in dataSet where !element.tag.isGroupLength && element.tag != .specificCharacterSet {
            guard element.deferredFileOffset == nil else {
                throw ConversionReason(.tooLarge, tag: element.tag, "\(element.length) bytes")
            }
            if element.isSequence {
                var items: [DataSetBuilder] = []
                for item in element.items { items.append(try transcoded(item, from: characterSet)) }
                builder.set(element.tag, items: items)
            } else if let text = try transcoded(element, from: characterSet) {
                builder[element.tag] = text
            } else {
                builder.copy(element)
            }
        }
        return builder
    }

    /// The text of `element` in UTF-8, nil if it is the same there.
    private static func transcoded(
        _ element: Element, from characterSet: SpecificCharacterSet
    ) throws(ConversionReason) -> DataSetBuilder.Content? {
        switch UnifiedText(element, in: characterSet) {
        case .asEncoded: return nil
        case .utf8(let text): return .value(element.effectiveVR, text)
        case .uncertain:
            throw ConversionReason(.unsupportedValue, tag: element.tag, "text in no certain character set")
        }
    }
}
