/// Two archived instances that are one in the converted views: an instance, and what we made of it for a view by a change of
/// references alone. The other view shows the former.
struct InstancePair {
    /// Indices of the summaries.
    let original: Int
    let updated: Int
    /// The view that `updated` was made for.
    let view: View
    /// Whether that view shows `updated`: what was made for it refers to what stood in it then, so that it stands for its original
    /// only where the archive has all that it refers to, but for what the original named as well. Else the view makes it anew.
    let isComplete: Bool

    /// Each instance in one pair at most, found in order of UIDs, those that are complete first.
    ///
    /// - Parameter seriesUIDs: of all Series in the archive.
    static func all(
        in summaries: [InstanceSummary], order: [Int], indexOfUID: [String: Int], seriesUIDs: Set<String>,
        _ links: LinkedForms, _ concatenations: Concatenations
    ) -> [InstancePair] {
        let found = order.compactMap { updated -> InstancePair? in
            guard let original = summaries[updated].original, let index = indexOfUID[original.sopInstanceUID],
                !links.isLinked(index, summaries), !links.isLinked(updated, summaries),
                summaries[index].sopClassUID == summaries[updated].sopClassUID,
                summaries[index].studyInstanceUID == summaries[updated].studyInstanceUID,
                !summaries[index].isDamaged, !summaries[updated].isDamaged
            else { return nil }
            let named = Set(original.references)
            let isComplete = summaries[updated].references.allSatisfy { reference in
                let uid = reference.sopInstanceUID
                // Of any UIDs in content items some are those of Series.
                return indexOfUID[uid] != nil || seriesUIDs.contains(uid) || named.contains(uid)
                    || concatenations.ofSource[uid] != nil
            }
            return InstancePair(original: index, updated: updated, view: original.view, isComplete: isComplete)
        }
        var paired: Set<Int> = []
        return (found.filter(\.isComplete) + found.filter { !$0.isComplete }).filter { pair in
            if paired.contains(pair.original) || paired.contains(pair.updated) { return false }
            paired.formUnion([pair.original, pair.updated])
            return true
        }
    }
}
