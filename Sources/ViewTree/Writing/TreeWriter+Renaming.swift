public import Archive

extension TreeWriter {
    static let templateKey = "names"

    /// The template by which the nodes of an index are named: nil if it has none yet, or one of other software.
    public static func template(of snapshot: IndexSnapshot) throws(IndexError) -> NameTemplate? {
        try snapshot.meta(templateKey).flatMap { NameTemplate(text: $0) }
    }

    /// Makes all nodes again by the writer's template if they are named by another one. No source is opened: names come from the
    /// rows of the views. It costs some ten microseconds for each file, and readers see the old trees until it is committed.
    ///
    /// - Parameter progress: Called with how many patients of how many are done.
    /// - Returns: whether there was anything to do.
    @discardableResult
    public func rename(
        in transaction: IndexTransaction, progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
    ) throws(IndexError) -> Bool {
        let snapshot = transaction.snapshot
        guard try snapshot.node(id: 1) != nil else {
            try prepare(in: transaction)
            return false
        }
        guard try snapshot.meta(Self.templateKey) != template.text else { return false }
        var changes = TreeChanges()
        try addTopNames(to: &changes, snapshot)
        try transaction.deleteAllNodes()
        try prepare(in: transaction)
        try transaction.setMeta(Self.templateKey, template.text)
        let patients = try snapshot.patientsInViews()
        for (done, patient) in patients.enumerated() {
            progress(done, patients.count)
            var update = TreeUpdate(transaction: transaction, template: template, idBits: idBits)
            for view in ViewCode.allCases {
                for row in try snapshot.viewInstances(ofPatient: patient, view: view) {
                    try update.put(row, isNew: true)
                }
            }
            try update.close()
            // Every directory: the kernel may keep the listing of one that is still there under its name.
            for (node, _) in update.changes.nodes { changes.add(node: node, content: true) }
            for node in update.changes.names.keys { changes.add(node: node, content: true) }
        }
        progress(patients.count, patients.count)
        try addTopNames(to: &changes, snapshot)
        record(changes, in: transaction)
        return true
    }

    /// The names right beneath the views: dropping one drops all that the kernel knows below it.
    private func addTopNames(to changes: inout TreeChanges, _ snapshot: IndexSnapshot) throws(IndexError) {
        for view in ViewCode.allCases {
            guard let root = try snapshot.child(of: 1, name: Array(TreeName.name(of: view).utf8)) else { continue }
            for child in try snapshot.children(of: root.id) { changes.add(name: child.name, in: root.id) }
        }
    }
}
