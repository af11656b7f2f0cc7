/// Which instances of a view whose references change become the ones again that they were made from (C-8, X-7).
///
/// An original is given back only whole: where everything that it referred to is referred to again, under the same UIDs. So
/// what stands under its UID is what stood under it, whatever else has arrived since.
struct RestoredInstances {
    /// By index of the archived instance.
    private(set) var originals: [Int: OriginalInstance] = [:]
    /// Indices of multi-frame instances that are taken apart and whose frames become them again.
    private(set) var multiFrames: Set<Int> = []

    private let patient: PlannedPatient
    private let conversion: ViewConversion
    private let graph: ReferenceGraph

    private var summaries: [InstanceSummary] { patient.summaries }

    init(_ patient: PlannedPatient, _ conversion: ViewConversion, _ graph: ReferenceGraph) {
        self.patient = patient
        self.conversion = conversion
        self.graph = graph
        for (index, original) in patient.restorable
        where graph.isChanged[index] && !patient.unrestorable.contains(index) {
            if case .shown = conversion.places[index] { originals[index] = original }
        }
        for frame in patient.links.restorable.keys where !patient.unrestorable.contains(frame.source) {
            if case .frames = conversion.places[frame.source] { multiFrames.insert(frame.source) }
        }
        guard !originals.isEmpty || !multiFrames.isEmpty else { return }
        discardUnfounded()
    }

    /// What a frame becomes again; nil if it is an instance of its own.
    func origin(of frame: LinkedForms.Frame) -> FrameOrigin? {
        multiFrames.contains(frame.source) ? patient.links.restorable[frame] : nil
    }

    /// All are taken for restored, and those discarded whose references say otherwise, until none is left: so that instances
    /// which refer to each other come back together.
    private mutating func discardUnfounded() {
        var referrers: [Int: [Int]] = [:]
        var seriesReferrers: [String: [Int]] = [:]
        var pending = multiFrames.union(originals.keys)
        for index in pending {
            for reference in summaries[index].references {
                for target in graph.targets(of: reference.sopInstanceUID) {
                    referrers[target, default: []].append(index)
                }
            }
            for series in summaries[index].seriesReferences { seriesReferrers[series, default: []].append(index) }
        }
        while let index = pending.popFirst() {
            if let original = originals[index] {
                if isFounded(index, original) { continue }
                originals[index] = nil
            } else {
                if areFramesFounded(index) { continue }
                multiFrames.remove(index)
            }
            let others =
                [graph.previousMember(before: index)].compactMap { $0 } + (referrers[index] ?? [])
                + (seriesReferrers[summaries[index].seriesInstanceUID] ?? [])
            pending.formUnion(others.filter { originals[$0] != nil || multiFrames.contains($0) })
        }
    }

    private func isFounded(_ index: Int, _ original: OriginalInstance) -> Bool {
        // Members of a concatenation come back together.
        if let next = graph.nextMember(after: index) {
            guard let other = originals[next], other.concatenationSourceUID == original.concatenationSourceUID else {
                return false
            }
        }
        let wanted = Set(original.references)
        var found: Set<String> = []
        for reference in summaries[index].references {
            // What is in no archive stays, and must have been so in the original.
            let targets = targets(of: reference.sopInstanceUID)
            if wanted.isDisjoint(with: targets) { return false }
            for number in reference.frameNumbers where targets.count > 1 {
                guard number >= 1, number <= targets.count, wanted.contains(targets[number - 1]) else { return false }
            }
            found.formUnion(targets)
        }
        for series in summaries[index].seriesReferences where patient.indexOfUID[series] == nil {
            let successors = self.successors(ofSeries: series)
            guard successors.count == 1, wanted.isSuperset(of: successors) else { return false }
            found.formUnion(successors)
        }
        return wanted.isSubset(of: found)
    }

    /// The UIDs by which an archived or absent instance is referred to in the view; empty texts for new ones.
    private func targets(of uid: String) -> [String] {
        guard let index = patient.indexOfUID[uid] else {
            let members = graph.targets(of: uid)
            if !members.isEmpty {
                if members.allSatisfy({ !graph.isMoved($0) }) { return [uid] }
                if let other = graph.replacingSource(of: uid) { return targets(of: other) }
                if case .shown = conversion.places[members[0]] {
                    return [originals[members[0]]?.concatenationSourceUID ?? ""]
                }
                return frames(ofSource: uid)
            }
            return [membersOfSeries(uid).isEmpty ? uid : successors(ofSeries: uid).first ?? ""]
        }
        switch conversion.places[index] {
        case .shown: return [shown(index)]
        case .frame: return [""]
        case .linked(let frame): return [shown(frame.source)]
        case .replaced(let other): return targets(of: summaries[other].sopInstanceUID)
        case .frames, .linkedFrames:
            return (0..<summaries[index].numberOfFrames).map { frameIndex in
                let frame = LinkedForms.Frame(source: index, frameIndex: frameIndex)
                if let classic = patient.links.classicOfFrame[frame] { return shownForm(ofClassic: classic) }
                return origin(of: frame)?.source?.sopInstanceUID ?? ""
            }
        }
    }

