/// What in a view changes because something else does (G-9, G-12, R-11), and what each reference leads to.
///
/// A node is an instance that may stand in the view under a UID of its own: first one for each archived instance (by index),
/// then one for each group, then one for each multi-frame instance that is taken apart (whose frames count as one node).
struct ReferenceGraph {
    let patient: PlannedPatient
    let conversion: ViewConversion
    /// By node: it gets a new SOP Instance UID.
    private(set) var isChanged: [Bool]
    /// Indices of instances that refer to something changed and are left as they are all the same.
    private(set) var outdated: Set<Int> = []

    private var summaries: [InstanceSummary] { patient.summaries }

    init(_ patient: PlannedPatient, _ conversion: ViewConversion) {
        self.patient = patient
        self.conversion = conversion
        isChanged = Array(repeating: false, count: patient.summaries.count)
        isChanged += Array(repeating: true, count: conversion.groups.count + conversion.multiFrames.count)
        propagate()
    }

    func node(ofGroup group: Int) -> Int { summaries.count + group }

    func node(ofMultiFrame multiFrame: Int) -> Int { summaries.count + conversion.groups.count + multiFrame }

    /// True if references to the archived instance have to be changed.
    func isMoved(_ index: Int) -> Bool {
        if case .shown = conversion.places[index] { isChanged[index] } else { true }
    }

    /// The nodes that references to the archived instance lead to in the view.
    func nodes(for index: Int) -> [Int] {
        switch conversion.places[index] {
        case .shown: [index]
        case .frame(let group, _): [node(ofGroup: group)]
        case .linked(let frame): [frame.source]
        case .replaced(let other): [other]
        case .frames(let multiFrame): [node(ofMultiFrame: multiFrame)] + linkedClassics(of: index)
        case .linkedFrames: linkedClassics(of: index)
        }
    }

    private func linkedClassics(of index: Int) -> [Int] {
        (0..<summaries[index].numberOfFrames).compactMap {
            patient.links.classicOfFrame[LinkedForms.Frame(source: index, frameIndex: $0)]
        }
    }

    /// Marks what refers to something changed, to a fixpoint.
    private mutating func propagate() {
        var referrers: [Int: [Int]] = [:]
        var seriesReferrers: [String: [Int]] = [:]
        var pending: [Int] = []
        for index in patient.order {
            if isMoved(index) { pending.append(index) }
            guard case .shown = conversion.places[index] else { continue }
            for reference in summaries[index].references {
                if let target = patient.indexOfUID[reference.sopInstanceUID] {
                    referrers[target, default: []].append(index)
                }
            }
            for series in summaries[index].seriesReferences { seriesReferrers[series, default: []].append(index) }
        }
        while let moved = pending.popLast() {
            let here = referrers.removeValue(forKey: moved) ?? []
            let bySeries = seriesReferrers.removeValue(forKey: summaries[moved].seriesInstanceUID) ?? []
            for index in here + bySeries where !isChanged[index] {
                if canBeUpdated(index) {
                    isChanged[index] = true
                    pending.append(index)
                } else {
                    outdated.insert(index)
                }
            }
        }
    }

    private func canBeUpdated(_ index: Int) -> Bool {
        patient.updatesReferences && !summaries[index].isDamaged && patient.exclusions[index] == nil
            && !summaries[index].sopInstanceUID.isEmpty
    }
}
