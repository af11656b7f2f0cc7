internal import DICOM

/// The content items of a structured report, key object selection included (PS3.3 C.17.3), with their references changed.
///
/// Where one image has become several, so must the content item that names it, for it may name one only; coordinates go
/// with the image that they are selected from. Content items may refer to others by position (0040,DB73), and positions
/// shift: so the tree is laid out anew and every such reference renumbered.
struct ContentTree {
    struct Node {
        /// -1 for the root.
        let parent: Int
        /// As in Referenced Content Item Identifier (0040,DB73): 1 for the root, then positions from 1.
        let path: [Int]
        var children: [Int] = []
        /// Without Content Sequence.
        var alternatives: [ContentAlternative]
        /// What a content item by reference refers to, as it was received.
        let reference: [Int]
        /// By reference: the node it refers to.
        var target: Int?
        let isCoordinates: Bool
        let isSelectedFrom: Bool
        /// The alternative is the one in the Series of the image above, not one of several.
        var followsSeries = false
    }

    private(set) var nodes: [Node] = []
    private(set) var isChanged = false
    /// What was there cannot be told from what is.
    private(set) var isLossy = false

    /// - Parameter document: a data set with Content Sequence at its top level.
    init(_ document: DataSet, _ rewriting: ReferenceRewriting) {
        nodes.append(
            Node(
                parent: -1, path: [1], alternatives: [ContentAlternative(item: DataSetBuilder())], reference: [],
                isCoordinates: false, isSelectedFrom: false))
        addChildren(of: 0, document, rewriting)
        resolve()
    }

    private mutating func addChildren(of parent: Int, _ dataSet: DataSet, _ rewriting: ReferenceRewriting) {
        for (position, item) in dataSet.items(.contentSequence).enumerated() {
            var outcome = ReferenceRewriting.Outcome()
            let node = Node(
                parent: parent, path: nodes[parent].path + [position + 1],
                alternatives: rewriting.contentItem(item, except: [.contentSequence], &outcome),
                reference: item.integers(.referencedContentItemIdentifier),
                isCoordinates: ["SCOORD", "SCOORD3D", "TCOORD"].contains(item.string(.valueType) ?? ""),
                isSelectedFrom: item.string(.relationshipType) == "SELECTED FROM")
            isChanged = isChanged || outcome.isChanged
            isLossy = isLossy || outcome.isLossy
            let number = nodes.count
            nodes[parent].children.append(number)
            nodes.append(node)
            addChildren(of: number, item, rewriting)
        }
    }

    private mutating func resolve() {
        guard isChanged else { return }
        let nodeOfPath = Dictionary(nodes.enumerated().map { ($1.path, $0) }) { first, _ in first }
        for number in nodes.indices {
            if !nodes[number].reference.isEmpty { nodes[number].target = nodeOfPath[nodes[number].reference] }
            let uids = nodes[number].alternatives.compactMap(\.uid)
            guard uids.count > 1, let image = namingAncestor(of: number) else { continue }
            nodes[number].followsSeries = nodes[image].alternatives.allSatisfy { alternative in
                alternative.series.map { uids.contains($0) } ?? false
            }
        }
    }

    /// The nearest content item above that names an instance.
    func namingAncestor(of number: Int) -> Int? {
        var ancestor = nodes[number].parent
        while ancestor > 0 {
            if nodes[ancestor].alternatives.contains(where: { $0.series != nil }) { return ancestor }
            ancestor = nodes[ancestor].parent
        }
        return nil
    }

    /// The items of the document's Content Sequence; nil if none changes.
    func rewritten() throws(ConversionReason) -> [DataSetBuilder]? {
        guard isChanged else { return nil }
        var layout = ContentLayout(self)
        return try layout.items()
    }
}
