internal import DICOM

extension ReferenceRewriting {
    /// An item that names a Series: one item for each Series that the instances it lists belong to now, or, if it lists none,
    /// that the Series has become.
    func rewriteSeries(_ item: DataSet, series: String, _ outcome: inout Outcome) -> [RewrittenItem] {
        var parts: [RewrittenItem.SeriesPart] = []
        var common = DataSetBuilder()
        var namesInstances = false
        for element in item where !element.tag.isGroupLength && element.tag != .seriesInstanceUID {
            guard element.isSequence, !ReferenceSequences.isPassedOver(element.tag) else {
                common.copy(element)
                continue
            }
            var inner = Outcome()
            let items = items(of: element, isInSeries: true, &inner)
            outcome.isChanged = outcome.isChanged || inner.isChanged
            outcome.isLossy = outcome.isLossy || inner.isLossy
            guard items.contains(where: { $0.instance != nil }) else {
                namesInstances = namesInstances || Self.namesInstances(element)
                if inner.isChanged { common.set(element.tag, items: items.map(\.item)) } else { common.copy(element) }
                continue
            }
            for entry in items {
                let target = entry.series ?? series
                let index = parts.firstIndex { $0.seriesInstanceUID == target } ?? parts.count
                if index == parts.count {
                    parts.append(.init(seriesInstanceUID: target, common: DataSetBuilder(), lists: []))
                }
                parts[index].append([entry], to: element.tag)
            }
        }
        if parts.isEmpty {
            let successors = (namesInstances ? nil : map.successors(ofSeries: series)) ?? [series]
            parts = successors.map { .init(seriesInstanceUID: $0, common: DataSetBuilder(), lists: []) }
        }
        if parts.count > 1 || parts[0].seriesInstanceUID != series { outcome.isChanged = true }
        if outcome.isChanged { outcome.isLossy = true }
        return parts.map { part in
            var part = part
            part.common = common
            // What is lost by it is kept: all that changes in a list by Series is lossy.
            if part.seriesInstanceUID != series || part.hasChangedEntry {
                _ = RetrievalPlace.remove(from: &part.common)
            }
            return RewrittenItem(part.item, part: part, isChanged: outcome.isChanged)
        }
    }

    /// Whether any item at any depth names an instance.
    private static func namesInstances(_ sequence: Element) -> Bool {
        sequence.items.contains { item in
            item.string(.referencedSOPInstanceUID) != nil
                || item.sequences.contains { !ReferenceSequences.isPassedOver($0.tag) && namesInstances($0) }
        }
    }
}
