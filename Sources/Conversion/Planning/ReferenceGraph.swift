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

    /// By index of `patient.concatenations.all`.
    private var concatenationPlaces: [ConcatenationPlace?] = []
    /// By index of `patient.concatenations.all`: whether the references of all members can be changed.
    private var canConcatenationChange: [Bool] = []
    /// Of the members of a concatenation that stand for themselves, each in turn after the other.
    private var nextMembers: [Int: Int] = [:]
    private var previousMembers: [Int: Int] = [:]
    private var summaries: [InstanceSummary] { patient.summaries }

    init(_ patient: PlannedPatient, _ conversion: ViewConversion) {
        self.patient = patient
        self.conversion = conversion
        isChanged = Array(repeating: false, count: patient.summaries.count)
        isChanged += Array(repeating: true, count: conversion.groups.count + conversion.multiFrames.count)
        for concatenation in patient.concatenations.all {
            canConcatenationChange.append(concatenation.members.allSatisfy { canItselfBeUpdated($0) })
            concatenationPlaces.append(ownPlace(of: concatenation))
            let shown = concatenation.members.filter { isShown($0) }
            for (index, next) in zip(shown, shown.dropFirst() + shown.prefix(1)) where index != next {
                nextMembers[index] = next
                previousMembers[next] = index
            }
        }
        findReplaced()
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
        case .replaced(let other): nodes(for: other)
        case .frames(let multiFrame): [node(ofMultiFrame: multiFrame)] + linkedClassics(of: index)
        case .linkedFrames: linkedClassics(of: index)
        }
    }

    /// What stands in the view for the image that a concatenation was cut from (C-9).
    enum ConcatenationPlace {
        /// All frames, as classic instances.
        case frames
        /// The members, as received or with updated references.
        case members
        /// Another concatenation, of what we made of the members or they were made of.
        case replaced(by: Concatenation)
    }

    /// By index of `patient.concatenations.all`; nil where it does not stand as one thing.
    func place(ofConcatenation number: Int) -> ConcatenationPlace? { concatenationPlaces[number] }

    private func ownPlace(of concatenation: Concatenation) -> ConcatenationPlace? {
        let shown = concatenation.members.filter { isShown($0) }
        if shown.count == concatenation.members.count { return .members }
        let isTakenApart = shown.isEmpty && !concatenation.members.contains { isReplaced($0) }
        return isTakenApart && concatenation.frames(summaries) != nil ? .frames : nil
    }

    /// In rounds, each by what the rounds before have found: so what stands for one is something in the end, and the order of the
    /// concatenations decides nothing.
    private mutating func findReplaced() {
        while true {
            let known = concatenationPlaces
            for (number, concatenation) in patient.concatenations.all.enumerated() where known[number] == nil {
                if let other = replacements(of: concatenation).first(where: { known[$0] != nil }) {
                    concatenationPlaces[number] = .replaced(by: patient.concatenations.all[other])
                }
            }
            if zip(known, concatenationPlaces).allSatisfy({ ($0 == nil) == ($1 == nil) }) { return }
        }
    }

    /// The concatenations, as indices in `patient.concatenations.all`, whose members are shown for members of another. (Either may
    /// have members that the other lacks, which are shown themselves.)
    private func replacements(of concatenation: Concatenation) -> [Int] {
        concatenation.members.compactMap { index in
            if case .replaced(let other) = conversion.places[index] {
                patient.concatenations.ofMember[other]
            } else {
                nil
            }
        }
    }

    /// The archived instances that references to a UID lead to: one, or the members of the concatenation that it is the source
    /// of.
    func targets(of sopInstanceUID: String) -> [Int] {
        if let index = patient.indexOfUID[sopInstanceUID] { return [index] }
        guard let number = patient.concatenations.ofSource[sopInstanceUID] else { return [] }
        return place(ofConcatenation: number) == nil ? [] : patient.concatenations.all[number].members
    }

    /// The UID of the source of the concatenation that stands for that of another.
    func replacingSource(of sopInstanceUID: String) -> String? {
        guard let number = patient.concatenations.ofSource[sopInstanceUID],
            case .replaced(let other) = place(ofConcatenation: number)
        else { return nil }
        return other.sourceUID
    }

    /// The member of the same concatenation that changes with an instance, each in turn after the other; nil of an instance
    /// that is of none.
    func nextMember(after index: Int) -> Int? { nextMembers[index] }

    /// The one whose next member an instance is.
    func previousMember(before index: Int) -> Int? { previousMembers[index] }

    private func isShown(_ index: Int) -> Bool {
        if case .shown = conversion.places[index] { true } else { false }
    }

    private func isReplaced(_ index: Int) -> Bool {
        if case .replaced = conversion.places[index] { true } else { false }
    }

    private func linkedClassics(of index: Int) -> [Int] {
        (0..<summaries[index].numberOfFrames).flatMap { frameIndex in
            let frame = LinkedForms.Frame(source: index, frameIndex: frameIndex)
            return patient.links.classicOfFrame[frame].map { nodes(for: $0) } ?? []
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
                for target in targets(of: reference.sopInstanceUID) { referrers[target, default: []].append(index) }
            }
            for series in summaries[index].seriesReferences { seriesReferrers[series, default: []].append(index) }
        }
        while let moved = pending.popLast() {
            let here = referrers.removeValue(forKey: moved) ?? []
            let bySeries = seriesReferrers.removeValue(forKey: summaries[moved].seriesInstanceUID) ?? []
            // The members of a concatenation change together.
            let together = isShown(moved) ? nextMember(after: moved).map { [$0] } ?? [] : []
            for index in here + bySeries + together where !isChanged[index] {
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
        patient.concatenations.ofMember[index].map { canConcatenationChange[$0] } ?? canItselfBeUpdated(index)
    }

    private func canItselfBeUpdated(_ index: Int) -> Bool {
        patient.updatesReferences && !summaries[index].isDamaged && patient.exclusions[index] == nil
            && !summaries[index].sopInstanceUID.isEmpty
    }
}
