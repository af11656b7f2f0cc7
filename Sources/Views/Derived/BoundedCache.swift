internal import Archive

/// Values that are quick to make again, those used last, up to a number of bytes. The last one stays whatever it takes.
final class BoundedCache<Value: Sendable>: Sendable {
    private struct Entry {
        var value: Value
        var cost: Int
        var lastUse: UInt64
    }

    private struct State {
        var entries: [[UInt8]: Entry] = [:]
        var cost = 0
        var clock: UInt64 = 0
    }

    private let state = Lock(State())
    /// Bytes.
    private let limit: Int

    init(limit: Int) {
        self.limit = limit
    }

    subscript(key: [UInt8]) -> Value? {
        state.withLock { state in
            state.clock &+= 1
            state.entries[key]?.lastUse = state.clock
            return state.entries[key]?.value
        }
    }

    /// - Parameter cost: bytes of memory, nearly.
    func keep(_ value: Value, under key: [UInt8], cost: Int) {
        state.withLock { state in
            if let old = state.entries[key] { state.cost -= old.cost }
            state.clock &+= 1
            state.entries[key] = Entry(value: value, cost: cost, lastUse: state.clock)
            state.cost += cost
            guard state.cost > limit else { return }
            // Down to three quarters, so that not every newcomer has all looked through.
            for (other, entry) in state.entries.sorted(by: { $0.value.lastUse < $1.value.lastUse }) where other != key {
                if state.cost <= limit / 4 * 3 { break }
                state.entries[other] = nil
                state.cost -= entry.cost
            }
        }
    }
}
