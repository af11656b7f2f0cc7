internal import DICOM

extension ReferenceRewriting {
    /// An item that names an instance, as one item for each of what stands for it.
    func rewriteReference(
        _ item: DataSet, to uid: String, isList: Bool, _ outcome: inout Outcome
    ) -> [RewrittenItem] {
        let base = attributes(of: item, &outcome)
        func unchanged(in series: String?) -> [RewrittenItem] {
            [RewrittenItem(base, series: series, instance: uid, isChanged: outcome.isChanged)]
        }
        switch map[uid] {
        case nil: return unchanged(in: nil)
        case .unchanged(let target): return unchanged(in: target.seriesInstanceUID)
        case .one(let target):
            return [rewritten(base, to: target, isList: isList, keepsFrames: target.frameNumber == nil, &outcome)]
        case .frames(let targets):
            if targets.isEmpty { return unchanged(in: nil) }
            let numbers =
                isList ? named.numbers(of: uid).map { $0.sorted() } ?? [] : item.integers(.referencedFrameNumber)
            if map.isPartial(uid) { return rewritePartial(base, of: uid, numbers, targets, isList: isList, &outcome) }
            let wanted = numbers.compactMap { number in
                number >= 1 && number <= targets.count ? targets[number - 1] : nil
            }
            // Numbers of frames that the image does not have say nothing but which image is meant.
            return (wanted.isEmpty ? targets : wanted).map {
                rewritten(base, to: $0, isList: isList, keepsFrames: false, &outcome)
            }
        }
    }

    /// A reference to an image of which the archive has some frames: those it does not have stay what they are.
    private func rewritePartial(
        _ base: DataSetBuilder, of uid: String, _ numbers: [Int], _ targets: [ReferenceMap.Target], isList: Bool,
        _ outcome: inout Outcome
    ) -> [RewrittenItem] {
        func isPresent(_ number: Int) -> Bool {
            number >= 1 && number <= targets.count && targets[number - 1].sopInstanceUID != uid
        }
        let wanted = numbers.isEmpty ? Array(1...targets.count) : numbers
        var items = wanted.filter(isPresent).map {
            rewritten(base, to: targets[$0 - 1], isList: isList, keepsFrames: false, &outcome)
        }
        let absent = numbers.filter { !isPresent($0) }
        if !absent.isEmpty || items.isEmpty {
            var item = base
            if !absent.isEmpty, absent.count < numbers.count, !isList { item.set(.referencedFrameNumber, absent) }
            items.append(RewrittenItem(item, instance: uid, isChanged: outcome.isChanged))
        }
        return items
    }

    private func rewritten(
        _ base: DataSetBuilder, to target: ReferenceMap.Target, isList: Bool, keepsFrames: Bool,
        _ outcome: inout Outcome
    ) -> RewrittenItem {
        var item = base
        item.set(.referencedSOPClassUID, target.sopClassUID)
        item.set(.referencedSOPInstanceUID, target.sopInstanceUID)
        if item.contains(.seriesInstanceUID) { item.set(.seriesInstanceUID, target.seriesInstanceUID) }
        if let frameNumber = target.frameNumber, !isList {
            // One image has one frame, and some writers say so.
            if item.contains(.referencedFrameNumber) { outcome.isLossy = true }
            item.set(.referencedFrameNumber, frameNumber)
        } else if !keepsFrames {
            item.remove(.referencedFrameNumber)
        }
        // They were made over the target as it was received (O-5).
        for tag in [Tag.referencedDigitalSignatureSequence, .referencedSOPInstanceMACSequence] { item.remove(tag) }
        if RetrievalPlace.remove(from: &item) { outcome.isLossy = true }
        return RewrittenItem(
            item, series: target.seriesInstanceUID, instance: target.sopInstanceUID, isChanged: true)
    }

    // MARK: UIDs that name whatever they are equal to

    /// What stands in the view for what `uid` is the UID of; nil if that is itself, or nothing that conversion knows of.
    func successors(of uid: String) -> [String]? {
        switch map[uid] {
        case .one(let target): return [target.sopInstanceUID]
        case .frames(let targets):
            // Frames that the archive does not have are not named beside those that it has.
            let uids = targets.map(\.sopInstanceUID).filter { $0 != uid }
            return uids.isEmpty ? nil : uids
        case .unchanged: return nil
        case nil: return map.successors(ofSeries: uid)
        }
    }

    /// Whether `uid` is the one of an image that is a frame of another in the view: which frame, a UID cannot say.
    func isFrame(_ uid: String) -> Bool {
        if case .one(let target) = map[uid] { target.frameNumber != nil } else { false }
    }

    func selectorValue(_ element: Element, _ outcome: inout Outcome) -> DataSetBuilder.Content? {
        var isChanged = false
        let uids = element.strings.flatMap { uid -> [String] in
            guard let successors = successors(of: uid) else { return [uid] }
            isChanged = true
            if successors.count != 1 || isFrame(uid) { outcome.isLossy = true }
            return successors
        }
        return isChanged ? .value(.UI, Array(uids.joined(separator: "\\").utf8)) : nil
    }
}
