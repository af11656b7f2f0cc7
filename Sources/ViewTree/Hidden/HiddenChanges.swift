import Archive
import VFS

/// Passes on what changed in the trees, and adds what follows from it for the nodes beside them that have no rows.
final class HiddenChanges: ChangeNotifier {
    private let base: any ChangeNotifier
    private let entered: EnteredDirectories
    private let lists: NamedFrameLists

    init(_ base: any ChangeNotifier, entered: EnteredDirectories, lists: NamedFrameLists) {
        self.base = base
        self.entered = entered
        self.lists = lists
    }

    private func files(of node: NodeID) -> [NodeID] {
        let ids = (entered.nodes(ofInstance: node.rawValue)?.files ?? []) + lists.ids(of: node.rawValue)
        return ids.map { NodeID(rawValue: $0) }
    }

    func contentWillChange(of nodes: [NodeID]) {
        base.contentWillChange(of: nodes + nodes.flatMap { files(of: $0) })
    }

    func entriesChanged(in directory: NodeID, names: [[UInt8]]) {
        base.entriesChanged(in: directory, names: names)
        guard let (frames, metadata) = entered.directories(ofSeries: directory.rawValue) else { return }
        base.entriesChanged(in: NodeID(rawValue: frames), names: names.map { HiddenName.stem($0) })
        base.entriesChanged(in: NodeID(rawValue: metadata), names: names.map { HiddenName.metadata(of: $0) })
    }

    func nodeChanged(_ node: NodeID, content: Bool) {
        base.nodeChanged(node, content: content)
        if let (frames, metadata) = entered.directories(ofSeries: node.rawValue) {
            for directory in [frames, metadata] { base.nodeChanged(NodeID(rawValue: directory), content: content) }
        }
        for file in files(of: node) { base.nodeChanged(file, content: content) }
        if let directory = entered.nodes(ofInstance: node.rawValue)?.directory {
            // There may be more or fewer frames now, and names that were not there are.
            base.nodeChanged(NodeID(rawValue: directory), content: true)
        }
    }
}
