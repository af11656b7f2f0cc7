import Archive
public import VFS

/// What has changed in the trees, for those who keep answers of the file system.
public struct TreeChanges: Sendable {
    /// Names that came, went or lead elsewhere, by directory.
    var names: [UInt64: [[UInt8]]] = [:]
    /// Nodes with other times or another size; true if their bytes may differ.
    var nodes: [UInt64: Bool] = [:]

    public var isEmpty: Bool { names.isEmpty && nodes.isEmpty }

    mutating func add(name: [UInt8], in directory: UInt64) {
        names[directory, default: []].append(name)
    }

    mutating func add(node: UInt64, content: Bool) {
        nodes[node] = content || nodes[node] == true
    }

    mutating func merge(_ later: TreeChanges) {
        names.merge(later.names) { $0 + $1 }
        nodes.merge(later.nodes) { $0 || $1 }
    }

    /// Tells `notifier`. To be called after the transaction was committed.
    public func deliver(to notifier: any ChangeNotifier) {
        for (directory, names) in names {
            notifier.entriesChanged(in: NodeID(rawValue: directory), names: names)
        }
        for (node, content) in nodes where names[node] == nil {
            notifier.nodeChanged(NodeID(rawValue: node), content: content)
        }
    }
}
