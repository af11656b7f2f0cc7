/// An attribute of PS3.6 that stands for many tags, such as (60xx,3000).
struct RepeatingGroup: Sendable {
    static let standard = RepeatingGroupTable.text.description.split(separator: "\n").compactMap(RepeatingGroup.init)

    let entry: DictionaryEntry
    private let value: UInt32
    private let mask: UInt32

    /// A line: tag value and mask in eight hexadecimal digits each, then what ``DictionaryEntry`` reads.
    init?(line: Substring) {
        guard let value = UInt32(line.prefix(8), radix: 16),
            let mask = UInt32(line.dropFirst(8).prefix(8), radix: 16),
            let entry = DictionaryEntry(line: line.dropFirst(16))
        else { return nil }
        self.value = value
        self.mask = mask
        self.entry = entry
    }

    func contains(_ tag: Tag) -> Bool {
        tag.rawValue & mask == value
    }
}
