/// Gives everything in one view its place, its Series and its UIDs.
struct ViewPlanner {
    let patient: PlannedPatient
    let conversion: ViewConversion
    let graph: ReferenceGraph
    private let identities: InstanceIdentities
    private let series: SeriesUIDs
    private let restored: RestoredInstances

    private var view: View { conversion.view }
    private var summaries: [InstanceSummary] { patient.summaries }

    init(_ patient: PlannedPatient, conversion: ViewConversion) {
        self.patient = patient
        self.conversion = conversion
        graph = ReferenceGraph(patient, conversion)
        restored = RestoredInstances(patient, conversion, graph)
        series = SeriesUIDs(patient, conversion, graph, restored)
        identities = InstanceIdentities(patient, conversion, graph, series, restored)
    }

    func plan() -> ViewPlan {
        var instances: [PlannedInstance] = []
        var reasons = conversion.reasons
        instances.reserveCapacity(patient.order.count)
        let shown = shownInstances(reasons: &reasons)
        var groups = groupInstances()
        let states = presentationStates(of: &groups)
        let frames = conversion.multiFrames.indices.map { frameInstances(of: $0) }
        for index in patient.order { if let instance = shown[index] { instances.append(instance) } }
        instances += groups
        instances += states
        for case let frame? in frames.joined() { instances.append(frame) }
        instances.sort { $0.sopInstanceUID.utf8.lexicographicallyPrecedes($1.sopInstanceUID.utf8) }
        let (references, hidden) = references(shown: shown, groups: groups, frames: frames)
        var plan = ViewPlan(view: view, instances: instances, references: references, hidden: hidden, reasons: reasons)
        for pair in patient.pairs where pair.view == view && !pair.isUpdatedShown {
            guard let uid = shown[pair.original]?.sopInstanceUID, plan.copies[uid] == nil else { continue }
            plan.copies[uid] = pair.updated
        }
        return plan
    }

    // MARK: Instances

    private func shownInstances(reasons: inout [Int: ConversionReason]) -> [PlannedInstance?] {
        var instances = [PlannedInstance?](repeating: nil, count: summaries.count)
        for index in patient.order {
            guard case .shown = conversion.places[index] else { continue }
            let summary = summaries[index]
            if graph.isChanged[index] {
                let derivedUID = identities.uid(ofNode: index)
                instances[index] = PlannedInstance(
                    form: .updated(source: index), sopClassUID: summary.sopClassUID,
                    sopInstanceUID: restored.originals[index]?.sopInstanceUID ?? derivedUID,
                    seriesInstanceUID: series.uid(ofUpdated: index), studyInstanceUID: summary.studyInstanceUID,
                    derivedUID: derivedUID)
                continue
            }
            if reasons[index] == nil, graph.outdated.contains(index) {
                reasons[index] = patient.exclusions[index] ?? ConversionReason(.referencesNotUpdated)
            }
            instances[index] = PlannedInstance(asReceived: index, summary, reason: reasons[index])
        }
        return instances
    }

    private func groupInstances() -> [PlannedInstance] {
        conversion.groups.enumerated().map { number, group in
            PlannedInstance(
                form: .enhanced(group.plan), sopClassUID: group.sopClassUID,
                sopInstanceUID: identities.uid(ofNode: graph.node(ofGroup: number)),
                seriesInstanceUID: series.uid(group.series),
                studyInstanceUID: group.plan.frames.first.map { summaries[$0.source].studyInstanceUID } ?? "")
        }
    }

    /// What the sources of `images` draw over their images, which the images are made to refer to.
    private func presentationStates(of images: inout [PlannedInstance]) -> [PlannedInstance] {
        let planner = PresentationStatePlanner(summaries: summaries, series: series)
        var states: [PlannedInstance] = []
        for (number, group) in conversion.groups.enumerated() {
            let found = planner.states(of: group, image: images[number])
            guard !found.isEmpty, case .enhanced(var plan) = images[number].form else { continue }
            plan.presentationStates = found.map { ReferenceMap.Target($0) }
            images[number].form = .enhanced(plan)
            states += found
        }
        return states
    }

    /// By frameIndex; nil where an archived classic instance is shown for the frame.
    private func frameInstances(of number: Int) -> [PlannedInstance?] {
        let multiFrame = conversion.multiFrames[number]
        let summary = summaries[multiFrame.source]
        return (0..<summary.numberOfFrames).map { frameIndex in
            let frame = LinkedForms.Frame(source: multiFrame.source, frameIndex: frameIndex)
            if patient.links.classicOfFrame[frame] != nil { return nil }
            let plan = ClassicPlan(
                source: multiFrame.source, members: multiFrame.members, frameIndex: frameIndex,
                instanceNumber: identities.instanceNumber(of: frame, in: multiFrame))
            let original = restored.origin(of: frame)
            let derivedUID = identities.uid(ofFrame: frameIndex, node: graph.node(ofMultiFrame: number))
            return PlannedInstance(
                form: .classic(plan), sopClassUID: multiFrame.family.classic,
                sopInstanceUID: original?.source?.sopInstanceUID ?? derivedUID,
                seriesInstanceUID: series.uid(of: frame, in: multiFrame), studyInstanceUID: summary.studyInstanceUID,
                derivedUID: derivedUID)
        }
    }

    // MARK: References

