extension IndexTransaction {
    /// Adds a name to a directory.
    ///
    /// - Throws: `IndexError.sqlite` if the name is taken in its directory or the id anywhere.
    public func insertNode(_ node: NodeRow) throws(IndexError) {
        try connection.run("INSERT INTO node VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", node.values)
    }

    /// Replaces what is said of the node with `node.id`: all but its parent, id and name.
    public func updateNode(_ node: NodeRow) throws(IndexError) {
        try connection.run(
            """
            UPDATE node SET kind = ?, view_instance = ?, size = ?, mtime_s = ?, mtime_ns = ?, ctime_s = ?, ctime_ns = ?,
                entry_digest = ? WHERE parent = ? AND id = ?
            """, Array(node.values[3...]) + Array(node.values[..<2]))
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
