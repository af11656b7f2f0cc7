internal import DICOM

/// The places of content items in a report of which some are repeated.
///
/// A place is known by the content item it is for and by its *replicas*: for each level from the root to it, which of the
/// copies of the content item of that level it is in, from 0. A reference by position goes to the places of its target that
/// share with it the replicas of all levels that the two have in common.
struct ContentLayout {
    private struct Place {
        let node: Int
        let parent: Int
        let path: [Int]
        let replicas: [Int]
        /// Which alternative, or which of the places of its target, it stands for.
        let choice: Int
        var children: [Int] = []
    }

    /// A report of more content items than this is no report any more.
    private static let limit = 2_000_000

    private let tree: ContentTree
    private var copiesOfNode: [Int?]
    private var isCounting: [Bool]
    private var places: [Place] = []
    private var placesOfNode: [Int: [Int]] = [:]

    init(_ tree: ContentTree) {
        self.tree = tree
        copiesOfNode = Array(repeating: nil, count: tree.nodes.count)
        isCounting = Array(repeating: false, count: tree.nodes.count)
    }

    mutating func items() throws(ConversionReason) -> [DataSetBuilder] {
        places.append(Place(node: 0, parent: -1, path: [1], replicas: [0], choice: 0))
        var next = 0
        while next < places.count {
            try addChildren(of: next)
            next += 1
        }
        let targets = Set(tree.nodes.compactMap(\.target))
        for (number, place) in places.enumerated() where targets.contains(place.node) {
            placesOfNode[place.node, default: []].append(number)
        }
        return try children(of: 0)
    }

    // MARK: How often

    /// How many copies of a content item stand in each copy of its parent.
    private mutating func copies(of number: Int) throws(ConversionReason) -> Int {
        if let known = copiesOfNode[number] { return known }
        if isCounting[number] { return 1 }
        isCounting[number] = true
        defer { isCounting[number] = false }
        let node = tree.nodes[number]
        var count = node.followsSeries ? 1 : node.alternatives.count
        if let target = node.target {
            count = try copies(from: number, to: target)
        } else if node.isCoordinates {
            var selected = 0
            for child in node.children where tree.nodes[child].isSelectedFrom { selected += try copies(of: child) }
            count = max(1, selected)
            if node.children.filter({ tree.nodes[$0].isSelectedFrom }).count == selected { count = 1 }
        }
        guard count <= Self.limit else { throw Self.tooLarge }
        copiesOfNode[number] = count
        return count
    }

    /// In how many places `target` stands as seen from `number`.
    private mutating func copies(from number: Int, to target: Int) throws(ConversionReason) -> Int {
        let depth = commonDepth(tree.nodes[number].path, tree.nodes[target].path)
        var count = 1
        var node = target
        while node > 0, tree.nodes[node].path.count > depth {
            count *= try copies(of: node)
            guard count <= Self.limit else { throw Self.tooLarge }
            let parent = tree.nodes[node].parent
            // The copies of coordinates are those of what they are selected from.
            if tree.nodes[node].isSelectedFrom, parent > 0, try isSplit(parent) {
                node = tree.nodes[parent].path.count > depth ? tree.nodes[parent].parent : 0
            } else {
                node = parent
            }
        }
        return count
    }

    /// Coordinates of which there is one copy for each image that they are selected from.
    private mutating func isSplit(_ number: Int) throws(ConversionReason) -> Bool {
        guard tree.nodes[number].isCoordinates else { return false }
        return try copies(of: number) > 1
    }

    private func commonDepth(_ one: [Int], _ other: [Int]) -> Int {
        zip(one, other).prefix { $0 == $1 }.count
    }

    private static let tooLarge = ConversionReason(
        .referencesNotUpdated, tag: .contentSequence, "content items would have to be repeated too often")

    // MARK: Where

    private mutating func addChildren(of parent: Int) throws(ConversionReason) {
        let place = places[parent]
        let isSplit = try isSplit(place.node)
        var selected = 0
        for child in tree.nodes[place.node].children {
            let count = try copies(of: child)
            if isSplit, tree.nodes[child].isSelectedFrom {
                // This copy of the coordinates is for one copy of one of the images.
                let own = place.choice - selected
                selected += count
                if own >= 0, own < count { try add(child, to: parent, choice: own) }
                continue
            }
            for choice in 0..<count { try add(child, to: parent, choice: choice) }
        }
    }

    private mutating func add(_ node: Int, to parent: Int, choice: Int) throws(ConversionReason) {
        guard places.count < Self.limit else { throw Self.tooLarge }
        places[parent].children.append(places.count)
        places.append(
            Place(
                node: node, parent: parent, path: places[parent].path + [places[parent].children.count],
                replicas: places[parent].replicas + [choice], choice: choice))
    }

    // MARK: What

    private func children(of number: Int) throws(ConversionReason) -> [DataSetBuilder] {
        var items: [DataSetBuilder] = []
        for child in places[number].children { items.append(try item(at: child)) }
        return items
    }

    private func item(at number: Int) throws(ConversionReason) -> DataSetBuilder {
        let place = places[number]
        let node = tree.nodes[place.node]
        var item = alternative(of: node, at: place).item
        if let target = node.target { item.set(.referencedContentItemIdentifier, try path(of: target, from: place)) }
        // It is the identity of one observation: the first keeps it.
        if place.replicas.contains(where: { $0 > 0 }) { item.remove(.observationUID) }
        let items = try children(of: number)
        if !items.isEmpty { item.set(.contentSequence, items: items) }
        return item
    }

    private func alternative(of node: ContentTree.Node, at place: Place) -> ContentAlternative {
        if node.followsSeries, let image = tree.namingAncestor(of: place.node) {
            var ancestor = place.parent
            while ancestor > 0, places[ancestor].node != image { ancestor = places[ancestor].parent }
            let alternatives = tree.nodes[image].alternatives
            let series = alternatives[min(places[ancestor].choice, alternatives.count - 1)].series
            return node.alternatives.first { $0.uid == series } ?? node.alternatives[0]
        }
        return node.alternatives[min(place.choice, node.alternatives.count - 1)]
    }

    /// Where the target of a reference by position stands now.
    private func path(of target: Int, from place: Place) throws(ConversionReason) -> [Int] {
        let depth = commonDepth(tree.nodes[place.node].path, tree.nodes[target].path)
        let candidates = (placesOfNode[target] ?? []).filter {
            places[$0].replicas.prefix(depth).elementsEqual(place.replicas.prefix(depth))
        }
        guard place.choice < candidates.count else {
            throw ConversionReason(
                .referencesNotUpdated, tag: .referencedContentItemIdentifier,
                "a content item that another refers to by its position cannot be repeated")
        }
        return places[candidates[place.choice]].path
    }
}
