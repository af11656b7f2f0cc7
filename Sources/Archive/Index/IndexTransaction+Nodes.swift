extension IndexTransaction {
    /// Adds a name to a directory.
    ///
    /// - Throws: `IndexError.sqlite` if the name is taken in its directory or the id anywhere.
    public func insertNode(_ node: NodeRow) throws(IndexError) {
        try connection.run("INSERT INTO node VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", node.values)
    }

    /// Adds a name to a directory, unless the name is taken there or the id anywhere. Returns whether it did.
    public func insertNodeIfFree(_ node: NodeRow) throws(IndexError) -> Bool {
        try connection.run(
            "INSERT INTO node VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING", node.values)
            == 1
    }

    /// Replaces what is said of the node with `node.id`: all but its parent, id, name and identity.
    public func updateNode(_ node: NodeRow) throws(IndexError) {
        try connection.run(
            """
            UPDATE node SET kind = ?, view_instance = ?, size = ?, mtime_s = ?, mtime_ns = ?, ctime_s = ?, ctime_ns = ?,
                entry_digest = ? WHERE parent = ? AND id = ?
            """, Array(node.values[3..<11]) + Array(node.values[..<2]))
    }

    /// Gives a node another id or name; what is below it follows.
    public func moveNode(_ node: NodeRow, to moved: NodeRow) throws(IndexError) {
        try deleteNode(parent: node.parent, id: node.id)
        try insertNode(moved)
        if moved.id != node.id {
            try connection.run(
                "UPDATE node SET parent = ? WHERE parent = ?", [.unsigned(moved.id), .unsigned(node.id)])
        }
    }

    /// Removes one node. What is below a directory stays: remove that first.
    public func deleteNode(parent: UInt64, id: UInt64) throws(IndexError) {
        try connection.run("DELETE FROM node WHERE parent = ? AND id = ?", [.unsigned(parent), .unsigned(id)])
    }

    /// Removes all nodes: the trees are to be made again.
    public func deleteAllNodes() throws(IndexError) {
        try connection.run("DELETE FROM node")
    }
}
