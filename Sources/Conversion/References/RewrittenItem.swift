internal import DICOM

/// An item of a sequence as it is to be written.
struct RewrittenItem {
    /// An item that lists instances of one Series.
    struct SeriesPart {
        var seriesInstanceUID: String
        /// All of the item but the Series and the sequences that list instances.
        var common: DataSetBuilder
        /// In the order in which they were met.
        var lists: [(tag: Tag, items: [RewrittenItem])]

        var item: DataSetBuilder {
            var item = common
            item.set(.seriesInstanceUID, seriesInstanceUID)
            for list in lists { item.set(list.tag, items: list.items.map(\.item)) }
            return item
        }

        /// Whether any of the items listed names something else than it did.
        var hasChangedEntry: Bool { lists.contains { $0.items.contains(where: \.isChanged) } }

        mutating func append(_ items: [RewrittenItem], to tag: Tag) {
            if let index = lists.firstIndex(where: { $0.tag == tag }) {
                lists[index].items.append(contentsOf: items)
            } else {
                lists.append((tag, items))
            }
        }
    }

    var item: DataSetBuilder
    /// The Series it refers to now, if it refers to an instance that the archive has.
    var series: String?
    /// The SOP Instance UID it refers to now.
    var instance: String?
    var part: SeriesPart?
    var isChanged: Bool

    init(
        _ item: DataSetBuilder, series: String? = nil, instance: String? = nil, part: SeriesPart? = nil, isChanged: Bool
    ) {
        self.item = item
        self.series = series
        self.instance = instance
        self.part = part
        self.isChanged = isChanged
    }

    /// The items with those brought together that list instances of one Series and are alike otherwise.
    static func merging(_ items: [RewrittenItem]) -> [RewrittenItem] {
        guard items.filter({ $0.part != nil }).count > 1 else { return items }
        var result: [RewrittenItem] = []
        var positions: [[UInt8]: Int] = [:]
        for item in items {
            guard let part = item.part else {
                result.append(item)
                continue
            }
            // An item without a list means all of the Series.
            let key = Array(part.seriesInstanceUID.utf8) + [part.lists.isEmpty ? 0 : 1] + Encoder.encode(part.common)
            guard let position = positions[key], var merged = result[position].part else {
                positions[key] = result.count
                result.append(item)
                continue
            }
            for list in part.lists { merged.append(list.items, to: list.tag) }
            merged.lists = merged.lists.map {
                ($0.tag, ReferenceSequences.isList($0.tag) ? distinct($0.items) : $0.items)
            }
            result[position].part = merged
            result[position].item = merged.item
        }
        return result
    }

    /// The items with each instance named once.
    static func distinct(_ items: [RewrittenItem]) -> [RewrittenItem] {
        var seen: Set<String> = []
        return items.filter { item in item.instance.map { seen.insert($0).inserted } ?? true }
    }
}
