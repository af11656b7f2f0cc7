/// A data set or sequence item, as a view of the bytes it was read from (PS3.5 7). Cheap to copy; values are decoded when
/// they are asked for.
public struct DataSet: Sendable {
    let storage: DataSetStorage
    /// The records of this data set: its elements and what is nested in them.
    let range: Range<Int32>
    let isTopLevel: Bool

    /// A data set without elements.
    public static let empty = DataSet(storage: .empty, range: 0..<0, isTopLevel: true)

    init(storage: DataSetStorage, range: Range<Int32>, isTopLevel: Bool) {
        self.storage = storage
        self.range = range
        self.isTopLevel = isTopLevel
    }

    /// How values are encoded.
    public var encoding: Encoding { storage.encoding }

    /// Bytes of memory that this data set and the one it is part of hold.
    public var byteCount: Int {
        storage.bytes.count + storage.records.count * MemoryLayout<ElementRecord>.stride
    }

    /// The bytes that this data set, or the one it is part of, was read from: from the start of the file or of the inflated data
    /// set on, without pixel data and other runs that were left out.
    public var encodedBytes: [UInt8] { storage.bytes }

    public var isEmpty: Bool { range.isEmpty }

    /// The element with `tag` at this level. Of several, which the standard forbids, the first.
    public subscript(tag: Tag) -> Element? {
        isTopLevel ? searchTopLevel(tag) : searchItem(tag)
    }

    private func searchTopLevel(_ tag: Tag) -> Element? {
        let position = topLevelPosition(of: tag)
        guard position < storage.topLevel.count else { return nil }
        let element = Element(storage: storage, index: storage.topLevel[position])
        return element.tag == tag ? element : nil
    }

    /// Where in the order of the top level `tag` is, or would be.
    private func topLevelPosition(of tag: Tag) -> Int {
        storage.topLevel.withUnsafeBufferPointer { order in
            storage.records.withUnsafeBufferPointer { records in
                var low = 0
                var high = order.count
                while low < high {
                    let middle = (low + high) / 2
                    if records[Int(order[middle])].tag < tag { low = middle + 1 } else { high = middle }
                }
                return low
            }
        }
    }

    private func searchItem(_ tag: Tag) -> Element? {
        var index = range.lowerBound
        while index < range.upperBound {
            let record = storage.records[Int(index)]
            if record.tag == tag { return Element(storage: storage, index: index) }
            index = record.next
        }
        return nil
    }

    /// The element with `tag` whose private block is reserved by `creator` (PS3.5 7.8). `element` is its low byte.
    public func privateElement(group: UInt16, creator: String, element: UInt8) -> Element? {
        // Most data sets have no private group that is asked for.
        if isTopLevel {
            let position = topLevelPosition(of: Tag(group, 0x10))
            guard position < storage.topLevel.count,
                storage.records[Int(storage.topLevel[position])].tag.group == group
            else { return nil }
        }
        for block in UInt16(0x10)...0xFF {
            guard let reservation = self[Tag(group, block)], reservation.string == creator else { continue }
            if let found = self[Tag(group, block << 8 | UInt16(element))] { return found }
        }
        return nil
    }

    /// The name by which the block of a private element is reserved, nil for standard elements and where the creator is
    /// missing.
    public func privateCreator(of tag: Tag) -> String? {
        guard tag.isPrivate, tag.element >= 0x1000 else { return nil }
        return self[Tag(tag.group, tag.element >> 8)]?.string
    }
}

extension DataSet: Sequence {
    /// The elements of this level, ascending by tag at the top level, else in the order of the file.
    public struct Iterator: IteratorProtocol {
        let dataSet: DataSet
        var index: Int32

        public mutating func next() -> Element? {
            if dataSet.isTopLevel {
                guard Int(index) < dataSet.storage.topLevel.count else { return nil }
                defer { index += 1 }
                return Element(storage: dataSet.storage, index: dataSet.storage.topLevel[Int(index)])
            }
            guard index < dataSet.range.upperBound else { return nil }
            let element = Element(storage: dataSet.storage, index: index)
            index = element.record.next
            return element
        }
    }

    public func makeIterator() -> Iterator {
        Iterator(dataSet: self, index: isTopLevel ? 0 : range.lowerBound)
    }
}
