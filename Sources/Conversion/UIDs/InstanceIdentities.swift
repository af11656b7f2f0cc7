/// SOP Instance UIDs in one view, so that one UID is one content for ever (U-1, X-2).
///
/// What enters, all of it as lengths and bytes under SHA-256, and only that:
///
/// *own(x)*, of an instance x that is new in the view:
/// - what it is made of: for a multi-frame instance, the SOP Instance UIDs of its sources in frame order, its axes, and for
///   each frame the stack position and axis indices; for the frames of a multi-frame instance, and for an instance whose
///   references alone change, the SOP Instance UID of that source;
/// - its new Series Instance UID, its SOP Class UID and, of multi-frame instances, its Instance Number;
/// - for each source in that order and each instance it refers to (ascending by UID): the UID; `absent`, or Study, Series and
///   SOP Class of the target in the archive, and what the target has become, UIDs of new instances aside: unchanged; in a new
///   Series; frame n of an instance of a Series and class; the same of the archived form that is shown for it; the Series
///   (and UID if restored from a conversion source) of each of its frames; for an absent target of a multi-frame instance,
///   the Study and Series that a list in the archive gives for it;
/// - for each Series it refers to as such: the Series its instances are in now.
///
/// *reach(x)*: the digest of the own(h) of all new instances h that can be reached from x through references, x among them
/// (`ComponentDigests`). It takes the place of X-2's sorted list, is linear to make, and says as much: own(h) holds B(h) and
/// ctx(h). Nothing that is unchanged or absent adds more than the line above.
///
/// The UID is `DerivedUID(instance, view, own(x), reach(x))`, for frames of multi-frame instances with the frame number.
///
/// Frames that get a UID back from their conversion source (C-8) have that one.
struct InstanceIdentities {
    private let patient: PlannedPatient
    private let conversion: ViewConversion
    private let graph: ReferenceGraph
    private let restored: RestoredInstances
    /// By node; empty where the node is no new instance.
    private var identities: [(own: String, reach: String)?]

    private var summaries: [InstanceSummary] { patient.summaries }

    init(
        _ patient: PlannedPatient, _ conversion: ViewConversion, _ graph: ReferenceGraph, _ series: SeriesUIDs,
        _ restored: RestoredInstances
    ) {
        self.patient = patient
        self.conversion = conversion
        self.graph = graph
        self.restored = restored
        identities = Array(repeating: nil, count: graph.isChanged.count)
        let changed = graph.isChanged.indices.filter { graph.isChanged[$0] && !Self.isReplaced($0, conversion) }
        var dense = [Int](repeating: -1, count: graph.isChanged.count)
        for (number, node) in changed.enumerated() { dense[node] = number }

        var contexts = ReferenceContexts(patient, conversion, graph, series, restored)
        var own: [[UInt8]] = []
        var edges: [[Int]] = []
        for node in changed {
            let sources = sources(of: node)
            var digest = base(of: node, sources: sources, series)
            var targets: Set<Int> = []
            let isGroup = node >= summaries.count && node - summaries.count < conversion.groups.count
            for source in sources {
                contexts.append(of: source, withListings: isGroup, to: &digest, targets: &targets)
            }
            // The UIDs of a concatenation are made of what all of its members depend on.
            if node < summaries.count, let next = graph.nextMember(after: node) { targets.insert(next) }
            own.append(digest.value)
            edges.append(targets.map { dense[$0] }.filter { $0 >= 0 }.sorted())
        }
        let reach = ComponentDigests(own: own, edges: edges)
        for (number, node) in changed.enumerated() {
            identities[node] = (ContentDigest.hexadecimal(own[number]), ContentDigest.hexadecimal(reach.values[number]))
        }
    }

    /// True of nodes of archived instances that do not stand for themselves.
    private static func isReplaced(_ node: Int, _ conversion: ViewConversion) -> Bool {
        guard node < conversion.places.count else { return false }
        if case .shown = conversion.places[node] { return false }
        return true
    }

    func uid(ofNode node: Int) -> String { uid(node, extra: []) }

    /// - Parameter frameIndex: from 0.
    func uid(ofFrame frameIndex: Int, node: Int) -> String { uid(node, extra: ["frame", String(frameIndex + 1)]) }

    private func uid(_ node: Int, extra: [String]) -> String {
        let identity = identities[node] ?? ("", "")
        return DerivedUID.make(.instance, view: conversion.view, identity: [identity.own, identity.reach] + extra)
    }

    /// What a concatenation is called of which all members change.
    func uids(of concatenation: Concatenation) -> ReferenceMap.ConcatenationUIDs {
        let reach = concatenation.members.first.flatMap { identities[$0] }?.reach ?? ""
        func uid(_ part: String) -> String {
            DerivedUID.make(
                .instance, view: conversion.view, identity: ["concatenation", part, concatenation.uid, reach])
        }
        return ReferenceMap.ConcatenationUIDs(concatenationUID: uid("uid"), sourceUID: uid("source"))
    }

    /// The original Instance Number of a frame that kept it, else its number in the new Series (digest 2.6).
    func instanceNumber(of frame: LinkedForms.Frame, in multiFrame: ViewConversion.MultiFrame) -> Int {
        let origins = summaries[frame.source].frameOrigins
        if frame.frameIndex < origins.count, let number = origins[frame.frameIndex].instanceNumber { return number }
        // What becomes again what it was does not depend on what else has come.
        if restored.origin(of: frame) != nil { return frame.frameIndex + 1 }
        return multiFrame.precedingFrames + frame.frameIndex + 1
    }

    private func sources(of node: Int) -> [Int] {
        if node < summaries.count { return [node] }
        let group = node - summaries.count
        if group < conversion.groups.count { return conversion.groups[group].plan.frames.map(\.source) }
        return [conversion.multiFrames[group - conversion.groups.count].source]
    }

    /// What `own` holds besides references.
    private func base(of node: Int, sources: [Int], _ series: SeriesUIDs) -> ContentDigest {
        var digest = ContentDigest()
        digest.append(sources.count)
        for source in sources { digest.append(summaries[source].sopInstanceUID) }
        if node < summaries.count {
            digest.append("updated")
            digest.append(series.uid(ofUpdated: node))
        } else if node - summaries.count < conversion.groups.count {
            let group = conversion.groups[node - summaries.count]
            digest.append("enhanced")
            digest.append(series.uid(group.series))
            digest.append(group.sopClassUID)
            digest.append(group.plan.instanceNumber)
            digest.append(group.plan.axes.count)
            for axis in group.plan.axes { digest.append(axis.rawValue) }
            for frame in group.plan.frames {
                digest.append(frame.inStackPositionNumber)
                for index in frame.axisIndices { digest.append(index) }
            }
        } else {
            let multiFrame = conversion.multiFrames[node - summaries.count - conversion.groups.count]
            digest.append("classic")
            digest.append(series.uid(multiFrame.series))
            digest.append(multiFrame.family.classic)
            digest.append(multiFrame.precedingFrames)
            digest.append(multiFrame.members.count)
            for member in multiFrame.members { digest.append(summaries[member].sopInstanceUID) }
        }
        return digest
    }
}
