import Archive
internal import VFS

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

    /// Tells `notifier` what is about to change. To be called before the transaction is committed.
    func announce(to notifier: any ChangeNotifier) {
        notifier.contentWillChange(of: nodes.filter(\.value).map { NodeID(rawValue: $0.key) })
    }

    /// Tells `notifier` what changed. To be called after the transaction was committed, or was not.
    func deliver(to notifier: any ChangeNotifier) {
        for (directory, names) in names {
            notifier.entriesChanged(in: NodeID(rawValue: directory), names: names)
        }
        for (node, content) in nodes where content || names[node] == nil {
            notifier.nodeChanged(NodeID(rawValue: node), content: content)
        }
    }
}
