/// Two archived instances that are one in the converted views: an instance, and what we made of it for a view by a change of
/// references alone. That view shows the latter, the other view the former.
///
/// What was made for a view refers to that view of what was there then: it stands for its original only where the archive has
/// all that it refers to, but for what the original named as well.
struct InstancePair {
    /// Indices of the summaries.
    let original: Int
    let updated: Int
    /// The view that `updated` was made for.
    let view: View

    /// Each instance in one pair at most, found in order of UIDs.
    ///
    /// - Parameter seriesUIDs: of all Series in the archive.
    static func all(
        in summaries: [InstanceSummary], order: [Int], indexOfUID: [String: Int], seriesUIDs: Set<String>,
        _ links: LinkedForms, _ concatenations: Concatenations
    ) -> [InstancePair] {
        var pairs: [InstancePair] = []
        var paired: Set<Int> = []
        for updated in order {
            guard let original = summaries[updated].original else { continue }
            let named = Set(original.references)
            guard let index = indexOfUID[original.sopInstanceUID],
                !links.isLinked(index, summaries), !links.isLinked(updated, summaries), !paired.contains(index),
                !paired.contains(updated),
                summaries[index].sopClassUID == summaries[updated].sopClassUID,
                summaries[index].studyInstanceUID == summaries[updated].studyInstanceUID,
                !summaries[index].isDamaged, !summaries[updated].isDamaged,
                summaries[updated].references.allSatisfy({ reference in
                    let uid = reference.sopInstanceUID
                    // Of any UIDs in content items some are those of Series.
                    return indexOfUID[uid] != nil || seriesUIDs.contains(uid) || named.contains(uid)
                        || concatenations.ofSource[uid] != nil
                })
            else { continue }
            paired.formUnion([index, updated])
            pairs.append(InstancePair(original: index, updated: updated, view: original.view))
        }
        return pairs
    }
}
