internal import DICOM

// Private elements belong to their creator, not to a block: where two data sets meet, blocks are matched by creator and
// moved if need be (PS3.5 7.8.1, digest E-13).
extension DataSetBuilder {
    /// Takes over the elements of `item`, over what is there already.
    ///
    /// - Parameters:
    ///   - unitesPrivateSequences: true where a private sequence of one item that is there already keeps its elements beside
    ///     those of the item that comes (Philips puts one such sequence in the shared and in the per-frame groups).
    ///   - isTaken: whether an element with a standard tag is taken.
    mutating func merge(
        _ item: DataSet, unitesPrivateSequences: Bool = false, where isTaken: (Element) -> Bool = { _ in true }
    ) {
        var blocks: [Tag: UInt16] = [:]
        for element in item where !element.tag.isGroupLength {
            let tag = element.tag
            if !tag.isPrivate {
                if isTaken(element) { copy(element) }
            } else if tag.isPrivateCreator {
                blocks[tag] = blockReserved(by: element)
            } else if tag.element >= 0x1000, let block = blocks[Tag(tag.group, tag.element >> 8)] {
                let moved = Tag(tag.group, block << 8 | tag.element & 0xFF)
                self[moved] = unitesPrivateSequences ? united(self[moved], element) : .copied(element)
            } else if !contains(tag) {
                copy(element)
            }
        }
    }

    /// Drops what `creator` has in a group, its reservation included.
    mutating func removePrivateBlocks(group: UInt16, creator: String) {
        for (tag, content) in zip(tags, contents) where tag.group == group && (0x10...0xFF).contains(tag.element) {
            let name: String? =
                switch content {
                case .copied(let element): element.string
                case .value(_, let bytes): String(decoding: bytes, as: UTF8.self)
                case .items: nil
                }
            guard name == creator else { continue }
            for other in tags where other.group == group && (other == tag || other.element >> 8 == tag.element) {
                remove(other)
            }
        }
    }

    /// The block that `reservation`, a private creator, has here: the one it has already, its own number if that is free,
    /// else the first free one. Nil if there is none.
    private mutating func blockReserved(by reservation: Element) -> UInt16? {
        let group = reservation.tag.group
        let creator = reservation.rawString
        if self[reservation.tag] == nil, !hasElements(group: group, block: reservation.tag.element),
            existingBlock(group: group, creator: creator) == nil
        {
            copy(reservation)
            return reservation.tag.element
        }
        if string(reservation.tag) == creator { return reservation.tag.element }
        if let block = existingBlock(group: group, creator: creator) { return block }
        for block in UInt16(0x10)...0xFF
        where self[Tag(group, block)] == nil && !hasElements(group: group, block: block) {
            copy(reservation, as: Tag(group, block))
            return block
        }
        return nil
    }

    private func existingBlock(group: UInt16, creator: String) -> UInt16? {
        var index = firstIndex(atOrBehind: Tag(group, 0x10))
        while index < tags.count, tags[index].group == group, tags[index].element <= 0xFF {
            if string(tags[index]) == creator { return tags[index].element }
            index += 1
        }
        return nil
    }

    private func hasElements(group: UInt16, block: UInt16) -> Bool {
        let index = firstIndex(atOrBehind: Tag(group, block << 8))
        return index < tags.count && tags[index].group == group && tags[index].element >> 8 == block
    }

    private func firstIndex(atOrBehind tag: Tag) -> Int {
        var low = 0
        var high = tags.count
        while low < high {
            let middle = (low + high) / 2
            if tags[middle] < tag { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private func united(_ present: Content?, _ element: Element) -> Content {
        guard element.isSequence, element.itemCount == 1, let added = element.items.first else {
            return .copied(element)
        }
        var item: DataSetBuilder
        switch present {
        case .copied(let old) where old.isSequence && old.itemCount == 1:
            guard let first = old.items.first else { return .copied(element) }
            item = DataSetBuilder(copying: first)
        case .items(let old) where old.count == 1: item = old[0]
        default: return .copied(element)
        }
        item.merge(added)
        return .items([item])
    }
}
