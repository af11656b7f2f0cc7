extension Element {
    /// The VR by which the value is understood: for UN and public tags the dictionary's.
    public var effectiveVR: VR {
        guard record.vr == .UN, !record.tag.isPrivate else { return record.vr }
        let known = DataDictionary.vr(of: record.tag)
        return known == .SQ ? .UN : known
    }

    /// The whole value as text without padding, byte for byte as ISO 8859-1: for VRs that Specific Character Set does not
    /// concern (UI, CS, DS, IS, DA, TM, ...).
    public var rawString: String {
        withValueBytes { Self.text(of: $0) }
    }

    /// The first value as text without padding, nil if empty.
    public var string: String? {
        withValueBytes { bytes in
            let end = bytes.firstIndex(of: 0x5C) ?? bytes.count
            let text = Self.text(of: UnsafeRawBufferPointer(rebasing: bytes[..<end]))
            return text.isEmpty ? nil : text
        }
    }

    /// `bytes` without padding as ISO 8859-1.
    private static func text(of bytes: UnsafeRawBufferPointer) -> String {
        var end = bytes.count
        while end > 0, bytes[end - 1] == 0x20 || bytes[end - 1] == 0 { end -= 1 }
        var start = 0
        while start < end, bytes[start] == 0x20 { start += 1 }
        let body = UnsafeRawBufferPointer(rebasing: bytes[start..<end])
        if body.allSatisfy({ $0 < 0x80 }) { return String(decoding: body, as: UTF8.self) }
        return String(String.UnicodeScalarView(body.map { Unicode.Scalar($0) }))
    }

    /// All values as text without padding; empty values are kept, no values if the element is empty.
    public var strings: [String] {
        let text = rawString
        if text.isEmpty { return [] }
        return text.split(separator: "\\", omittingEmptySubsequences: false).map { trimmed($0) }
    }

    private func trimmed(_ text: Substring) -> String {
        var text = text
        while let last = text.last, last == " " || last == "\0" { text.removeLast() }
        while text.first == " " { text.removeFirst() }
        return String(text)
    }

    /// The numbers of the value, whatever VR they are written in; empty if there is none or one is not a number.
    public var doubles: [Double] {
        switch effectiveVR {
        case .DS, .IS:
            return withValueBytes { bytes in
                var numbers: [Double] = []
                for part in bytes.split(separator: 0x5C, omittingEmptySubsequences: false) {
                    guard let number = DecimalString.number(UnsafeRawBufferPointer(rebasing: part)) else { return [] }
                    numbers.append(number)
                }
                return numbers
            }
        case .FL, .OF: return words(of: UInt32.self).map { Double(Float(bitPattern: $0)) }
        case .FD, .OD: return words(of: UInt64.self).map { Double(bitPattern: $0) }
        default: return integers.map { Double($0) }
        }
    }

    /// The integers of the value, whatever VR they are written in; empty if there is none or one is not an integer.
    public var integers: [Int] {
        switch effectiveVR {
        case .US, .OW: return words(of: UInt16.self).map { Int($0) }
        case .SS: return words(of: UInt16.self).map { Int(Int16(bitPattern: $0)) }
        case .UL, .OL: return words(of: UInt32.self).map { Int($0) }
        case .SL: return words(of: UInt32.self).map { Int(Int32(bitPattern: $0)) }
        case .UV, .OV: return words(of: UInt64.self).compactMap { Int(exactly: $0) }
        case .SV: return words(of: UInt64.self).map { Int(Int64(bitPattern: $0)) }
        case .IS, .DS:
            return doubles.compactMap { Int(exactly: $0.rounded()) }
        default: return []
        }
    }

    /// The tags of an AT value.
    public var tags: [Tag] {
        let halves = words(of: UInt16.self)
        return stride(from: 0, to: halves.count - 1, by: 2).map { Tag(halves[$0], halves[$0 + 1]) }
    }

    private func words<Word: FixedWidthInteger>(of: Word.Type) -> [Word] {
        let isBigEndian = valueEncoding.isBigEndian
        return withValueBytes { bytes in
            let size = MemoryLayout<Word>.size
            return (0..<bytes.count / size).map { index in
                let word = bytes.loadUnaligned(fromByteOffset: index * size, as: Word.self)
                return isBigEndian ? Word(bigEndian: word) : Word(littleEndian: word)
            }
        }
    }
}

extension DataSet {
    /// The first value of `tag` as text without padding; see `Element.string`.
    public func string(_ tag: Tag) -> String? { self[tag]?.string }

    /// All values of `tag` as text without padding.
    public func strings(_ tag: Tag) -> [String] { self[tag]?.strings ?? [] }

    /// The first number of `tag`.
    public func double(_ tag: Tag) -> Double? { self[tag]?.doubles.first }

    /// All numbers of `tag`.
    public func doubles(_ tag: Tag) -> [Double] { self[tag]?.doubles ?? [] }

    /// The first integer of `tag`.
    public func integer(_ tag: Tag) -> Int? { self[tag]?.integers.first }

    /// All integers of `tag`.
    public func integers(_ tag: Tag) -> [Int] { self[tag]?.integers ?? [] }

    /// The items of the sequence `tag`, none where it is absent.
    public func items(_ tag: Tag) -> [DataSet] { self[tag]?.items ?? [] }

    /// The first item of the sequence `tag`.
    public func firstItem(_ tag: Tag) -> DataSet? {
        guard let element = self[tag], element.record.next > element.index + 1 else { return nil }
        let item = storage.records[Int(element.index + 1)]
        return DataSet(storage: storage, range: element.index + 2..<item.next, isTopLevel: false)
    }

    /// The whole value of `tag` decoded by this data set's character set (PS3.5 6.1), without padding.
    public func text(_ tag: Tag, in characterSet: SpecificCharacterSet) -> String? {
        guard let element = self[tag] else { return nil }
        let text = element.withValueBytes { characterSet.decode($0, vr: element.effectiveVR) }
        return text.isEmpty ? nil : text
    }

    /// Specific Character Set (0008,0005) of this data set; items without one inherit that of the data set around them.
    public var specificCharacterSet: SpecificCharacterSet? {
        self[Tag(0x0008, 0x0005)].map { SpecificCharacterSet($0.strings) }
    }
}
