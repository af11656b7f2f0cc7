/// A data set in the making: elements in ascending order, new ones and such as are taken from data sets that were read.
public struct DataSetBuilder: Sendable {
    /// What an element will be written from.
    public enum Content: Sendable {
        /// An element of a data set that was read, whatever its encoding.
        case copied(Element)
        /// A value in little-endian byte order.
        case value(VR, [UInt8])
        /// A sequence.
        case items([DataSetBuilder])
    }

    /// Tags, ascending; `contents` runs beside them.
    public private(set) var tags: [Tag] = []
    public private(set) var contents: [Content] = []

    public init() {}

    /// A builder that holds all elements of `dataSet` but group lengths, which are retired (PS3.5 7.2).
    public init(copying dataSet: DataSet) {
        for element in dataSet where !element.tag.isGroupLength { copy(element) }
    }

    public var isEmpty: Bool { tags.isEmpty }

    /// What is to be written for `tag`; setting nil removes it.
    public subscript(tag: Tag) -> Content? {
        get {
            let index = position(of: tag)
            return index < tags.count && tags[index] == tag ? contents[index] : nil
        }
        set {
            let index = position(of: tag)
            let isPresent = index < tags.count && tags[index] == tag
            switch (newValue, isPresent) {
            case (let content?, true): contents[index] = content
            case (let content?, false):
                tags.insert(tag, at: index)
                contents.insert(content, at: index)
            case (nil, true):
                tags.remove(at: index)
                contents.remove(at: index)
            case (nil, false): break
            }
        }
    }

    public func contains(_ tag: Tag) -> Bool {
        let index = position(of: tag)
        return index < tags.count && tags[index] == tag
    }

    private func position(of tag: Tag) -> Int {
        if let last = tags.last, last < tag { return tags.count }
        var low = 0
        var high = tags.count
        while low < high {
            let middle = (low + high) / 2
            if tags[middle] < tag { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Takes over `element`, under another tag if one is given.
    public mutating func copy(_ element: Element, as tag: Tag? = nil) {
        self[tag ?? element.tag] = .copied(element)
    }

    /// Takes over the element with `tag` of `dataSet` if it is there.
    public mutating func copy(_ tag: Tag, from dataSet: DataSet) {
        if let element = dataSet[tag] { copy(element) }
    }

    public mutating func remove(_ tag: Tag) {
        self[tag] = nil
    }
}

extension DataSetBuilder {
    /// Sets a text value; several values are separated by backslashes already. ASCII, or in the data set's character set.
    public mutating func set(_ tag: Tag, _ text: String) {
        self[tag] = .value(DataDictionary.vr(of: tag), Array(text.utf8))
    }

    /// Sets several text values.
    public mutating func set(_ tag: Tag, _ texts: [String]) {
        set(tag, texts.joined(separator: "\\"))
    }

    /// Sets a value that has no bytes.
    public mutating func setEmpty(_ tag: Tag) {
        let vr = DataDictionary.vr(of: tag)
        self[tag] = vr == .SQ ? .items([]) : .value(vr, [])
    }

    /// Sets a sequence.
    public mutating func set(_ tag: Tag, items: [DataSetBuilder]) {
        self[tag] = .items(items)
    }

    /// Sets integers, in the form that the VR of the dictionary asks for (or `vr`, where the dictionary leaves a choice).
    public mutating func set(_ tag: Tag, _ integers: [Int], vr: VR? = nil) {
        let vr = vr ?? DataDictionary.vr(of: tag)
        switch vr {
        case .US, .OW: self[tag] = .value(vr, integers.flatMap { bytes(UInt16(truncatingIfNeeded: $0)) })
        case .SS: self[tag] = .value(vr, integers.flatMap { bytes(UInt16(truncatingIfNeeded: $0)) })
        case .UL, .SL, .OL: self[tag] = .value(vr, integers.flatMap { bytes(UInt32(truncatingIfNeeded: $0)) })
        case .UV, .SV, .OV: self[tag] = .value(vr, integers.flatMap { bytes(UInt64(truncatingIfNeeded: $0)) })
        case .FD, .FL, .DS: set(tag, integers.map { Double($0) }, vr: vr)
        default: self[tag] = .value(vr, Array(integers.map(String.init).joined(separator: "\\").utf8))
        }
    }

    public mutating func set(_ tag: Tag, _ integer: Int, vr: VR? = nil) {
        set(tag, [integer], vr: vr)
    }

    /// Sets numbers, in the form that the VR of the dictionary asks for.
    public mutating func set(_ tag: Tag, _ numbers: [Double], vr: VR? = nil) {
        let vr = vr ?? DataDictionary.vr(of: tag)
        switch vr {
        case .FD, .OD: self[tag] = .value(vr, numbers.flatMap { bytes($0.bitPattern) })
        case .FL, .OF: self[tag] = .value(vr, numbers.flatMap { bytes(Float($0).bitPattern) })
        default:
            let texts = numbers.map { DecimalString.format($0) ?? "" }
            self[tag] = .value(vr, Array(texts.joined(separator: "\\").utf8))
        }
    }

    public mutating func set(_ tag: Tag, _ number: Double, vr: VR? = nil) {
        set(tag, [number], vr: vr)
    }

    /// Sets a value by its bytes in little-endian order.
    public mutating func set(_ tag: Tag, vr: VR, bytes: [UInt8]) {
        self[tag] = .value(vr, bytes)
    }

    private func bytes<Word: FixedWidthInteger>(_ word: Word) -> [UInt8] {
        withUnsafeBytes(of: word.littleEndian) { Array($0) }
    }
}
