/// Two archived instances that are one in the converted views: an instance, and what we made of it for a view by a change of
/// references alone. The other view shows the former.
struct InstancePair {
    /// Indices of the summaries.
    let original: Int
    let updated: Int
    /// The view that `updated` was made for.
    let view: View
    /// Whether that view shows `updated`. What was made for it refers to what stood in it then, and the archive may not have that:
    /// then the view makes it anew of the original, unless the original knows still less of what the archive has.
    private(set) var isUpdatedShown: Bool

    /// Each original with all that was made of it; of several for one view, the first is to be shown. Nothing is the original of
    /// one pair and the updated instance of another.
    static func all(
        in summaries: [InstanceSummary], order: [Int], indexOfUID: [String: Int], seriesUIDs: Set<String>,
        _ links: LinkedForms, _ concatenations: Concatenations
    ) -> [InstancePair] {
        var found: [(pair: InstancePair, references: ChangedReferences)] = []
        for updated in order {
            guard let original = summaries[updated].original, let index = indexOfUID[original.sopInstanceUID],
                index != updated, !links.isLinked(index, summaries), !links.isLinked(updated, summaries),
                summaries[index].sopClassUID == summaries[updated].sopClassUID,
                summaries[index].studyInstanceUID == summaries[updated].studyInstanceUID,
                !summaries[index].isDamaged, !summaries[updated].isDamaged
            else { continue }
            let references = ChangedReferences(of: summaries[updated], original) { uid in
                // Of any UIDs in content items some are those of Series.
                indexOfUID[uid] != nil || seriesUIDs.contains(uid) || concatenations.ofSource[uid] != nil
            }
            let pair = InstancePair(
                original: index, updated: updated, view: original.view,
                isUpdatedShown: references.areBetter)
            found.append((pair, references))
        }
        var originals: Set<Int> = []
        var copies: Set<Int> = []
        found = (found.filter { $0.references.absentCount == 0 } + found.filter { $0.references.absentCount > 0 })
            .filter {
                pair, _ in
                if copies.contains(pair.original) || originals.contains(pair.updated) || copies.contains(pair.updated) {
                    return false
                }
                originals.insert(pair.original)
                copies.insert(pair.updated)
                return true
            }
        settle(&found, summaries, concatenations)
        // By concatenations, so that of several copies all members of one come first.
        func key(_ number: Int) -> (Int, Int, Int, Int) {
            let concatenation = concatenations.ofMember[found[number].pair.updated]
            let isIncomplete = concatenation == nil && found[number].references.absentCount > 0
            return (found[number].pair.isUpdatedShown ? 0 : 1, concatenation ?? -1, isIncomplete ? 1 : 0, number)
        }
        return found.indices.sorted { key($0) < key($1) }.map { found[$0].pair }
    }

    /// What is not shown is nothing that others could refer to as it is; and the members of a concatenation stand and fall together.
    private static func settle(
        _ found: inout [(pair: InstancePair, references: ChangedReferences)], _ summaries: [InstanceSummary],
        _ concatenations: Concatenations
    ) {
        let numberOfCopy = Dictionary(
            found.enumerated().map { (summaries[$1.pair.updated].sopInstanceUID, $0) },
            uniquingKeysWith: { first, _ in first })
        var referrers: [Int: [Int]] = [:]
        var ofConcatenation: [Int: [Int]] = [:]
        for (number, entry) in found.enumerated() {
            for uid in entry.references.present {
                guard let other = numberOfCopy[uid], found[other].pair.view == entry.pair.view else { continue }
                referrers[other, default: []].append(number)
            }
            if let concatenation = concatenations.ofMember[entry.pair.updated] {
                ofConcatenation[concatenation, default: []].append(number)
            }
        }
        var pending = found.indices.filter { !found[$0].pair.isUpdatedShown }
        while let number = pending.popLast() {
            for referrer in referrers[number] ?? [] where found[referrer].pair.isUpdatedShown {
                found[referrer].references.losesOne()
                if found[referrer].references.areBetter { continue }
                found[referrer].pair.isUpdatedShown = false
                pending.append(referrer)
            }
            let concatenation = concatenations.ofMember[found[number].pair.updated]
            for member in concatenation.flatMap({ ofConcatenation[$0] }) ?? [] where found[member].pair.isUpdatedShown {
                found[member].pair.isUpdatedShown = false
                pending.append(member)
            }
        }
    }
}

/// What the references of an instance that we made by changing them lead to, beside those of its original.
private struct ChangedReferences {
    /// What it refers to instead of what the original did, and the archive has.
    let present: Set<String>
    private var presentCount: Int
    /// How many of such the archive has not.
    private(set) var absentCount: Int
    /// The same of what only the original refers to.
    private let originalPresentCount: Int
    private let originalCount: Int

    init(of updated: InstanceSummary, _ original: OriginalInstance, isPresent: (String) -> Bool) {
        let (old, new) = (Set(original.references), Set(updated.references.map(\.sopInstanceUID)))
        let changed = new.subtracting(old)
        present = changed.filter(isPresent)
        presentCount = present.count
        absentCount = changed.count - present.count
        let replaced = old.subtracting(new)
        originalCount = replaced.count
        originalPresentCount = replaced.count(where: isPresent)
    }

    mutating func losesOne() {
        presentCount -= 1
        absentCount += 1
    }

    /// Whether all of them lead to something, or more of them than of those of the original.
    var areBetter: Bool {
        absentCount == 0 || presentCount * originalCount > originalPresentCount * (presentCount + absentCount)
    }
}
