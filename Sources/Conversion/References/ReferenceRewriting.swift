internal import DICOM

/// Changes references in data sets to what stands in a view for their targets (PS3.4 C.3.5; digest G-9, G-10, R-rules).
///
/// A reference is any item, at any depth, that has Referenced SOP Instance UID (0008,1155), or names a Series, and
/// any UID of a content item that is one of an instance or Series. Study, Frame of Reference and other UIDs are never
/// changed, nor are references to what the archive does not hold.
struct ReferenceRewriting {
    let map: ReferenceMap
    let named: NamedFrames

    /// What came of a sequence.
    struct Outcome {
        var isChanged = false
        /// What was there cannot be told from what is: an item that names a Series was changed, at any depth, for lists lose
        /// what they cannot say, frame numbers above all; a content item was repeated; an item had a frame number of an image
        /// that has one frame; a UID was that of an image that is a frame now; or an item no longer says where its target can
        /// be fetched.
        var isLossy = false
    }

    /// For references in a part of a data set.
    init(map: ReferenceMap) {
        self.map = map
        named = NamedFrames()
    }

    /// For all references of `dataSet`.
    init(map: ReferenceMap, of dataSet: DataSet) {
        self.map = map
        // Only there are images taken apart.
        named = map.view == .classic ? NamedFrames(dataSet) : NamedFrames()
    }

    /// All elements of `dataSet` with their references changed, and the tags of those at its top level that lost something
    /// (`Outcome.isLossy`); nil if nothing changes. Content items are not repeated here: see `ContentTree`.
    func rewritten(
        _ dataSet: DataSet, except excluded: Tag? = nil
    ) -> (dataSet: DataSetBuilder, lossy: [Tag])? {
        var builder: DataSetBuilder?
        var lossy: [Tag] = []
        for element in dataSet where element.tag != excluded {
            var outcome = Outcome()
            guard let content = content(of: element, &outcome) else { continue }
            builder = builder ?? DataSetBuilder(copying: dataSet)
            builder?[element.tag] = content
            if outcome.isLossy { lossy.append(element.tag) }
        }
        return builder.map { ($0, lossy) }
    }

    /// What is to be written for `element`; nil if it has no reference that changes.
    func content(of element: Element) -> DataSetBuilder.Content? {
        var outcome = Outcome()
        return content(of: element, &outcome)
    }

    /// Whether what is written for `element` does not tell what it was (`Outcome.isLossy`).
    func isLossy(_ element: Element) -> Bool {
        var outcome = Outcome()
        return content(of: element, &outcome) != nil && outcome.isLossy
    }

    /// The items of a sequence with their references changed.
    func items(of element: Element) -> [DataSetBuilder] {
        var outcome = Outcome()
        return items(of: element, &outcome).map(\.item)
    }

    private func content(of element: Element, _ outcome: inout Outcome) -> DataSetBuilder.Content? {
        if element.tag == .selectorUIValue { return selectorValue(element, &outcome) }
        guard element.isSequence, !ReferenceSequences.isPassedOver(element.tag) else { return nil }
        var inner = Outcome()
        let items = items(of: element, &inner)
        outcome.isChanged = outcome.isChanged || inner.isChanged
        outcome.isLossy = outcome.isLossy || inner.isLossy
        return inner.isChanged ? .items(items.map(\.item)) : nil
    }

    /// All elements of an item but `excluded`, their references changed.
    func attributes(of item: DataSet, except excluded: [Tag] = [], _ outcome: inout Outcome) -> DataSetBuilder {
        var builder = DataSetBuilder()
        for element in item where !element.tag.isGroupLength && !excluded.contains(element.tag) {
            if let content = content(of: element, &outcome) {
                builder[element.tag] = content
                outcome.isChanged = true
            } else {
                builder.copy(element)
            }
        }
        return builder
    }

    // MARK: Items

    /// - Parameter isInSeries: the sequence is part of an item that names a Series.
    func items(of element: Element, isInSeries: Bool = false, _ outcome: inout Outcome) -> [RewrittenItem] {
        if ReferenceSequences.isPassedOver(element.tag) {
            return element.items.map { RewrittenItem(DataSetBuilder(copying: $0), isChanged: false) }
        }
        var result: [RewrittenItem] = []
        var isChanged = false
        let isList = isInSeries && ReferenceSequences.isList(element.tag)
        let itemCount = element.itemCount
        for item in element.items {
            var inner = Outcome()
            let items = rewrite(item, of: element.tag, isList: isList, &inner)
            if items.count != 1 || items[0].isChanged { isChanged = true }
            outcome.isLossy = outcome.isLossy || inner.isLossy
            result.append(contentsOf: items)
        }
        guard isChanged else { return result }
        outcome.isChanged = true
        if isList { return RewrittenItem.distinct(result) }
        if itemCount == 1, ReferenceSequences.holdsOneItem(element.tag) { return Array(result.prefix(1)) }
        return RewrittenItem.merging(result)
    }

    private func rewrite(
        _ item: DataSet, of sequence: Tag, isList: Bool, _ outcome: inout Outcome
    ) -> [RewrittenItem] {
        if let uid = item.string(.referencedSOPInstanceUID) {
            return rewriteReference(item, to: uid, isList: isList, &outcome)
        }
        if let series = item.string(.seriesInstanceUID), !ReferenceSequences.isUnassigned(sequence) {
            return rewriteSeries(item, series: series, &outcome)
        }
        if item[.valueType] != nil {
            return contentItem(item, &outcome).map { RewrittenItem($0.item, isChanged: outcome.isChanged) }
        }
        var attributes = attributes(of: item, &outcome)
        // A Study is fetched from a place with all that is listed for it.
        if outcome.isChanged, item[.studyInstanceUID] != nil, RetrievalPlace.remove(from: &attributes) {
            outcome.isLossy = true
        }
        return [RewrittenItem(attributes, isChanged: outcome.isChanged)]
    }
}
