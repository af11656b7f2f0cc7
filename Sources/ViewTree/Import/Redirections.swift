import Archive
import Synchronization
import VFS

/// Threads that are on their way from a received file, which is not written to, to the copy that is.
///
/// One inode cannot give its readers what was received and its writers what they write. So the copy is a node of its own, and
/// the open of the received file for writing is answered with ESTALE, on which the kernel looks the path up anew, in the same
/// thread (open(2), truncate(2) and what changes attributes by name do): that lookup, and no other, leads to the copy.
final class Redirections: Sendable {
    private struct Way {
        var parent: NodeID
        var name: [UInt8]
        var target: UInt64
        var end: Double
    }

    /// Seconds after which a thread that was sent does not come any more.
    private static let patience = 10.0

    private let ways = Lock<[Int32: Way]>([:])
    /// So that whoever only reads waits for nothing.
    private let isEmpty = Atomic(true)

    func send(_ threadID: Int32, to target: UInt64, as name: [UInt8], in parent: NodeID) {
        let now = MonotonicClock.now()
        ways.withLock { ways in
            ways = ways.filter { $0.value.end > now }
            ways[threadID] = Way(parent: parent, name: name, target: target, end: now + Self.patience)
            isEmpty.store(false, ordering: .releasing)
        }
    }

    /// Where `name` leads the thread; nil if it was not sent there. The kernel may ask more than once.
    func target(of name: NameBytes, in parent: NodeID, for threadID: Int32) -> UInt64? {
        guard !isEmpty.load(ordering: .acquiring) else { return nil }
        return ways.withLock { ways in
            guard let way = ways[threadID], way.parent == parent, way.end > MonotonicClock.now(),
                way.name.elementsEqual(name)
            else { return nil }
            return way.target
        }
    }

    /// The thread has come to where it was sent, or goes elsewhere.
    func end(_ threadID: Int32) {
        guard !isEmpty.load(ordering: .acquiring) else { return }
        ways.withLock { ways in
            ways[threadID] = nil
            if ways.isEmpty { isEmpty.store(true, ordering: .releasing) }
        }
    }

    /// True if somebody may be on the way to this number.
    func lead(to target: UInt64) -> Bool {
        guard !isEmpty.load(ordering: .acquiring) else { return false }
        let now = MonotonicClock.now()
        return ways.withLock { ways in ways.values.contains { $0.target == target && $0.end > now } }
    }
}
