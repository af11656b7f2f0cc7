import Archive
import SystemPackage
import VFS
import Views

// Listings of the directories that can be entered but are not listed.
extension ViewTreeFileSystem {
    typealias Delivery = (_ name: NameBytes, _ cookie: DirectoryCookie, _ entry: Entry) -> Bool

    func readdir(_ directory: HiddenNode, after cookie: DirectoryCookie, deliver: Delivery) throws(Errno) {
        switch directory.content {
        case .metadata, .frames: throw .notDirectory
        case .framesDirectory, .metadataDirectory: try readdirInstances(directory, after: cookie, deliver: deliver)
        case .instanceDirectory: try readdirFrames(directory, after: cookie, deliver: deliver)
        }
    }

    /// How many instances are read from the index at a time.
    private static let pageSize = 128

    /// The cookie of an entry is the node id of its instance.
    private func readdirInstances(
        _ directory: HiddenNode, after cookie: DirectoryCookie, deliver: Delivery
    ) throws(Errno) {
        let isMetadata = if case .metadataDirectory = directory.content { true } else { false }
        var after = cookie
        while true {
            let (page, nodes) = try read { (snapshot) throws(IndexError) in
                let page = try snapshot.children(of: directory.owner.id, after: after, limit: Self.pageSize)
                var nodes: [HiddenNode] = []
                for row in page {
                    guard let instanceID = row.viewInstanceID,
                        let id = try hiddenID(isMetadata ? .metadata : .frames, of: row, snapshot)
                    else { continue }
                    var directory = id
                    directory.member = .frames
                    entered.enter(instance: row.id, directory, frameCount: 0)
                    nodes.append(
                        HiddenNode(
                            id: id.rawValue, content: isMetadata ? .metadata : .instanceDirectory, owner: row,
                            instance: isMetadata ? try snapshot.viewInstance(id: instanceID) : nil))
                }
                return (page, nodes)
            }
            for node in nodes {
                let name = isMetadata ? HiddenName.metadata(of: node.owner.name) : HiddenName.stem(node.owner.name)
                guard name.withUnsafeBufferPointer({ deliver($0, node.owner.id, listed(node)) }) else { return }
            }
            guard page.count == Self.pageSize, let last = page.last else { return }
            after = last.id
        }
    }

    /// The entry of a node; of one that fails, one that the kernel asks for again when somebody wants it, and then learns why.
    private func listed(_ node: HiddenNode) -> Entry {
        do throws(Errno) {
            return try entry(node)
        } catch {
            let owner = node.owner
            var entry = entry(.instance, node.id, 0, owner.modificationTime, owner.changeTime)
            entry.attributes.generation = node.generation
            entry.timeouts = .none
            return entry
        }
    }

    /// The cookie of a frame is its own id, by which frames are in order.
    private func readdirFrames(
        _ directory: HiddenNode, after cookie: DirectoryCookie, deliver: Delivery
    ) throws(Errno) {
        guard let instance = directory.instance, var id = HiddenNodeID(rawValue: directory.id) else { return }
        let frames: InstanceFrames
        do throws(ViewError) {
            frames = try views.frames(of: instance)
        } catch {
            onFailure(error)
            throw Errno(error)
        }
        entered.enter(instance: directory.owner.id, id, frameCount: frames.count)
        var previous = 0
        if case .frame(let last)? = HiddenNodeID(rawValue: cookie)?.member { previous = last }
        let count = min(frames.count, HiddenNodeID.lastFrameNumber)
        while previous < count {
            previous += 1
            id.member = .frame(previous)
            let node = HiddenNode(
                id: id.rawValue, content: .frames([previous]), owner: directory.owner, instance: instance)
            let name = FrameListName.name(of: previous, count: frames.count)
            let entry = try frameEntry(node, previous, frames)
            guard name.withUnsafeBufferPointer({ deliver($0, id.rawValue, entry) }) else { return }
        }
    }

    /// What a series lists behind its instances, where hidden directories are to be listed.
    func readdirHidden(of series: NodeID, after cookie: DirectoryCookie, deliver: Delivery) throws(Errno) {
        guard listsHidden else { return }
        let row = try read { (snapshot) throws(IndexError) in try snapshot.node(id: series.rawValue) }
        guard let row, row.kind == TreeNodeKind.series.rawValue else { return }
        for (member, name) in [(HiddenNodeID.Member.frames, HiddenName.frames), (.metadata, HiddenName.metadata)] {
            let node = try hiddenDirectory(member, ofSeries: row)
            guard cookie < node.id else { continue }
            let entry = try entry(node)
            guard name.withUnsafeBufferPointer({ deliver($0, node.id, entry) }) else { return }
        }
    }
}
