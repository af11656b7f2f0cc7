internal import DICOM

/// One of the content items that are to stand for one of a structured report (PS3.3 C.17.3).
struct ContentAlternative {
    var item: DataSetBuilder
    /// The Series of the instance that it names.
    var series: String?
    /// The UID that is its value.
    var uid: String?
}

extension ReferenceRewriting {
    /// The content items that stand for one: a content item names one instance and has one UID at most, so what has become
    /// several is named by as many content items. Never none.
    ///
    /// - Parameter excluded: attributes that are left out.
    func contentItem(
        _ item: DataSet, except excluded: [Tag] = [], _ outcome: inout Outcome
    ) -> [ContentAlternative] {
        let base = attributes(of: item, except: excluded + [.referencedSOPSequence], &outcome)
        if let uids = item.string(.uid).flatMap({ successors(of: $0) }) {
            outcome.isChanged = true
            if uids.count > 1 || isFrame(item.string(.uid) ?? "") { outcome.isLossy = true }
            return uids.map { uid in
                var item = base
                item.set(.uid, uid)
                return ContentAlternative(item: item, uid: uid)
            }
        }
        guard let references = item[.referencedSOPSequence] else { return [ContentAlternative(item: base)] }
        var inner = Outcome()
        let rewritten = items(of: references, &inner)
        outcome.isChanged = outcome.isChanged || inner.isChanged
        outcome.isLossy = outcome.isLossy || inner.isLossy
        guard references.itemCount == 1, inner.isChanged else {
            var item = base
            if inner.isChanged {
                item.set(.referencedSOPSequence, items: rewritten.map(\.item))
            } else {
                item.copy(references)
            }
            return [ContentAlternative(item: item, series: rewritten.first?.series)]
        }
        if rewritten.count > 1 { outcome.isLossy = true }
        return rewritten.map { reference in
            var item = base
            item.set(.referencedSOPSequence, items: [reference.item])
            return ContentAlternative(item: item, series: reference.series)
        }
    }
}
