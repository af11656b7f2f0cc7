public import Archive

/// Looks whether the names and nodes of the trees are what follows from the instances of the views.
public struct TreeVerification {
    /// A name that is not as it must be.
    public struct Fault: Sendable, Hashable {
        /// Beneath the mountpoint.
        public var path: String
        public var detail: String
    }

    private let snapshot: IndexSnapshot
    private let template: NameTemplate
    private var faults: [Fault] = []
    private var shown: Set<Int64> = []

    /// All faults, in one state of the index.
    public static func faults(in snapshot: IndexSnapshot, template: NameTemplate) throws(IndexError) -> [Fault] {
        var verification = TreeVerification(snapshot: snapshot, template: template)
        guard let root = try snapshot.node(id: 1) else { return [Fault(path: "", detail: "there is no root")] }
        for view in ViewCode.allCases {
            let name = TreeName.name(of: view)
            guard let row = try snapshot.child(of: root.id, name: Array(name.utf8)) else {
                verification.faults.append(Fault(path: name, detail: "is not there"))
                continue
            }
            let before = verification.shown.count
            try verification.visit(row, [row], path: name)
            let (files, instances) = (verification.shown.count - before, try snapshot.viewCounts(view).instances)
            if files != instances {
                verification.faults.append(Fault(path: name, detail: "shows \(files) of \(instances) instances"))
            }
        }
        return verification.faults
    }

    private mutating func visit(_ directory: NodeRow, _ way: [NodeRow], path: String) throws(IndexError) {
        let (digest, seconds) = try visitEntries(of: directory, way, path)
        let time = FileTime(seconds: seconds ?? 0, nanoseconds: EntryDigest.nanoseconds(of: digest))
        if directory.entryDigest != digest || directory.modificationTime != time || directory.changeTime != time {
            faults.append(Fault(path: path, detail: "its times do not follow from its entries"))
        }
        if seconds == nil, way.count > 1 { faults.append(Fault(path: path, detail: "is empty")) }
    }

    private mutating func visitEntries(
        of directory: NodeRow, _ way: [NodeRow], _ path: String
    ) throws(IndexError) -> (digest: UInt64, seconds: Int64?) {
        var digest: UInt64 = 0
        var seconds: Int64?
        var last: UInt64 = 0
        while true {
            let rows = try snapshot.children(of: directory.id, after: last, limit: 1024)
            guard let end = rows.last?.id else { return (digest, seconds) }
            for row in rows {
                digest &+= EntryDigest.digest(name: row.name, changeTime: row.changeTime)
                seconds = max(seconds ?? row.modificationTime.seconds, row.modificationTime.seconds)
                let below = "\(path)/\(String(decoding: row.name, as: UTF8.self))"
                if NodeIdentity(bytes: row.identity).nodeID(rehash: row.idRehash) != row.id {
                    faults.append(Fault(path: below, detail: "its inode number is not that of its identity"))
                }
                if row.viewInstanceID == nil {
                    try visit(row, way + [row], path: below)
                } else {
                    try visitFile(row, way, below)
                }
            }
            last = end
        }
    }

    private mutating func visitFile(_ row: NodeRow, _ way: [NodeRow], _ path: String) throws(IndexError) {
        guard let id = row.viewInstanceID, let instance = try snapshot.viewInstance(id: id) else {
            faults.append(Fault(path: path, detail: "shows an instance that the view does not have"))
            return
        }
        if !shown.insert(id).inserted {
            faults.append(Fault(path: path, detail: "shows an instance that stands elsewhere too"))
        }
        if row.size != instance.size || row.modificationTime != instance.modificationTime
            || row.changeTime != instance.changeTime
        {
            faults.append(Fault(path: path, detail: "its size or times are not those of its instance"))
        }
        let components = template.path(of: InstanceNaming(instance))
        var identity = NodeIdentity(tree: TreeName.name(of: instance.view))
        var isRight = components.count == way.count && way[0].identity == identity.bytes
        for (component, node) in zip(components, way.dropFirst() + [row]) {
            identity = identity.child(component)
            isRight = isRight && node.identity == identity.bytes && node.name == component.name(rehash: node.nameRehash)
        }
        if !isRight { faults.append(Fault(path: path, detail: "its path is not the one that its instance renders to")) }
    }

    /// Where an instance of a view stands, beneath the mountpoint; nil if nowhere.
    public static func path(ofViewInstance id: Int64, in snapshot: IndexSnapshot) throws(IndexError) -> String? {
        guard var node = try snapshot.nodes(ofViewInstance: id).first else { return nil }
        var names = [String(decoding: node.name, as: UTF8.self)]
        while let parent = try snapshot.node(id: node.parent), parent.id != 1 {
            names.append(String(decoding: parent.name, as: UTF8.self))
            node = parent
        }
        return names.reversed().joined(separator: "/")
    }
}
