extension IndexSnapshot {
    /// The node with the id `id`.
    public func node(id: UInt64) throws(IndexError) -> NodeRow? {
        try connection.first("\(NodeRow.select) WHERE id = ?", [.unsigned(id)]) { NodeRow($0) }
    }

    /// The nodes whose ids lie between these, ascending by id. Meant for ranges that hardly hold more than one.
    public func nodes(withIDsIn ids: ClosedRange<UInt64>) throws(IndexError) -> [NodeRow] {
        try connection.all(
            "\(NodeRow.select) WHERE id BETWEEN ? AND ? ORDER BY id LIMIT 64",
            [.unsigned(ids.lowerBound), .unsigned(ids.upperBound)]
        ) { NodeRow($0) }
    }

    /// The node that `name` leads to in the directory `parent`.
    public func child(of parent: UInt64, name: [UInt8]) throws(IndexError) -> NodeRow? {
        try connection.first("\(NodeRow.select) WHERE parent = ? AND name = ?", [.unsigned(parent), .bytes(name)]) {
            NodeRow($0)
        }
    }

    /// Calls `body` for the entries of the directory `parent` whose ids are greater than `after`, ascending by id, until it
    /// returns false. Allocates nothing for an entry.
    public func forEachChild(
        of parent: UInt64, after: UInt64 = 0, _ body: (ListedNode) throws(IndexError) -> Bool
    ) throws(IndexError) {
        try connection.forEach(
            "\(NodeRow.select) WHERE parent = ? AND id > ? ORDER BY id", [.unsigned(parent), .unsigned(after)]
        ) { (columns) throws(IndexError) in
            try body(ListedNode(columns))
        }
    }

    /// The entries of the directory `parent`, ascending by id.
    public func children(of parent: UInt64, after: UInt64 = 0, limit: Int = .max) throws(IndexError) -> [NodeRow] {
        try connection.all(
            "\(NodeRow.select) WHERE parent = ? AND id > ? ORDER BY id LIMIT ?",
            [.unsigned(parent), .unsigned(after), .integer(Int64(limit))]
        ) { NodeRow($0) }
    }

    /// The nodes that show the view instance with the row id `id`.
    public func nodes(ofViewInstance id: Int64) throws(IndexError) -> [NodeRow] {
        try connection.all("\(NodeRow.select) WHERE view_instance = ? ORDER BY id", [.integer(id)]) { NodeRow($0) }
    }

    /// How many entries the directory `parent` has.
    public func childCount(of parent: UInt64) throws(IndexError) -> Int {
        try connection.first("SELECT count(*) FROM node WHERE parent = ?", [.unsigned(parent)]) { Int($0.integer(0)) }
            ?? 0
    }

    /// The latest seconds of modification of the entries of `parent`, nil if it has none.
    public func latestModificationSeconds(in parent: UInt64) throws(IndexError) -> Int64? {
        try connection.first("SELECT max(mtime_s) FROM node WHERE parent = ?", [.unsigned(parent)]) {
            $0.optionalInteger(0)
        } ?? nil
    }

    /// The nodes whose id or name is not their first.
    public func rehashedNodes() throws(IndexError) -> [NodeRow] {
        try connection.all("\(NodeRow.select) WHERE id_rehash > 0 OR name_rehash > 0") { NodeRow($0) }
    }

    /// How many nodes there are.
    public func nodeCount() throws(IndexError) -> Int {
        try connection.first("SELECT count(*) FROM node") { Int($0.integer(0)) } ?? 0
    }
}

extension NodeRow {
    static let select = """
        SELECT parent, id, name, kind, view_instance, size, mtime_s, mtime_ns, ctime_s, ctime_ns, entry_digest, \
        identity, id_rehash, name_rehash FROM node
        """

    init(_ columns: IndexColumns) {
        self.init(
            parent: columns.unsigned(0), id: columns.unsigned(1), name: columns.bytes(2),
            kind: UInt8(clamping: columns.integer(3)), viewInstanceID: columns.optionalInteger(4),
            size: columns.unsigned(5), modificationTime: columns.time(6), changeTime: columns.time(8),
            entryDigest: columns.unsigned(10), identity: columns.bytes(11), idRehash: Int(columns.integer(12)),
            nameRehash: Int(columns.integer(13)))
    }

    var values: [IndexValue] {
        [
            .unsigned(parent), .unsigned(id), .bytes(name), .integer(Int64(kind)), .optional(viewInstanceID),
            .unsigned(size), .integer(modificationTime.seconds), .integer(Int64(modificationTime.nanoseconds)),
            .integer(changeTime.seconds), .integer(Int64(changeTime.nanoseconds)), .unsigned(entryDigest),
            .bytes(identity), .integer(Int64(idRehash)), .integer(Int64(nameRehash)),
        ]
    }
}

extension ListedNode {
    init(_ columns: IndexColumns) {
        self.init(
            id: columns.unsigned(1), name: columns.buffer(2), kind: UInt8(clamping: columns.integer(3)),
            viewInstanceID: columns.optionalInteger(4), size: columns.unsigned(5), modificationTime: columns.time(6),
            changeTime: columns.time(8), entryDigest: columns.unsigned(10))
    }
}
