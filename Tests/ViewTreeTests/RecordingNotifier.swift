import Archive
import VFS

@testable import ViewTree

/// Writes down what it is told.
final class RecordingNotifier: ChangeNotifier {
    struct Record {
        var announced: Set<NodeID> = []
        var names: [NodeID: [[UInt8]]] = [:]
        var nodes: [NodeID: Bool] = [:]
    }

    private let state = Lock(Record())

    var record: Record { state.withLock { $0 } }

    func contentWillChange(of nodes: [NodeID]) {
        state.withLock { $0.announced.formUnion(nodes) }
    }

    func entriesChanged(in directory: NodeID, names: [[UInt8]]) {
        state.withLock { $0.names[directory, default: []] += names }
    }

    func nodeChanged(_ node: NodeID, content: Bool) {
        state.withLock { $0.nodes[node] = content }
    }
}
