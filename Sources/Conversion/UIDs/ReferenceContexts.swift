/// What the bytes of an instance take from what it refers to, UIDs of new instances aside (ctx of X-2; `InstanceIdentities`
/// says what it is).
struct ReferenceContexts {
    private let patient: PlannedPatient
    private let conversion: ViewConversion
    private let graph: ReferenceGraph
    private let series: SeriesUIDs
    private let restored: RestoredInstances
    /// By index of the target.
    private var known: [Int: (digest: [UInt8], nodes: [Int])] = [:]

    private var summaries: [InstanceSummary] { patient.summaries }

    init(
        _ patient: PlannedPatient, _ conversion: ViewConversion, _ graph: ReferenceGraph, _ series: SeriesUIDs,
        _ restored: RestoredInstances
    ) {
        self.patient = patient
        self.conversion = conversion
        self.graph = graph
        self.series = series
        self.restored = restored
    }

    /// Adds what the references of an archived instance lead to, and the nodes.
    ///
    /// - Parameter withListings: true where evidence is made, which names absent targets too.
    mutating func append(
        of source: Int, withListings: Bool, to digest: inout ContentDigest, targets: inout Set<Int>
    ) {
        digest.append(summaries[source].references.count)
        for reference in summaries[source].references {
            digest.append(reference.sopInstanceUID)
            let found = graph.targets(of: reference.sopInstanceUID)
            if patient.indexOfUID[reference.sopInstanceUID] == nil, !found.isEmpty {
                digest.append("concatenation")
                digest.append(found.count)
                digest.append(graph.replacingSource(of: reference.sopInstanceUID) ?? "")
                for member in found { digest.append(summaries[member].concatenation?.frameOffset ?? -1) }
            }
            if found.isEmpty {
                digest.append("absent")
                if withListings, let listing = patient.listings[reference.sopInstanceUID] {
                    digest.append(listing.studyInstanceUID)
                    digest.append(listing.seriesInstanceUID)
                }
                continue
            }
            for target in found {
                let context = context(of: target)
                digest.append(context.digest)
                for node in context.nodes where graph.isChanged[node] { targets.insert(node) }
            }
        }
        digest.append(summaries[source].seriesReferences.count)
        for reference in summaries[source].seriesReferences {
            digest.append(reference)
            let successors = series.successors(of: reference)
            digest.append(successors.count)
            for successor in successors { digest.append(successor) }
        }
    }

    private mutating func context(of target: Int) -> (digest: [UInt8], nodes: [Int]) {
        if let context = known[target] { return context }
        var digest = ContentDigest()
        let summary = summaries[target]
        for text in [summary.studyInstanceUID, summary.seriesInstanceUID, summary.sopClassUID] { digest.append(text) }
        describe(target, in: &digest)
        let context = (digest: digest.value, nodes: graph.nodes(for: target))
        known[target] = context
        return context
    }

    private func describe(_ target: Int, in digest: inout ContentDigest) {
        let summary = summaries[target]
        switch conversion.places[target] {
        case .shown:
            digest.append(graph.isChanged[target] ? "updated" : "unchanged")
            if graph.isChanged[target] {
                digest.append(series.uid(ofUpdated: target))
                digest.append(restored.originals[target]?.sopInstanceUID ?? "")
                digest.append(restored.originals[target]?.concatenationSourceUID ?? "")
            }
        case .frame(let group, let frameIndex):
            digest.append("frame")
            digest.append(series.uid(conversion.groups[group].series))
            digest.append(conversion.groups[group].sopClassUID)
            digest.append(frameIndex + 1)
        case .linked(let frame):
            digest.append("linked")
            digest.append(frame.frameIndex + 1)
            describeArchived(frame.source, in: &digest)
        case .replaced(let other):
            digest.append("replaced")
            describeArchived(other, in: &digest)
        case .frames, .linkedFrames:
            digest.append("frames")
            digest.append(summary.numberOfFrames)
            for frameIndex in 0..<summary.numberOfFrames {
                describe(LinkedForms.Frame(source: target, frameIndex: frameIndex), in: &digest)
            }
        }
    }

    private func describe(_ frame: LinkedForms.Frame, in digest: inout ContentDigest) {
        if let classic = patient.links.classicOfFrame[frame] {
            digest.append("linked")
            describeArchived(classic, in: &digest)
        } else if case .frames(let number) = conversion.places[frame.source] {
            digest.append("single")
            let multiFrame = conversion.multiFrames[number]
            digest.append(series.uid(of: frame, in: multiFrame))
            digest.append(multiFrame.family.classic)
            digest.append(restored.origin(of: frame)?.source?.sopInstanceUID ?? "")
        }
    }

    /// The archived form that is shown for another.
    private func describeArchived(_ index: Int, in digest: inout ContentDigest) {
        let summary = summaries[index]
        for text in [summary.sopInstanceUID, summary.studyInstanceUID, summary.seriesInstanceUID, summary.sopClassUID] {
            digest.append(text)
        }
        describe(index, in: &digest)
    }
}
