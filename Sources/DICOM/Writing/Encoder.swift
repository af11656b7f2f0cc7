/// Writes data sets (PS3.5 7 and Annex A).
public struct Encoder: Sendable {
    /// How the bytes of sequences taken from a source are written.
    public enum SequenceForm: Sendable {
        /// Every sequence and item with a defined length: one form, so that equal content gives equal bytes.
        case definedLength
        /// As in the source where encodings agree, delimiters and all: what was read is written byte for byte.
        case asRead
    }

    public let encoding: Encoding
    public let sequenceForm: SequenceForm
    public private(set) var bytes: [UInt8] = []

    public init(encoding: Encoding, sequenceForm: SequenceForm = .definedLength, reserving capacity: Int = 0) {
        self.encoding = encoding
        self.sequenceForm = sequenceForm
        bytes.reserveCapacity(capacity)
    }

    /// `builder` as bytes.
    public static func encode(
        _ builder: DataSetBuilder, encoding: Encoding = .explicitLittleEndian,
        sequenceForm: SequenceForm = .definedLength
    ) -> [UInt8] {
        var encoder = Encoder(encoding: encoding, sequenceForm: sequenceForm)
        encoder.append(builder)
        return encoder.bytes
    }

    public mutating func append(_ builder: DataSetBuilder) {
        for (tag, content) in zip(builder.tags, builder.contents) {
            append(content, tag: tag)
        }
    }

    public mutating func append(_ content: DataSetBuilder.Content, tag: Tag) {
        switch content {
        case .copied(let element): append(element, tag: tag)
        case .value(let vr, let value):
            value.withUnsafeBytes { appendValue($0, tag: tag, vr: vr, isBigEndian: false) }
        case .items(let items): appendSequence(tag: tag, items.map { item in { $0.append(item) } })
        }
    }

    /// The header of an element whose value of `length` bytes follows by other means.
    public mutating func appendHeader(tag: Tag, vr: VR, length: UInt32) {
        append(tag)
        guard encoding.isExplicitVR else {
            append(length)
            return
        }
        bytes.append(UInt8(truncatingIfNeeded: vr.rawValue >> 8))
        bytes.append(UInt8(truncatingIfNeeded: vr.rawValue))
        if vr.usesLongLength {
            append(UInt16(0))
            append(length)
        } else {
            append(UInt16(truncatingIfNeeded: length))
        }
    }

    // MARK: Elements that were read

    private mutating func append(_ element: Element, tag: Tag) {
        let source = element.storage
        if sequenceForm == .asRead, tag == element.tag, source.encoding == encoding,
            element.record.flags.isDisjoint(with: [.deferred, .withinImplicit])
        {
            bytes.append(contentsOf: source.bytes[Int(element.record.start)..<Int(element.record.end)])
            return
        }
        if element.isSequence {
            appendSequence(tag: tag, element.items.map { item in { $0.append(item) } })
            return
        }
        let vr = element.effectiveVR
        element.withValueBytes {
            appendValue($0, tag: tag, vr: vr, isBigEndian: element.valueEncoding.isBigEndian)
        }
    }

    private mutating func append(_ item: DataSet) {
        for element in item where !element.tag.isGroupLength { append(element, tag: element.tag) }
    }

    // MARK: Values

    private mutating func appendValue(_ value: UnsafeRawBufferPointer, tag: Tag, vr: VR, isBigEndian: Bool) {
        let isOdd = value.count & 1 == 1
        let length = UInt32(clamping: value.count + (isOdd ? 1 : 0))
        // A value too long for the short form of its VR is written as UN (PS3.5 6.2.2, note 2).
        let written = encoding.isExplicitVR && !vr.usesLongLength && length > 0xFFFE ? VR.UN : vr
        appendHeader(tag: tag, vr: written, length: length)
        if isBigEndian != encoding.isBigEndian, vr.wordSize > 1 {
            bytes.append(contentsOf: ByteOrder.swapped(value, wordSize: vr.wordSize))
        } else {
            bytes.append(contentsOf: value)
        }
        if isOdd { bytes.append(vr.padding) }
    }

    private mutating func appendSequence(tag: Tag, _ items: [(inout Encoder) -> Void]) {
        appendHeader(tag: tag, vr: .SQ, length: 0)
        let start = bytes.count
        for item in items {
            append(Tag(0xFFFE, 0xE000))
            append(UInt32(0))
            let itemStart = bytes.count
            item(&self)
            patch(UInt32(clamping: bytes.count - itemStart), at: itemStart - 4)
        }
        patch(UInt32(clamping: bytes.count - start), at: start - 4)
    }

    // MARK: Words

    private mutating func append(_ tag: Tag) {
        append(tag.group)
        append(tag.element)
    }

    private mutating func append<Word: FixedWidthInteger>(_ word: Word) {
        withUnsafeBytes(of: encoding.isBigEndian ? word.bigEndian : word.littleEndian) { bytes.append(contentsOf: $0) }
    }

    private mutating func patch(_ word: UInt32, at position: Int) {
        withUnsafeBytes(of: encoding.isBigEndian ? word.bigEndian : word.littleEndian) {
            bytes.replaceSubrange(position..<position + 4, with: $0)
        }
    }
}
