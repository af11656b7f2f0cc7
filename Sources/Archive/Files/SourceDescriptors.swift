/// The sources that were opened last, kept open so that the next read need not open them again.
///
/// A source that is in use stays open although it is dropped here: its descriptor is closed when the last reference goes.
public final class SourceDescriptors: Sendable {
    private struct State {
        var entries: [Int64: Entry] = [:]
        /// Counts the uses; the greatest is the latest.
        var clock: UInt64 = 0
    }

    private struct Entry {
        var source: SourceFile
        var row: FileRow
        var lastUse: UInt64
    }

    private let archive: ArchiveDirectory
    /// How many are kept open at most.
    public let limit: Int
    private let state = Lock(State())

    public init(archive: ArchiveDirectory, limit: Int = 256) {
        self.archive = archive
        self.limit = max(1, limit)
        archive.whenDescriptorsRunOut { [weak self] in self?.forgetAll() ?? false }
    }

    /// How many are kept open now.
    public var count: Int { state.withLock { $0.entries.count } }

    /// The file of `row`, opened now or before; it is checked to be as `row` says either way.
    public func source(_ row: FileRow) throws(StoreError) -> SourceFile {
        if let source = kept(row) {
            do throws(StoreError) {
                try source.check(row)
                return source
            } catch {
                // Another file may stand at the path by now, which is as `row` says.
                forget(fileID: row.id)
            }
        }
        let opened = try SourceFile(row, in: archive)
        let dropped = state.withLock { state in
            state.clock &+= 1
            let replaced = state.entries.updateValue(
                Entry(source: opened, row: row, lastUse: state.clock), forKey: row.id)
            return (replaced, dropOldest(&state))
        }
        // Closing happens here, after the lock.
        withExtendedLifetime(dropped) {}
        return opened
    }

    /// Drops what is kept of a file that was replaced or is gone.
    public func forget(fileID: Int64) {
        let dropped = state.withLock { $0.entries.removeValue(forKey: fileID) }
        withExtendedLifetime(dropped) {}
    }

    /// Drops all. True if there were any.
    @discardableResult
    public func forgetAll() -> Bool {
        let dropped = state.withLock { state in
            defer { state.entries = [:] }
            return state.entries
        }
        return !dropped.isEmpty
    }

    /// Drops the files that have no name any more, or other content than when they were indexed: the disk space of a removed
    /// file is free only when nobody has it open.
    public func forgetGone() {
        let kept = state.withLock { $0.entries }
        for (id, entry) in kept where !entry.source.isInPlace(as: entry.row) { forget(fileID: id) }
    }

    private func kept(_ row: FileRow) -> SourceFile? {
        state.withLock { state in
            guard let entry = state.entries[row.id], entry.row == row else { return nil }
            state.clock &+= 1
            state.entries[row.id]?.lastUse = state.clock
            return entry.source
        }
    }

    /// Drops a quarter at once, so that the search for the oldest costs little for each.
    private func dropOldest(_ state: inout State) -> [Entry] {
        guard state.entries.count > limit else { return [] }
        let oldest = state.entries.sorted { $0.value.lastUse < $1.value.lastUse }
        return oldest.prefix(state.entries.count - limit + limit / 4).compactMap {
            state.entries.removeValue(forKey: $0.key)
        }
    }
}
