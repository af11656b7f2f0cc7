internal import GRDB

/// Changes to the index that are kept together. Valid only within the closure that it was given to.
public struct IndexTransaction {
    let connection: IndexConnection

    /// The rows as this transaction sees them, its own changes included.
    public var snapshot: IndexSnapshot { IndexSnapshot(connection: connection) }

    /// Calls `body` once when the transaction has ended, committed or not, before any other one begins. It must not use the index.
    public func whenEnded(_ body: @escaping @Sendable () -> Void) {
        connection.database?.afterNextTransaction(onCommit: { _ in body() }, onRollback: { _ in body() })
    }

    /// That rows contradict each other: the index is to be made anew.
    public func corrupt(_ message: String) -> IndexError {
        .corrupt(path: connection.path, message: message)
    }

    /// Keeps a fact about the index itself; nil removes it.
    public func setMeta(_ key: String, _ value: String?) throws(IndexError) {
        if let value {
            try connection.run("INSERT OR REPLACE INTO meta VALUES (?, ?)", [.text(key), .text(value)])
        } else {
            try connection.run("DELETE FROM meta WHERE key = ?", [.text(key)])
        }
    }

    /// Says that the patient's view instances now follow from `revision`, the one that was read before deriving them. A
    /// patient without instances and view instances is removed. Returns false if the patient has changed since, and so
    /// stays dirty.
    @discardableResult
    public func settlePatient(id: Int64, revision: Int64, deriver: String) throws(IndexError) -> Bool {
        try connection.run(
            "UPDATE patient SET settled_revision = ?, deriver = ? WHERE id = ?",
            [.integer(revision), .text(deriver), .integer(id)])
        let isSettled =
            try connection.first(
                "SELECT revision = settled_revision FROM patient WHERE id = ?", [.integer(id)], { $0.integer(0) == 1 })
            ?? true
        try setSettlingFailure(nil, ofPatient: id)
        guard isSettled else { return false }
        try connection.run(
            """
            DELETE FROM patient WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM instance WHERE patient = ?1)
                AND NOT EXISTS (SELECT 1 FROM view_instance WHERE patient = ?1)
            """, [.integer(id)])
        return true
    }

    /// Keeps what kept a patient from being settled; nil removes it.
    public func setSettlingFailure(_ message: String?, ofPatient id: Int64) throws(IndexError) {
        try setMeta(IndexSnapshot.settlingFailureKey + String(id), message)
    }

    /// Makes one patient dirty.
    public func unsettlePatient(id: Int64) throws(IndexError) {
        try connection.run("UPDATE patient SET revision = revision + 1 WHERE id = ?", [.integer(id)])
    }
}
