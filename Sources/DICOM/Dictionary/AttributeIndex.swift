/// The attribute table in a form that is searched without allocating: tags, VRs and places of the lines, by tag.
struct AttributeIndex: Sendable {
    static let standard = AttributeIndex(AttributeTable.text)

    private let text: StaticString
    private var tags: [UInt32] = []
    private var vrs: [UInt16] = []
    /// Where the part of a line after the tag stands in the text.
    private var lines: [Range<Int>] = []

    /// `text` holds lines that begin with eight hexadecimal digits and a VR, sorted.
    init(_ text: StaticString) {
        self.text = text
        text.withUTF8Buffer { bytes in
            var start = 0
            while start < bytes.count {
                let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
                if end - start > 10, let tag = Self.hexadecimal(bytes[start..<start + 8]) {
                    tags.append(tag)
                    vrs.append(VR(bytes[start + 8], bytes[start + 9]).rawValue)
                    lines.append(start + 8..<end)
                }
                start = end + 1
            }
        }
    }

    /// The VR of `tag`, nil if it is not in the table.
    func vr(of tag: Tag) -> VR? {
        position(of: tag).map { VR(rawValue: vrs[$0]) }
    }

    /// The entry of `tag`, nil if it is not in the table.
    func entry(for tag: Tag) -> DictionaryEntry? {
        guard let position = position(of: tag) else { return nil }
        return DictionaryEntry(line: line(at: position))
    }

    /// The tags by keyword.
    func tagsByKeyword() -> [String: Tag] {
        var result: [String: Tag] = [:]
        result.reserveCapacity(tags.count)
        for position in tags.indices {
            if let entry = DictionaryEntry(line: line(at: position)), !entry.keyword.isEmpty {
                result[entry.keyword] = Tag(rawValue: tags[position])
            }
        }
        return result
    }

    private func line(at position: Int) -> String {
        text.withUTF8Buffer { String(decoding: $0[lines[position]], as: UTF8.self) }
    }

    private func position(of tag: Tag) -> Int? {
        var low = 0
        var high = tags.count
        while low < high {
            let middle = (low + high) / 2
            if tags[middle] < tag.rawValue {
                low = middle + 1
            } else {
                high = middle
            }
        }
        return low < tags.count && tags[low] == tag.rawValue ? low : nil
    }

    private static func hexadecimal(_ digits: some Collection<UInt8>) -> UInt32? {
        var value: UInt32 = 0
        for digit in digits {
            switch digit {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = value << 4 | UInt32(digit - UInt8(ascii: "0"))
            case UInt8(ascii: "A")...UInt8(ascii: "F"): value = value << 4 | UInt32(digit - UInt8(ascii: "A") + 10)
            default: return nil
            }
        }
        return value
    }
}
