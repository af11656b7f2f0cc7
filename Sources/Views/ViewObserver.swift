public import Archive

/// Whoever derives something of its own from the instances of views, and stores it together with them.
public protocol ViewObserver: Sendable {
    /// Called for each view of a patient whose instances changed, within the transaction that stores them: what is written
    /// to `transaction` is kept together with them, or not at all.
    func viewInstancesChanged(_ changes: ViewInstanceChanges, in transaction: IndexTransaction) throws(IndexError)
}
