import Synchronization
import VFS

/// The files whose bytes are changing: from before the change can be seen until the kernel has dropped what it keeps of them.
///
/// In between the kernel may have the attributes of one version and be given the bytes of the other. So its opens are compared
/// with the attributes it was told last; where they differ it is sent to ask again, which it does by itself (ESTALE makes
/// open(2) look the path up anew).
final class ChangingFiles: Sendable {
    private struct Change {
        /// Counts the announcements: a later change of the same file is not over when the earlier one is.
        var number: UInt64
        /// What the kernel was told since the change was announced.
        var told: FileVersion?
    }

    private struct State {
        var changes: [NodeID: Change] = [:]
        var lastNumber: UInt64 = 0
    }

    private let state = Lock(State())
    /// So that nothing is locked while nothing changes.
    private let isEmpty = Atomic<Bool>(true)

    func begin(_ nodes: [NodeID]) {
        guard !nodes.isEmpty else { return }
        state.withLock { state in
            state.lastNumber += 1
            for node in nodes { state.changes[node] = Change(number: state.lastNumber) }
        }
        isEmpty.store(false, ordering: .releasing)
    }

    /// The number of the last announcement.
    var lastNumber: UInt64 { state.withLock { $0.lastNumber } }

    /// The kernel keeps nothing any more of the versions of `node` before the announcement `number`.
    func end(_ node: NodeID, upTo number: UInt64) {
        guard !isEmpty.load(ordering: .acquiring) else { return }
        state.withLock { state in
            if let change = state.changes[node], change.number <= number { state.changes[node] = nil }
            if state.changes.isEmpty { isEmpty.store(true, ordering: .releasing) }
        }
    }

    func removeAll() {
        state.withLock { state in
            state.changes = [:]
            isEmpty.store(true, ordering: .releasing)
        }
    }

    func contains(_ node: NodeID) -> Bool {
        guard !isEmpty.load(ordering: .acquiring) else { return false }
        return state.withLock { $0.changes[node] != nil }
    }

    /// The kernel is told `attributes`.
    func told(_ attributes: Attributes) {
        guard !isEmpty.load(ordering: .acquiring) else { return }
        state.withLock { $0.changes[attributes.nodeID]?.told = attributes.version }
    }

    /// False if the kernel's attributes of `node` may be of another version than the one that was opened.
    func agrees(_ version: FileVersion?, of node: NodeID) -> Bool {
        guard let version, !isEmpty.load(ordering: .acquiring) else { return true }
        return state.withLock { state in
            guard let change = state.changes[node] else { return true }
            return change.told == version
        }
    }
}
