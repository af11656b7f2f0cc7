/// Digests over everything that can be reached in a graph, cycles included, in time linear in its size.
///
/// The digest of a strongly connected component is made of the sorted digests of its members and the sorted digests of the
/// components that its edges lead to. So two nodes have one digest only if the same nodes, each with the same own digest, are
/// reachable from both.
struct ComponentDigests {
    /// By node, of its component.
    private(set) var values: [[UInt8]]

    /// - Parameters:
    ///   - own: by node, of the node alone.
    ///   - edges: by node, the nodes it leads to, each once.
    init(own: [[UInt8]], edges: [[Int]]) {
        values = own
        let components = Self.components(edges)
        var componentOfNode = [Int](repeating: 0, count: own.count)
        for (component, members) in components.enumerated() {
            for member in members { componentOfNode[member] = component }
        }
        // Components come with those that they lead to before them.
        var digests: [[UInt8]] = []
        digests.reserveCapacity(components.count)
        for (component, members) in components.enumerated() {
            var digest = ContentDigest()
            let ownDigests = members.map { own[$0] }.sorted { $0.lexicographicallyPrecedes($1) }
            digest.append(ownDigests.count)
            for value in ownDigests { digest.append(value) }
            let successors = Set(members.flatMap { edges[$0].map { componentOfNode[$0] } }).subtracting([component])
            for value in successors.map({ digests[$0] }).sorted(by: { $0.lexicographicallyPrecedes($1) }) {
                digest.append(value)
            }
            digests.append(digest.value)
        }
        for node in own.indices { values[node] = digests[componentOfNode[node]] }
    }

    /// Tarjan's strongly connected components, without recursion: a chain of references may be as long as the archive is big.
    private static func components(_ edges: [[Int]]) -> [[Int]] {
        var components: [[Int]] = []
        var indices = [Int](repeating: -1, count: edges.count)
        var low = indices
        var isOnStack = [Bool](repeating: false, count: edges.count)
        var stack: [Int] = []
        var next = 0
        var calls: [(node: Int, edge: Int)] = []
        for root in edges.indices where indices[root] < 0 {
            calls.append((root, 0))
            while let (node, edge) = calls.last {
                if edge == 0 {
                    indices[node] = next
                    low[node] = next
                    next += 1
                    stack.append(node)
                    isOnStack[node] = true
                }
                if edge < edges[node].count {
                    calls[calls.count - 1].edge += 1
                    let target = edges[node][edge]
                    if indices[target] < 0 {
                        calls.append((target, 0))
                    } else if isOnStack[target] {
                        low[node] = min(low[node], indices[target])
                    }
                    continue
                }
                calls.removeLast()
                if let caller = calls.last { low[caller.node] = min(low[caller.node], low[node]) }
                guard low[node] == indices[node] else { continue }
                var members: [Int] = []
                while let member = stack.popLast() {
                    isOnStack[member] = false
                    members.append(member)
                    if member == node { break }
                }
                components.append(members)
            }
        }
        return components
    }
}
