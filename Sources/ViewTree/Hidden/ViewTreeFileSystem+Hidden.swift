import Archive
import SystemPackage
import VFS
import Views

// Nodes without rows of their own, found by what their ids say (`HiddenNodeID`).
extension ViewTreeFileSystem {
    /// The node that `id` names.
    func hidden(_ id: UInt64) throws(Errno) -> HiddenNode {
        let list = HiddenNodeID.isList(id) ? lists[id] : nil
        let parsed = HiddenNodeID(rawValue: id)
        let found = try read { (snapshot) throws(IndexError) -> (NodeRow, ViewInstanceRow?)? in
            let owner: NodeRow?
            if let list {
                owner = try snapshot.node(id: list.owner)
            } else if let parsed {
                let owners = try owners(parsed, snapshot)
                owner = owners.indices.contains(parsed.rank) ? owners[parsed.rank] : nil
            } else {
                owner = nil
            }
            guard let owner else { return nil }
            return (
                owner, try owner.viewInstanceID.flatMap { (id) throws(IndexError) in try snapshot.viewInstance(id: id) }
            )
        }
        guard let (owner, instance) = found else { throw .noSuchFileOrDirectory }
        let content: HiddenNode.Content
        switch (TreeNodeKind(rawValue: owner.kind), parsed?.member) {
        case (.series, .frames): content = .framesDirectory
        case (.series, .metadata): content = .metadataDirectory
        case (.instance, .frames): content = .instanceDirectory
        case (.instance, .metadata): content = .metadata
        case (.instance, .frame(let frameNumber)): content = .frames([frameNumber])
        case (.instance, nil): content = .frames(list?.frameNumbers ?? [])
        default: throw .noSuchFileOrDirectory
        }
        return HiddenNode(id: id, content: content, owner: owner, instance: instance)
    }

    /// The series and instances whose node ids begin alike, in the order of their ranks.
    private func owners(_ id: HiddenNodeID, _ snapshot: IndexSnapshot) throws(IndexError) -> [NodeRow] {
        let owners = try snapshot.nodes(withIDsIn: id.owners).filter {
            $0.kind == TreeNodeKind.series.rawValue || $0.kind == TreeNodeKind.instance.rawValue
        }
        return owners.count < 2 ? owners : owners.sorted { $0.identity.lexicographicallyPrecedes($1.identity) }
    }

    /// The id that `member` of `owner` has; nil if too many owners have ids that begin alike.
    func hiddenID(
        _ member: HiddenNodeID.Member, of owner: NodeRow, _ snapshot: IndexSnapshot
    ) throws(IndexError) -> HiddenNodeID? {
        var id = HiddenNodeID(owner: owner.id, rank: 0, member: member)
        guard let rank = try owners(id, snapshot).firstIndex(where: { $0.id == owner.id }),
            rank <= HiddenNodeID.maximumRank
        else { return nil }
        id.rank = rank
        return id
    }

    // MARK: Looking

    /// `.frames` or `.metadata` of a series; nil for other names.
    func hiddenDirectory(_ name: [UInt8], ofSeries series: NodeRow) throws(Errno) -> Entry? {
        let member: HiddenNodeID.Member
        if name == HiddenName.frames {
            member = .frames
        } else if name == HiddenName.metadata {
            member = .metadata
        } else {
            return nil
        }
        return try entry(hiddenDirectory(member, ofSeries: series))
    }

    func hiddenDirectory(_ member: HiddenNodeID.Member, ofSeries series: NodeRow) throws(Errno) -> HiddenNode {
        let id = try read { (snapshot) throws(IndexError) in try hiddenID(member, of: series, snapshot) }
        guard var id else { throw .overflow }
        let content: HiddenNode.Content = member == .frames ? .framesDirectory : .metadataDirectory
        let node = HiddenNode(id: id.rawValue, content: content, owner: series, instance: nil)
        id.member = .frames
        entered.enter(series: series.id, id)
        return node
    }

    func lookup(_ name: NameBytes, in parent: HiddenNode) throws(Errno) -> Entry {
        switch parent.content {
        case .metadata, .frames: throw .notDirectory
        case .framesDirectory:
            return try entry(
                member(.frames, .instanceDirectory, named: HiddenName.files(Array(name)), in: parent.owner))
        case .metadataDirectory:
            guard let stem = HiddenName.stem(ofMetadata: name) else { throw .noSuchFileOrDirectory }
            return try entry(member(.metadata, .metadata, named: HiddenName.files(stem), in: parent.owner))
        case .instanceDirectory: return try lookup(frames: name, of: parent)
        }
    }

    /// What is hidden of the instance that has the first of `names` that is there.
    private func member(
        _ member: HiddenNodeID.Member, _ content: HiddenNode.Content, named names: [[UInt8]], in series: NodeRow
    ) throws(Errno) -> HiddenNode {
        let found = try read { (snapshot) throws(IndexError) -> (NodeRow, ViewInstanceRow, HiddenNodeID?)? in
            for name in names {
                guard let row = try snapshot.child(of: series.id, name: name), let instanceID = row.viewInstanceID,
                    let instance = try snapshot.viewInstance(id: instanceID)
                else { continue }
                return (row, instance, try hiddenID(member, of: row, snapshot))
            }
            return nil
        }
        guard let (row, instance, id) = found else { throw .noSuchFileOrDirectory }
        guard let id else { throw .overflow }
        enter(row, id, frameCount: 0)
        return HiddenNode(id: id.rawValue, content: content, owner: row, instance: instance)
    }