    private func references(
        shown: [PlannedInstance?], groups: [PlannedInstance], frames: [[PlannedInstance?]]
    ) -> (ReferenceMap, hidden: [Int]) {
        var map = ReferenceMap(view: view)
        for (uid, listing) in patient.listings { map.setListing(listing, of: uid) }
        for uid in Set(patient.order.flatMap { summaries[$0].seriesReferences }) {
            map.setSuccessors(series.successors(of: uid), ofSeries: uid)
        }
        var hidden = patient.duplicates
        func resolution(of index: Int) -> ReferenceMap.Resolution? {
            switch conversion.places[index] {
            case .shown:
                return shown[index].map { graph.isChanged[index] ? .one(.init($0)) : .unchanged(.init($0)) }
            case .frame(let group, let frameIndex):
                return .one(.init(groups[group], frameNumber: frameIndex + 1))
            case .linked(let frame):
                return shown[frame.source].map { .one(.init($0, frameNumber: frame.frameIndex + 1)) }
            case .frames(let multiFrame):
                return .frames(targets(of: index, frames: frames[multiFrame], shown: shown))
            case .linkedFrames:
                let none = [PlannedInstance?](repeating: nil, count: summaries[index].numberOfFrames)
                return .frames(targets(of: index, frames: none, shown: shown))
            case .replaced(let other):
                // By an instance that stands in the archive under the UID that references must have now.
                switch resolution(of: other) {
                case .unchanged(let target): return .one(target)
                case let resolution: return resolution
                }
            }
        }
        for index in patient.order {
            map[summaries[index].sopInstanceUID] = resolution(of: index)
            switch conversion.places[index] {
            case .linked, .replaced, .linkedFrames: hidden.append(index)
            case .shown, .frame, .frames: continue
            }
        }
        addConcatenations(to: &map)
        return (map, hidden.sorted())
    }

    /// What stands for the images that were cut into concatenations, and what those are called whose members change (C-9, R-8).
    private func addConcatenations(to map: inout ReferenceMap) {
        for (number, concatenation) in patient.concatenations.all.enumerated() {
            let uid = concatenation.sourceUID
            let isReferredTo = patient.concatenations.ofSource[uid] != nil && patient.indexOfUID[uid] == nil
            guard let resolution = resolution(ofConcatenation: number, &map), isReferredTo else { continue }
            map[uid] = resolution
            if concatenation.fault != nil { map.setPartial(uid) }
        }
    }

    private func resolution(ofConcatenation number: Int, _ map: inout ReferenceMap) -> ReferenceMap.Resolution? {
        let concatenation = patient.concatenations.all[number]
        let resolutions = concatenation.members.compactMap { map[summaries[$0].sopInstanceUID] }
        guard let place = graph.place(ofConcatenation: number), let first = concatenation.members.first,
            resolutions.count == concatenation.members.count
        else { return nil }
        switch place {
        case .frames: return frames(of: concatenation, map)
        case .replaced(let other):
            switch patient.concatenations.ofMember[other.members[0]].flatMap({ resolution(ofConcatenation: $0, &map) })
            {
            case .unchanged(let target): return .one(target)
            case let resolution: return resolution
            }
        case .members:
            switch resolutions[0] {
            case .unchanged(let target): return .unchanged(target.renamed(concatenation.sourceUID))
            case .one(let target):
                if let original = restored.originals[first] {
                    return .one(target.renamed(original.concatenationSourceUID ?? concatenation.sourceUID))
                }
                let uids = identities.uids(of: concatenation)
                map.setConcatenation(uids, of: concatenation.uid)
                return .one(target.renamed(uids.sourceUID))
            case .frames: return nil
            }
        }
    }

    /// An archived classic instance; or the frame of another archived image that is shown for it.
    private func target(ofClassic index: Int, shown: [PlannedInstance?]) -> ReferenceMap.Target? {
        if case .linked(let frame) = conversion.places[index] {
            return shown[frame.source].map { .init($0, frameNumber: frame.frameIndex + 1) }
        }
        return shown[index].map { .init($0) }
    }

    /// What stands for each frame of an image that was cut. Frames of members that the archive does not have go on being called
    /// what they are.
    private func frames(of concatenation: Concatenation, _ map: ReferenceMap) -> ReferenceMap.Resolution? {
        var targets: [ReferenceMap.Target] = []
        for (number, frame) in (concatenation.frames(summaries) ?? []).enumerated() {
            switch frame {
            case .present(let member, let frameIndex):
                guard case .frames(let found)? = map[summaries[member].sopInstanceUID],
                    found.indices.contains(frameIndex)
                else { return nil }
                targets.append(found[frameIndex])
            case .absent:
                guard let member = concatenation.members.first else { return nil }
                targets.append(
                    ReferenceMap.Target(summaries[member]).renamed(
                        concatenation.sourceUID, frameNumber: number + 1))
            }
        }
        return .frames(targets)
    }

    private func targets(
        of index: Int, frames: [PlannedInstance?], shown: [PlannedInstance?]
    ) -> [ReferenceMap.Target] {
        frames.enumerated().compactMap { frameIndex, instance in
            if let instance { return ReferenceMap.Target(instance) }
            let frame = LinkedForms.Frame(source: index, frameIndex: frameIndex)
            return patient.links.classicOfFrame[frame].flatMap { target(ofClassic: $0, shown: shown) }
        }
    }
}
