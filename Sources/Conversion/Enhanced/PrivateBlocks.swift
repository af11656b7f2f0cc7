internal import DICOM

/// Which block a private creator reserves in the new instance: creators of one name are the same attributes whatever block
/// each source gave them (PS3.5 7.8.1, digest E-13).
struct PrivateBlocks {
    /// A creator of a group; `occurrence` tells blocks apart that one source reserves twice under the same name.
    private struct Key: Hashable {
        let group: UInt16
        let creator: String
        let occurrence: Int
    }

    private var blocks: [Key: UInt16] = [:]
    private var taken: [UInt16: Set<UInt16>] = [:]
    /// The Private Creator element of each block of the new instance.
    private(set) var creators: [Tag: Element] = [:]

    /// By block tag (gggg,00bb) of one source, the block tag in the new instance; empty if all are the same.
    typealias Renumbering = [Tag: Tag]

    /// - Throws: `unsupportedValue` if a group has no block left.
    mutating func renumbering(of dataSet: DataSet) throws(ConversionReason) -> Renumbering {
        var occurrences: [Key: Int] = [:]
        var result: Renumbering = [:]
        for element in dataSet where element.tag.isPrivateCreator && !element.isEmpty {
            let group = element.tag.group
            let first = Key(group: group, creator: element.rawString, occurrence: 0)
            let occurrence = occurrences[first, default: 0]
            occurrences[first] = occurrence + 1
            let key = Key(group: group, creator: first.creator, occurrence: occurrence)
            let block = try block(for: key, preferring: element.tag.element)
            let tag = Tag(group, block)
            if creators[tag] == nil { creators[tag] = element }
            if tag != element.tag { result[element.tag] = tag }
        }
        return result
    }

    /// The block of a creator of our own; nil if the group has none left.
    mutating func block(group: UInt16, creator: String) -> UInt16? {
        try? block(for: Key(group: group, creator: creator, occurrence: 0), preferring: 0x10)
    }

    private mutating func block(for key: Key, preferring preferred: UInt16) throws(ConversionReason) -> UInt16 {
        if let block = blocks[key] { return block }
        let used = taken[key.group] ?? []
        guard let block = used.contains(preferred) ? (0x10...0xFF).first(where: { !used.contains($0) }) : preferred
        else {
            throw ConversionReason(.unsupportedValue, tag: Tag(key.group, preferred), "no private block left")
        }
        blocks[key] = block
        taken[key.group, default: []].insert(block)
        return block
    }

    /// The tag of the creator of a private element's block.
    static func creatorTag(of tag: Tag) -> Tag {
        Tag(tag.group, tag.element >> 8)
    }
}