    private func enter(_ instance: NodeRow, _ id: HiddenNodeID, frameCount: Int) {
        var directory = id
        directory.member = .frames
        entered.enter(instance: instance.id, directory, frameCount: frameCount)
    }

    /// A frame, or a list of frames.
    private func lookup(frames name: NameBytes, of parent: HiddenNode) throws(Errno) -> Entry {
        guard let instance = parent.instance, let directory = HiddenNodeID(rawValue: parent.id) else {
            throw .noSuchFileOrDirectory
        }
        let frames = try answer { () throws(ViewError) in try views.frames(of: instance) }
        if case .refused(let reason) = frames {
            guard FrameListName.frames(name, count: 1 << 20) != nil else { throw .noSuchFileOrDirectory }
            let error = ViewError.notExtractable(sopInstanceUID: instance.sopInstanceUID, reason: reason)
            onFailure(error)
            throw Errno(error)
        }
        guard let numbers = FrameListName.frames(name, count: frames.count), let first = numbers.first else {
            throw .noSuchFileOrDirectory
        }
        enter(parent.owner, directory, frameCount: frames.count)
        var node = HiddenNode(id: 0, content: .frames(numbers), owner: parent.owner, instance: instance)
        if numbers.count == 1, first <= HiddenNodeID.lastFrameNumber {
            var id = directory
            id.member = .frame(first)
            node.id = id.rawValue
            return try entry(node)
        }
        node.id = lists.name(numbers, of: parent.owner)
        do throws(Errno) {
            return try entry(node)
        } catch {
            lists.forget(node.id, lookups: 1)
            throw error
        }
    }

    // MARK: Attributes

    func entry(_ node: HiddenNode) throws(Errno) -> Entry {
        if node.content.isDirectory {
            return entry(node, 0, node.owner.modificationTime, node.owner.changeTime)
        }
        guard let instance = node.instance else { throw .noSuchFileOrDirectory }
        let facts = try answer { () throws(ViewError) -> DerivedFileFacts? in
            switch node.content {
            case .metadata:
                try views.metadataFacts(of: instance, bulkDataURI: HiddenName.bulkDataURI(node.owner.name))
            case .frames(let numbers):
                try views.facts(ofFrames: numbers, of: instance, try views.frames(of: instance))
            case .framesDirectory, .metadataDirectory, .instanceDirectory: nil
            }
        }
        guard let facts else { throw .noSuchFileOrDirectory }
        return entry(node, facts.size, facts.modificationTime, facts.changeTime)
    }

    /// The entry of a frame whose size is known.
    func frameEntry(_ node: HiddenNode, _ frameNumber: Int, _ frames: InstanceFrames) throws(Errno) -> Entry {
        let facts = try answer { () throws(ViewError) -> DerivedFileFacts? in
            try node.instance.flatMap { (instance) throws(ViewError) in
                try views.facts(ofFrames: [frameNumber], of: instance, frames)
            }
        }
        guard let facts else { throw .noSuchFileOrDirectory }
        return entry(node, facts.size, facts.modificationTime, facts.changeTime)
    }

    private func entry(
        _ node: HiddenNode, _ size: UInt64, _ modificationTime: FileTime, _ changeTime: FileTime
    ) -> Entry {
        let kind: TreeNodeKind = node.content.isDirectory ? .series : .instance
        var entry = entry(kind, node.id, size, modificationTime, changeTime)
        entry.attributes.linkCount = node.content.linkCount
        entry.attributes.generation = node.generation
        return entry
    }

    /// What `body` returns; why it could not is told, and answered as an errno.
    private func answer<Result>(_ body: () throws(ViewError) -> Result) throws(Errno) -> Result {
        do throws(ViewError) {
            return try body()
        } catch {
            onFailure(error)
            throw Errno(error)
        }
    }

    func open(_ node: HiddenNode) throws(Errno) -> any OpenFile {
        guard !node.content.isDirectory else { throw .isDirectory }
        guard let instance = node.instance else { throw .noSuchFileOrDirectory }
        let entry = try entry(node)
        let file = try answer { () throws(ViewError) in
            if case .frames(let numbers) = node.content { return try views.open(frames: numbers, of: instance) }
            return try views.openMetadata(of: instance, bulkDataURI: HiddenName.bulkDataURI(node.owner.name))
        }
        return ViewTreeOpenFile(file, entry, onFailure: onFailure)
    }

    func parent(of node: HiddenNode) throws(Errno) -> NodeID {
        switch node.content {
        case .metadata, .frames: throw .notDirectory
        case .framesDirectory, .metadataDirectory: return NodeID(rawValue: node.owner.id)
        case .instanceDirectory:
            let id = try read { (snapshot) throws(IndexError) -> HiddenNodeID? in
                guard let series = try snapshot.node(id: node.owner.parent) else { return nil }
                return try hiddenID(.frames, of: series, snapshot)
            }
            guard let id else { throw .noSuchFileOrDirectory }
            return NodeID(rawValue: id.rawValue)
        }
    }
}
