internal import Archive
internal import Glibc
internal import Synchronization
internal import SystemPackage
internal import VFS

/// What the thread that clears up behind the drops knows.
struct SweepState: Sendable {
    var isWanted = false
    var isRunning = false
    var isStopping = false
    /// Files that a drop made in the archive, and when, by the monotonic clock: an mtime set on the name soon after is theirs.
    var stored: [UInt64: Double] = [:]
    /// Where the archive's files are not what they were, beneath its root; or that this may be so anywhere.
    var changedPaths: Set<[UInt8]> = []
    var isAllChanged = false
    /// How often in a row something of that was unclear.
    var unclearRounds = 0
}

// Names in the root and in default/ pass when what they brought has settled.

extension DropBox {
    func noteStored(_ id: UInt64) {
        sweeping.change { $0.stored[id] = MonotonicClock.now() }
        sweepLater()
    }

    func recentlyStored(_ id: UInt64) -> Double? {
        sweeping.change { $0.stored[id] }
    }

    /// Clears up after the settle time, as long as there is something.
    func sweepLater() {
        let starts = sweeping.change { state in
            state.isWanted = true
            defer { state.isRunning = true }
            return !state.isRunning
        }
        guard starts else { return }
        let isStarted = Threads.start { [self] in
            while waitForSweep() {
                sweep()
                do throws(Errno) {
                    try followArchive()
                } catch {
                    log("names in import/ were not brought in line with the archive: \(error)")
                }
                let isKept = regainReserve()
                retryWaiting()
                if !isKept || waitingCounts.forRoom > 0 { sweeping.change { $0.isWanted = true } }
            }
        }
        if !isStarted { sweeping.change { $0.isRunning = false } }
    }

    /// Waits for the settle time. False if nothing is wanted any more.
    private func waitForSweep() -> Bool {
        // What waits for room is tried every few seconds, however long settling takes.
        let isFull = waitingCounts.forRoom > 0 || !reserve.isKept
        let end = MonotonicClock.now() + max(0.5, isFull ? min(options.settleTime, 3) : options.settleTime)
        return sweeping.await(
            { state -> Bool? in
                if state.isStopping || !state.isWanted {
                    state.isRunning = false
                    return false
                }
                guard MonotonicClock.now() >= end else { return nil }
                state.isWanted = false
                return true
            }, deadline: { _ in end }) ?? true
    }

    /// Ends the thread. Names that are left pass at the next start.
    public func stop() {
        sweeping.change { $0.isStopping = true }
        sweeping.await { $0.isRunning ? nil : () }
    }

    /// Takes away the names in views that have served, and gives those of kept files a place in `import/`.
    ///
    /// - Parameter lastLeft: Names up to this number are of a former process, and pass at once.
    func sweep(lastLeft: UInt64 = 0) {
        let limit = MonotonicClock.now() - max(1, options.settleTime) * 2
        sweeping.change { state in state.stored = state.stored.filter { $0.value > limit } }
        do throws(Errno) {
            let overlays = try read { (records) throws(IndexError) in try records.overlays() }
            for name in overlays { _ = try pass(name, lastLeft: lastLeft) }
            let isLeft = try change { (records) throws(IndexError) in
                let isLeft = try !records.overlays().isEmpty
                hasOverlays.store(isLeft, ordering: .releasing)
                return isLeft
            }
            if isLeft || sweeping.change({ !$0.stored.isEmpty }) { sweeping.change { $0.isWanted = true } }
        } catch {
            log("names outside import/ could not be cleared: \(error)")
        }
    }

    /// True if the name is gone from where it was.
    private func pass(_ name: DroppedName, lastLeft: UInt64) throws(Errno) -> Bool {
        if name.id > lastLeft || files.used(name.id) != nil {
            let age = Self.now().seconds - name.changeTime.seconds
            if Double(age) < options.settleTime || files.used(name.id) != nil { return false }
        }
        if name.kind == .directory {
            let children = try read { (records) throws(IndexError) in
                try records.children(of: name.id, after: 0, limit: .max)
            }
            var isEmpty = true
            for child in children where try !pass(child, lastLeft: lastLeft) { isEmpty = false }
            guard isEmpty else { return false }
        }
        guard name.kind == .file else {
            try takeAway(name)
            return true
        }
        let file = files.take(name.id)
        defer { files.giveBack(file) }
        return try file.alone { () throws(Errno) in
            // Whoever writes to it does so to something that has a name.
            guard file.with({ $0.writers == 0 }) else { return false }
            try takeAway(name)
            return true
        }
    }

    /// To be called by the one whose turn it is.
    private func takeAway(_ name: DroppedName) throws(Errno) {
        let newName = try change { (records) throws(IndexError) -> [UInt8]? in
            guard let current = try records.name(id: name.id), current.parent == name.parent else { return nil }
            guard current.kind == .file, current.state != .archived else {
                try records.delete(id: name.id)
                return nil
            }
            var moved = current
            moved.parent = ImportJournal.root
            moved.name = try Self.freeName(current.name, records)
            try records.update(moved)
            try records.touch(directory: ImportJournal.root, at: Self.now())
            return moved.name
        }
        notifier()?.entriesChanged(in: NodeID(rawValue: name.parent), names: [name.name])
        if let newName { notifier()?.entriesChanged(in: Self.root, names: [newName]) }
    }

    /// `name`, or with a number if that is taken in `import/`.
    static func freeName(_ name: [UInt8], _ records: ImportRecords) throws(IndexError) -> [UInt8] {
        var candidate = name
        var number = 1
        while try records.child(of: ImportJournal.root, name: candidate) != nil {
            number += 1
            candidate = Array("\(number)-".utf8) + name.prefix(240)
        }
        return candidate
    }
}
