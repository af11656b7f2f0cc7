internal import DICOM

/// Changes references in data sets to what stands in a view for their targets (PS3.4 C.3.5; digest G-9, G-10, R-rules).
///
/// A reference is any item, at any depth, that has Referenced SOP Instance UID (0008,1155). Study, Frame of Reference and
/// other UIDs are never changed, nor are references to what the archive does not hold.
struct ReferenceRewriting {
    let map: ReferenceMap

    /// An item as it is to be written, and the Series that it now refers to, if it refers to an instance.
    private struct Rewritten {
        var item: DataSetBuilder
        var series: String?
        var isChanged: Bool
    }

    /// All elements of `dataSet` with their references changed; nil if none changes.
    func rewritten(_ dataSet: DataSet) -> DataSetBuilder? {
        var builder: DataSetBuilder?
        for element in dataSet where element.isSequence {
            guard let content = content(of: element) else { continue }
            builder = builder ?? DataSetBuilder(copying: dataSet)
            builder?[element.tag] = content
        }
        return builder
    }

    /// What is to be written for `element`; nil if it has no reference that changes.
    func content(of element: Element) -> DataSetBuilder.Content? {
        guard element.isSequence, !Self.isHistory(element.tag) else { return nil }
        var isChanged = false
        let items = rewrittenItems(of: element, isChanged: &isChanged)
        return isChanged ? .items(items.map(\.item)) : nil
    }

    /// The items of a sequence with their references changed.
    func items(of element: Element) -> [DataSetBuilder] {
        guard !Self.isHistory(element.tag) else { return element.items.map(DataSetBuilder.init(copying:)) }
        var isChanged = false
        return rewrittenItems(of: element, isChanged: &isChanged).map(\.item)
    }

    /// Conversion Source names the other view, Original Attributes and signatures the past (G-10, R-4).
    private static func isHistory(_ tag: Tag) -> Bool {
        tag == .conversionSourceAttributesSequence || tag == .originalAttributesSequence
            || tag == .digitalSignaturesSequence || tag == .macParametersSequence
    }

    /// Lists of evidence name instances, never frames: each once.
    private static func isEvidence(_ tag: Tag) -> Bool {
        tag == .referencedSOPSequence || tag == .referencedInstanceSequence
    }

    private func rewrittenItems(
        of element: Element, isInSeries: Bool = false, isChanged: inout Bool
    ) -> [Rewritten] {
        var result: [Rewritten] = []
        let isEvidence = isInSeries && Self.isEvidence(element.tag)
        for item in element.items {
            let rewritten = rewrite(item, isEvidence: isEvidence)
            if rewritten.count != 1 || rewritten[0].isChanged { isChanged = true }
            result.append(contentsOf: rewritten)
        }
        guard isEvidence, isChanged else { return result }
        var seen: Set<[UInt8]> = []
        return result.filter { seen.insert(Encoder.encode($0.item)).inserted }
    }

    private func rewrite(_ item: DataSet, isEvidence: Bool) -> [Rewritten] {
        if let uid = item.string(.referencedSOPInstanceUID) {
            return rewriteReference(item, to: uid, isEvidence: isEvidence)
        }
        if let series = item.string(.seriesInstanceUID) { return rewriteSeries(item, series: series) }
        let builder = rewritten(item)
        return [Rewritten(item: builder ?? DataSetBuilder(copying: item), series: nil, isChanged: builder != nil)]
    }

    // MARK: References to instances

    private func rewriteReference(_ item: DataSet, to uid: String, isEvidence: Bool) -> [Rewritten] {
        let nested = rewritten(item)
        let base = nested ?? DataSetBuilder(copying: item)
        switch map[uid] {
        case nil:
            return [Rewritten(item: base, series: nil, isChanged: nested != nil)]
        case .unchanged(let target):
            return [Rewritten(item: base, series: target.seriesInstanceUID, isChanged: nested != nil)]
        case .one(let target):
            return [rewritten(base, to: target, isEvidence: isEvidence, keepsFrames: target.frameNumber == nil)]
        case .frames(let targets):
            let numbers = isEvidence ? [] : item.integers(.referencedFrameNumber)
            let wanted =
                numbers.isEmpty
                ? targets
                : numbers.compactMap { number in
                    number >= 1 && number <= targets.count ? targets[number - 1] : nil
                }
            if wanted.isEmpty { return [Rewritten(item: base, series: nil, isChanged: nested != nil)] }
            return wanted.map { rewritten(base, to: $0, isEvidence: isEvidence, keepsFrames: false) }
        }
    }

    private func rewritten(
        _ base: DataSetBuilder, to target: ReferenceMap.Target, isEvidence: Bool, keepsFrames: Bool
    ) -> Rewritten {
        var item = base
        item.set(.referencedSOPClassUID, target.sopClassUID)
        item.set(.referencedSOPInstanceUID, target.sopInstanceUID)
        if let frameNumber = target.frameNumber, !isEvidence {
            item.set(.referencedFrameNumber, frameNumber)
        } else if !keepsFrames {
            item.remove(.referencedFrameNumber)
        }
        return Rewritten(item: item, series: target.seriesInstanceUID, isChanged: true)
    }

    // MARK: References to Series

    /// An item that names a Series and lists instances of it: one item for each Series that they now belong to.
    private func rewriteSeries(_ item: DataSet, series: String) -> [Rewritten] {
        var order: [String] = []
        var lists: [String: [Tag: [DataSetBuilder]]] = [:]
        var common = DataSetBuilder()
        var isChanged = false
        for element in item where !element.tag.isGroupLength {
            guard element.isSequence, !Self.isHistory(element.tag) else {
                common.copy(element)
                continue
            }
            var isListChanged = false
            let rewritten = rewrittenItems(of: element, isInSeries: true, isChanged: &isListChanged)
            isChanged = isChanged || isListChanged
            guard rewritten.contains(where: { $0.series != nil }) else {
                common[element.tag] = isListChanged ? .items(rewritten.map(\.item)) : .copied(element)
                continue
            }
            for reference in rewritten {
                let target = reference.series ?? series
                if lists[target] == nil { order.append(target) }
                lists[target, default: [:]][element.tag, default: []].append(reference.item)
            }
        }
        guard !order.isEmpty else { return [Rewritten(item: common, series: nil, isChanged: isChanged)] }
        return order.map { target in
            var part = common
            part.set(.seriesInstanceUID, target)
            for (tag, items) in lists[target] ?? [:] { part.set(tag, items: items) }
            return Rewritten(item: part, series: nil, isChanged: isChanged || target != series || order.count > 1)
        }
    }
}
