internal import Archive
internal import SystemPackage
internal import VFS
internal import Views

// Drops that cannot be judged now: before the index knows what the archive has, and where there is no room to store them.

extension DropBox {
    /// From now on what is dropped is staged, and judged after `recover`. To be called before anybody can drop, where the index does
    /// not know the archive yet: what that has already could be stored once more.
    public func waitForFirstScan() {
        waiting.withLock { $0.isBeforeFirstScan = true }
    }

    /// How many files wait for the archive to be looked through, and for room.
    public var waitingCounts: (forFirstScan: Int, forRoom: Int) {
        waiting.withLock { ($0.count(.firstScan), $0.count(.room)) }
    }

    /// What a file that was not judged waits for, in words; nil if for nothing but its end or its final name.
    public func reasonWaiting(_ id: UInt64) -> String? {
        switch waiting.withLock({ $0[id] }) {
        case .firstScan: "waits until the archive has been looked through"
        case .room: "no room to store it: tried again when there is"
        case nil: nil
        }
    }

    // MARK: - Before the first scan

    var isBeforeFirstScan: Bool { waiting.withLock { $0.isBeforeFirstScan } }

    /// What can be said of a file without knowing what the archive has; nil if that decides. A whole file is durable then: whoever
    /// closed it need not stay.
    func judgeBeforeFirstScan(
        _ file: DroppedFile, _ bytes: Descriptor, isFinal: Bool
    ) throws(ImportError) -> ImportVerdict? {
        let path = staging.path(file.id, in: .staging)
        if let verdict = try imports.examineAlone(bytes, path: path) {
            return isFinal || options.isStrict ? verdict : nil
        }
        let failure = bytes.sync()
        guard failure == 0 else { throw .system(path: path, errno: failure) }
        let directoryFailure = staging.sync(.staging)
        guard directoryFailure == 0 else { throw .system(path: path, errno: directoryFailure) }
        do throws(IndexError) { try journal.sync() } catch { throw .index(error) }
        if isFinal { waiting.withLock { _ = $0.add(file.id, .firstScan) } }
        return nil
    }

    /// Judges what waited for the first scan, in its order.
    func endWaitForFirstScan() {
        let ids = waiting.withLock { waiting in
            waiting.isBeforeFirstScan = false
            return waiting.take(.firstScan)
        }
        for id in ids { judgeIfIdle(id) }
    }

    // MARK: - Without room

    /// Has a file that there was no room for tried again. True if it did not wait before.
    func waitForRoom(_ id: UInt64) -> Bool {
        let isNew = waiting.withLock { $0.add(id, .room) }
        sweepLater()
        return isNew
    }

    /// Tries what waits for room, up to the first that there still is none for.
    func retryWaiting() {
        var ids = waiting.withLock { $0.take(.room) }[...]
        while let id = ids.popFirst() {
            judgeIfIdle(id)
            if waiting.withLock({ $0[id] == .room }) { break }
        }
        waiting.withLock { waiting in
            for id in ids { waiting.add(id, .room) }
        }
    }

    /// A change that takes a name away, or has another one take its place: where there is no room to write that down, what was kept
    /// for this is used.
    func changeWithReserve<Result>(_ body: (ImportRecords) throws(IndexError) -> Result) throws(Errno) -> Result {
        do throws(Errno) {
            return try change(body)
        } catch {
            guard error.isNoRoom else { throw error }
        }
        reserve.giveUp()
        // Its log takes room too, which it gives back.
        try? journal.sync()
        sweepLater()
        return try change(body)
    }

    /// After the disk was full: keeps room again. True if all is as it should be.
    func regainReserve() -> Bool {
        if reserve.isKept { return true }
        // What is written down is not to be lost with the room for it.
        try? journal.sync()
        return reserve.keep()
    }
}

extension Errno {
    var isNoRoom: Bool { self == .noSpace || self == .diskQuotaExceeded }
}