    private func shownForm(ofClassic index: Int) -> String {
        if case .linked(let frame) = conversion.places[index] { shown(frame.source) } else { shown(index) }
    }

    /// Of an image that was cut into a concatenation which is taken apart.
    private func frames(ofSource uid: String) -> [String] {
        let concatenation = patient.concatenations.ofSource[uid].map { patient.concatenations.all[$0] }
        return (concatenation?.frames(summaries) ?? []).map { frame in
            switch frame {
            case .absent: return uid
            case .present(let member, let frameIndex):
                let targets = targets(of: summaries[member].sopInstanceUID)
                return targets.indices.contains(frameIndex) ? targets[frameIndex] : ""
            }
        }
    }

    // MARK: Frames

    /// Whether the frames of a multi-frame instance refer, taken out of it, to what the originals referred to. Of these nothing is
    /// known but what the frames refer to: that must be an instance that no conversion has touched, or frames that become again
    /// what they were made from.
    private func areFramesFounded(_ index: Int) -> Bool {
        for reference in summaries[index].frameReferences {
            guard let target = patient.indexOfUID[reference.sopInstanceUID] else {
                // A conversion may have put it in the place of what the original named: ours under a UID that shows it.
                let isForeign =
                    !summaries[index].isOfOurMaking && ConversionFamily.isMultiFrame(sopClassUID: reference.sopClassUID)
                if isForeign || DerivedUID.canBe(reference.sopInstanceUID) { return false }
                continue
            }
            if !isFounded(target) { return false }
        }
        return summaries[index].seriesReferences.allSatisfy { series in
            if let target = patient.indexOfUID[series] { return isFounded(target) }
            if membersOfSeries(series).isEmpty { return !DerivedUID.canBe(series) }
            let successors = self.successors(ofSeries: series)
            return successors.count == 1 && !successors.contains("")
        }
    }

    private func isFounded(_ target: Int) -> Bool {
        switch conversion.places[target] {
        case .shown: return !shown(target).isEmpty
        case .replaced(let other): return isFounded(other)
        case .frame, .linked: return false
        case .frames, .linkedFrames:
            return (0..<summaries[target].numberOfFrames).allSatisfy { frameIndex in
                let frame = LinkedForms.Frame(source: target, frameIndex: frameIndex)
                guard let classic = patient.links.classicOfFrame[frame] else { return origin(of: frame) != nil }
                // The one that the frame was made from, not one that was made of the frame.
                let origins = summaries[target].frameOrigins
                return origins.indices.contains(frameIndex)
                    && origins[frameIndex].source?.sopInstanceUID == summaries[classic].sopInstanceUID
                    && isFounded(classic)
            }
        }
    }

    private func shown(_ index: Int) -> String {
        if !graph.isChanged[index] { return summaries[index].sopInstanceUID }
        return originals[index]?.sopInstanceUID ?? ""
    }

    private func membersOfSeries(_ uid: String) -> [Int] { patient.membersOfSeries[uid] ?? [] }

    private func successors(ofSeries uid: String) -> Set<String> {
        let members = membersOfSeries(uid)
        if members.isEmpty { return [uid] }
        var found: Set<String> = []
        for index in members { found.formUnion(seriesOf(index)) }
        return found
    }

    private func seriesOf(_ index: Int) -> Set<String> {
        switch conversion.places[index] {
        case .shown:
            return [
                graph.isChanged[index] ? originals[index]?.seriesInstanceUID ?? "" : summaries[index].seriesInstanceUID
            ]
        case .frame: return [""]
        case .linked(let frame): return seriesOf(frame.source)
        case .replaced(let other): return seriesOf(other)
        case .frames, .linkedFrames:
            return (0..<summaries[index].numberOfFrames).reduce(into: []) { found, frameIndex in
                let frame = LinkedForms.Frame(source: index, frameIndex: frameIndex)
                if let classic = patient.links.classicOfFrame[frame] {
                    found.formUnion(seriesOf(classic))
                } else {
                    found.insert(origin(of: frame)?.seriesInstanceUID ?? "")
                }
            }
        }
    }
}
