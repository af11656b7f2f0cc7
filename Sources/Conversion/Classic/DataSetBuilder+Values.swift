internal import DICOM

// What a data set in the making holds, read back.
extension DataSetBuilder {
    /// An attribute that was read.
    func element(_ tag: Tag) -> Element? {
        if case .copied(let element)? = self[tag] { return element }
        return nil
    }

    /// All values of a text attribute without padding, byte for byte as ISO 8859-1.
    func strings(_ tag: Tag) -> [String] {
        switch self[tag] {
        case .copied(let element): return element.strings
        case .value(let vr, let bytes) where vr.isText:
            let text = String(decoding: bytes, as: UTF8.self)
            return text.isEmpty ? [] : text.split(separator: "\\", omittingEmptySubsequences: false).map(String.init)
        default: return []
        }
    }

    /// The first value of a text attribute; nil if there is none or it is empty.
    func string(_ tag: Tag) -> String? {
        guard let first = strings(tag).first, !first.isEmpty else { return nil }
        return first
    }

    /// The numbers of an attribute, whatever its VR.
    func doubles(_ tag: Tag) -> [Double] {
        switch self[tag] {
        case .copied(let element): return element.doubles
        case .value(let vr, _) where vr == .DS || vr == .IS:
            let numbers = strings(tag).map { Array($0.utf8).withUnsafeBytes { DecimalString.number($0) } }
            return numbers.contains { $0 == nil } ? [] : numbers.compactMap { $0 }
        default: return []
        }
    }

    func double(_ tag: Tag) -> Double? { doubles(tag).first }

    /// The items of a sequence that was read.
    func items(_ tag: Tag) -> [DataSet] {
        if case .copied(let element)? = self[tag] { return element.items }
        return []
    }

    /// Whether the attribute is there with a value (a sequence: with an item).
    func hasValue(_ tag: Tag) -> Bool {
        switch self[tag] {
        case .copied(let element): element.deferredFileOffset != nil || !element.isEmpty && !isBlank(element)
        case .value(_, let bytes): !bytes.isEmpty
        case .items(let items): !items.isEmpty
        case nil: false
        }
    }

    private func isBlank(_ element: Element) -> Bool {
        if element.isSequence { return element.itemCount == 0 }
        guard element.effectiveVR.isText else { return false }
        return element.withValueBytes { $0.allSatisfy { $0 == 0x20 || $0 == 0 } }
    }

    /// Sets a text attribute to the value of another one, byte for byte: characters stay in the data set's character set.
    mutating func set(_ tag: Tag, textOf source: Element) {
        self[tag] = .value(DataDictionary.vr(of: tag), source.valueBytes)
    }

    /// Sets an attribute where it has no value yet.
    mutating func complete(_ tag: Tag, _ text: String?) {
        guard let text, !text.isEmpty, !hasValue(tag) else { return }
        set(tag, text)
    }

    /// Sets a number where there is none yet.
    mutating func complete(_ tag: Tag, _ number: Double?) {
        guard let number, number.isFinite, !hasValue(tag) else { return }
        set(tag, [number])
    }

    /// Sets an Integer String or binary integer to the nearest integer of `number`.
    mutating func set(_ tag: Tag, rounding number: Double) {
        let rounded = number.rounded()
        guard rounded >= -2_147_483_648, rounded <= 2_147_483_647 else { return }
        set(tag, Int(rounded))
    }
}
