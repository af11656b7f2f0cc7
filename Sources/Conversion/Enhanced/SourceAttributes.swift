internal import DICOM

/// The attributes of all sources side by side, by one walk over their sorted elements: for each attribute whether all sources
/// agree on it (PS3.3 C.7.6.16.2.25, X-12). Compares bytes; decodes nothing.
struct SourceAttributes {
    /// An element of one source under the tag it has in the new instance.
    struct Entry {
        let tag: Tag
        let element: Element
    }

    /// One attribute over all sources.
    struct Column {
        let tag: Tag
        /// The first one with a value, else the first.
        private(set) var element: Element
        /// In how many sources it is present, with or without a value.
        private(set) var presentCount = 1
        private(set) var valueCount: Int
        /// True if no two values differ.
        private(set) var isSame = true

        init(_ entry: Entry) {
            tag = entry.tag
            element = entry.element
            valueCount = entry.element.isEmpty ? 0 : 1
        }

        mutating func add(_ other: Element) {
            presentCount += 1
            if other.isEmpty { return }
            if valueCount == 0 {
                element = other
            } else if isSame {
                isSame = other.hasSameValue(as: element)
            }
            valueCount += 1
        }
    }

    /// By source, ascending by tag.
    private(set) var rows: [[Entry]] = []
    /// Ascending by tag.
    private(set) var columns: [Column] = []
    private(set) var blocks = PrivateBlocks()
    /// Blocks with private elements whose creator is missing, and the sources that have such.
    private var orphans: [Tag: [Int]] = [:]

    init(_ frames: [SourceFrame]) throws(SynthesisFailure) {
        rows = try SynthesisFailure.attributingEach(count: frames.count) { (index) throws(ConversionReason) in
            let row = try self.row(of: frames[index].dataSet, frameIndex: frames[index].frameIndex)
            merge(row)
            return row
        }
        var faults: [Int: ConversionReason] = [:]
        for (block, frameIndices) in orphans.sorted(by: { $0.key < $1.key }) where blocks.creators[block] != nil {
            // They would come to belong to another source's creator.
            let reason = ConversionReason(.unsupportedValue, tag: block, "private creator missing")
            for frameIndex in frameIndices where faults[frameIndex] == nil { faults[frameIndex] = reason }
        }
        if let failure = SynthesisFailure(faults) { throw failure }
    }

    var sourceCount: Int { rows.count }

    /// True if all sources have the same value of each of these attributes.
    func agree(on tags: [Tag]) -> Bool {
        tags.allSatisfy { tag in
            column(tag).map { $0.isSame && ($0.valueCount == sourceCount || $0.valueCount == 0) } ?? false
        }
    }

    /// What all sources say of an attribute.
    func column(_ tag: Tag) -> Column? {
        var low = 0
        var high = columns.count
        while low < high {
            let middle = (low + high) / 2
            if columns[middle].tag < tag { low = middle + 1 } else { high = middle }
        }
        return low < columns.count && columns[low].tag == tag ? columns[low] : nil
    }

    private mutating func row(of dataSet: DataSet, frameIndex: Int) throws(ConversionReason) -> [Entry] {
        let renumbering = try blocks.renumbering(of: dataSet)
        var row: [Entry] = []
        row.reserveCapacity(256)
        var usedBlock: Tag?
        var creatorIndices: [Tag: Int] = [:]
        for element in dataSet {
            var tag = element.tag
            if !Self.isTaken(tag) { continue }
            if tag.isPrivate {
                if tag.isPrivateCreator {
                    tag = renumbering[tag] ?? tag
                    creatorIndices[tag] = row.count
                } else {
                    let creator = PrivateBlocks.creatorTag(of: tag)
                    if let renumbered = renumbering[creator] {
                        tag = Tag(tag.group, renumbered.element << 8 | tag.element & 0xFF)
                    }
                    let block = PrivateBlocks.creatorTag(of: tag)
                    if block != usedBlock {
                        creatorIndices[block] = nil
                        if dataSet[creator] == nil { orphans[block, default: []].append(frameIndex) }
                    }
                    usedBlock = block
                }
            }
            guard element.deferredFileOffset == nil else {
                throw ConversionReason(.tooLarge, tag: element.tag, "\(element.length) bytes")
            }
            // Of several elements with one tag, which the standard forbids, the first counts.
            if row.last?.tag != tag { row.append(Entry(tag: tag, element: element)) }
        }
        if !renumbering.isEmpty { row.sort { $0.tag < $1.tag } }
        // A creator goes wherever an element of its block goes; only those without elements are attributes of their own.
        guard creatorIndices.count < row.lazy.filter({ $0.tag.isPrivateCreator }).count else { return row }
        return row.filter { !$0.tag.isPrivateCreator || creatorIndices[$0.tag] != nil }
    }

    /// What can be an attribute of the new instance: no group lengths, pixel data, and identity; nothing that a changed
    /// instance must not carry on (E-4, E-9 to E-13).
    private static func isTaken(_ tag: Tag) -> Bool {
        if tag.isGroupLength || tag.group <= 0x0007 || tag.group >= 0xFFFA || ImageGraphics.isRepeatingGroup(tag) {
            return false
        }
        if tag.group == 0x7FE0 { return false }
        switch tag {
        case .lengthToEnd, .sopClassUID, .sopInstanceUID, .specificCharacterSet, .conversionSourceAttributesSequence,
            .concatenationUID, .sopInstanceUIDOfConcatenationSource, .inConcatenationNumber,
            .inConcatenationTotalNumber,
            .concatenationFrameOffsetNumber, .graphicAnnotationSequence, .macParametersSequence:
            return false
        default:
            return true
        }
    }

    private mutating func merge(_ row: [Entry]) {
        var index = 0
        for entry in row {
            while index < columns.count, columns[index].tag < entry.tag { index += 1 }
            if index < columns.count, columns[index].tag == entry.tag {
                columns[index].add(entry.element)
            } else {
                columns.insert(Column(entry), at: index)
            }
        }
    }
}
