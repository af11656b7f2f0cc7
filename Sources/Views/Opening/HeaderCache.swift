internal import Archive

/// Synthesized headers in memory: those that are open, and those that were used last, up to a number of bytes, and of those that
/// are longer than that the one that was used last: each of its frames may be asked for in turn. A header is built once for all who
/// ask for it at the same time.
final class HeaderCache: Sendable {
    private struct Entry {
        var header: SynthesizedHeader
        /// How many have it open; it stays while there are any.
        var pins: Int
        var lastUse: UInt64
    }

    private struct State {
        var entries: [[UInt8]: Entry] = [:]
        /// Keys whose headers are being built.
        var building: Set<[UInt8]> = []
        var bytes = 0
        var clock: UInt64 = 0
    }

    private let state = Monitor(State())
    /// Bytes that headers may take while nobody has them open.
    let limit: Int

    init(limit: Int) {
        self.limit = limit
    }

    /// Bytes held now.
    var bytes: Int { state.change { $0.bytes } }

    /// The header under `key`, held or made by `build`. It stays until `unpin`.
    func pin(
        _ key: [UInt8], build: () throws(ViewError) -> SynthesizedHeader
    ) throws(ViewError) -> SynthesizedHeader {
        // Waits while another builds it; then either finds it, or becomes the builder.
        let held: SynthesizedHeader?? = state.await { state in
            if state.entries[key] != nil {
                state.clock &+= 1
                state.entries[key]?.pins += 1
                state.entries[key]?.lastUse = state.clock
                return .some(state.entries[key]?.header)
            }
            return state.building.insert(key).inserted ? .some(nil) : nil
        }
        if let header = held ?? nil { return header }
        do throws(ViewError) {
            let header = try build()
            state.change { state in
                state.building.remove(key)
                state.clock &+= 1
                state.entries[key] = Entry(header: header, pins: 1, lastUse: state.clock)
                state.bytes += header.cost
                Self.trim(&state, to: limit)
            }
            return header
        } catch {
            state.change { _ = $0.building.remove(key) }
            throw error
        }
    }

    /// Says that one who pinned `key` is done with it.
    func unpin(_ key: [UInt8]) {
        state.change { state in
            state.entries[key]?.pins -= 1
            Self.trim(&state, to: limit)
        }
    }

    private static func trim(_ state: inout State, to limit: Int) {
        guard state.bytes > limit else { return }
        let idle = state.entries.filter { $0.value.pins <= 0 }.sorted { $0.value.lastUse < $1.value.lastUse }
        let long = idle.last { $0.value.header.cost > limit }
        let allowed = limit + (long?.value.header.cost ?? 0)
        for (key, entry) in idle where key != long?.key {
            guard state.bytes > allowed else { return }
            state.entries[key] = nil
            state.bytes -= entry.header.cost
        }
    }
}
