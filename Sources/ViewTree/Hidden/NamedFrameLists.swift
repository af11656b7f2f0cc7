import Archive
import Digests

/// Lists of frames that somebody named and the kernel still knows of. They have no rows, and nothing lists them: when the kernel
/// forgets one, it is gone until it is named again, under the same id.
final class NamedFrameLists: Sendable {
    struct FrameList {
        /// Node id of the instance.
        var owner: UInt64
        var frameNumbers: [Int]
    }

    private struct Counted {
        var list: FrameList
        var lookups: UInt64
    }

    private let lists = Lock<[UInt64: Counted]>([:])

    /// How many are known.
    var count: Int { lists.withLock { $0.count } }

    subscript(id: UInt64) -> FrameList? { lists.withLock { $0[id]?.list } }

    /// The id of a list, of which the kernel is told once more.
    func name(_ frameNumbers: [Int], of owner: NodeRow) -> UInt64 {
        var content = owner.identity
        for number in frameNumbers { withUnsafeBytes(of: UInt32(clamping: number).littleEndian) { content += $0 } }
        return lists.withLock { lists in
            var digest = sha256(content)
            while true {
                let id = HiddenNodeID.list(leadingUInt64(of: digest))
                if let known = lists[id], known.list.owner != owner.id || known.list.frameNumbers != frameNumbers {
                    digest = sha256(digest)
                    continue
                }
                lists[id, default: Counted(list: FrameList(owner: owner.id, frameNumbers: frameNumbers), lookups: 0)]
                    .lookups += 1
                return id
            }
        }
    }

    /// The kernel gave up as many of the answers that named `id`.
    func forget(_ id: UInt64, lookups: UInt64) {
        lists.withLock { lists in
            guard let known = lists[id] else { return }
            if known.lookups <= lookups { lists[id] = nil } else { lists[id]?.lookups -= lookups }
        }
    }

    /// The ids of the lists of an instance.
    func ids(of owner: UInt64) -> [UInt64] {
        lists.withLock { lists in lists.filter { $0.value.list.owner == owner }.map(\.key) }
    }
}
