// Values of elements (PS3.18 F.2.2 to F.2.7).
extension JSONModelWriter {
    mutating func writeValue(of element: Element, _ vr: VR, _ characterSet: SpecificCharacterSet) {
        let isBigEndian = element.valueEncoding.isBigEndian
        element.withValueBytes { bytes in
            switch vr {
            case .OB, .OD, .OF, .OL, .OV, .OW, .UN: writeInlineBinary(bytes, vr, isBigEndian)
            case .US: writeNumbers(bytes, UInt16.self, isBigEndian) { $0.appendNumber($1) }
            case .SS: writeNumbers(bytes, UInt16.self, isBigEndian) { $0.appendNumber(Int16(bitPattern: $1)) }
            case .UL: writeNumbers(bytes, UInt32.self, isBigEndian) { $0.appendNumber($1) }
            case .SL: writeNumbers(bytes, UInt32.self, isBigEndian) { $0.appendNumber(Int32(bitPattern: $1)) }
            case .UV: writeNumbers(bytes, UInt64.self, isBigEndian) { $0.appendNumber($1) }
            case .SV: writeNumbers(bytes, UInt64.self, isBigEndian) { $0.appendNumber(Int64(bitPattern: $1)) }
            case .FL: writeNumbers(bytes, UInt32.self, isBigEndian) { $0.appendNumber(Float(bitPattern: $1)) }
            case .FD: writeNumbers(bytes, UInt64.self, isBigEndian) { $0.appendNumber(Double(bitPattern: $1)) }
            case .AT: writeTags(bytes, isBigEndian)
            default: writeText(bytes, vr, characterSet)
            }
        }
    }

    // MARK: Binary

    private mutating func writeNumbers<Word: FixedWidthInteger>(
        _ bytes: UnsafeRawBufferPointer, _: Word.Type, _ isBigEndian: Bool,
        _ append: (inout JSONModelWriter, Word) -> Void
    ) {
        let size = MemoryLayout<Word>.size
        guard bytes.count >= size else { return }
        self.append(",\"Value\":[")
        for start in stride(from: 0, through: bytes.count - size, by: size) {
            if start > 0 { self.append(",") }
            let word = bytes.loadUnaligned(fromByteOffset: start, as: Word.self)
            append(&self, isBigEndian ? Word(bigEndian: word) : Word(littleEndian: word))
        }
        self.append("]")
    }

    private mutating func writeTags(_ bytes: UnsafeRawBufferPointer, _ isBigEndian: Bool) {
        guard bytes.count >= 4 else { return }
        append(",\"Value\":[")
        for start in stride(from: 0, through: bytes.count - 4, by: 4) {
            if start > 0 { append(",") }
            let group = bytes.loadUnaligned(fromByteOffset: start, as: UInt16.self)
            let element = bytes.loadUnaligned(fromByteOffset: start + 2, as: UInt16.self)
            append("\"")
            appendHexadecimal(
                isBigEndian
                    ? Tag(UInt16(bigEndian: group), UInt16(bigEndian: element))
                    : Tag(UInt16(littleEndian: group), UInt16(littleEndian: element)))
            append("\"")
        }
        append("]")
    }

    /// Base64 of the bytes in little-endian order (F.2.7).
    private mutating func writeInlineBinary(_ bytes: UnsafeRawBufferPointer, _ vr: VR, _ isBigEndian: Bool) {
        append(",\"InlineBinary\":\"")
        if isBigEndian, vr.wordSize > 1 {
            ByteOrder.swapped(bytes, wordSize: vr.wordSize).withUnsafeBytes { appendBase64($0) }
        } else {
            appendBase64(bytes)
        }
        append("\"")
    }

    // MARK: Text

    private mutating func writeText(_ bytes: UnsafeRawBufferPointer, _ vr: VR, _ characterSet: SpecificCharacterSet) {
        let isPlain = bytes.allSatisfy { $0 < 0x80 && $0 != 0x1B }
        if isPlain, characterSet.keepsASCII || !vr.usesSpecificCharacterSet {
            writeUTF8(bytes, vr)
        } else {
            var text = characterSet.decode(bytes, vr: vr)
            text.withUTF8 { writeUTF8(UnsafeRawBufferPointer($0), vr) }
        }
    }

    private mutating func writeUTF8(_ text: UnsafeRawBufferPointer, _ vr: VR) {
        // Nothing but padding is no value.
        guard text.contains(where: { $0 != 0x20 && $0 != 0 }) else { return }
        append(",\"Value\":[")
        if vr.isMultiValuedText {
            var start = 0
            while true {
                let end = text[start...].firstIndex(of: UInt8(ascii: "\\")) ?? text.count
                writeOne(Self.trimmed(UnsafeRawBufferPointer(rebasing: text[start..<end]), leading: vr != .UC), vr)
                if end == text.count { break }
                append(",")
                start = end + 1
            }
        } else {
            // Spaces at the beginning of LT, ST, UT are part of the text (PS3.5 6.2).
            writeOne(Self.trimmed(text, leading: false), vr)
        }
        append("]")
    }

    private mutating func writeOne(_ value: UnsafeRawBufferPointer, _ vr: VR) {
        if value.isEmpty { return append("null") }
        switch vr {
        case .PN: writePersonName(value)
        case .DS, .IS:
            // What is no number stays readable as text (F.2.3).
            if !appendNumber(text: value) { appendString(value) }
        default: appendString(value)
        }
    }

    private mutating func writePersonName(_ value: UnsafeRawBufferPointer) {
        append("{")
        var start = 0
        var isFirst = true
        for name: StaticString in ["Alphabetic", "Ideographic", "Phonetic"] {
            guard start <= value.count else { break }
            let end = value[start...].firstIndex(of: UInt8(ascii: "=")) ?? value.count
            let group = Self.trimmed(UnsafeRawBufferPointer(rebasing: value[start..<end]), leading: true)
            start = end + 1
            if group.isEmpty { continue }
            append(isFirst ? "\"" : ",\"")
            isFirst = false
            append(name)
            append("\":")
            appendString(group)
        }
        append("}")
    }

    private static func trimmed(_ text: UnsafeRawBufferPointer, leading: Bool) -> UnsafeRawBufferPointer {
        var (start, end) = (0, text.count)
        while end > start, text[end - 1] == 0x20 || text[end - 1] == 0 { end -= 1 }
        while leading, start < end, text[start] == 0x20 || text[start] == 0 { start += 1 }
        return UnsafeRawBufferPointer(rebasing: text[start..<end])
    }
}
