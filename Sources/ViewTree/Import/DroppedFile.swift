import Archive

/// A dropped file that is in use: open, or being changed by name. There is one for each number while anybody needs it.
final class DroppedFile: Sendable {
    let id: UInt64

    /// Where the bytes are.
    enum Content: Sendable {
        /// Not looked up yet.
        case unknown
        case staged(Descriptor)
        case quarantined(Descriptor)
        /// The archive's file at this path has them; the open file is that one, or has the same bytes.
        case archived(path: [UInt8], Descriptor)

        /// The open file, if there is one.
        var descriptor: Descriptor? {
            switch self {
            case .unknown: nil
            case .staged(let file), .quarantined(let file): file
            case .archived(_, let file): file
            }
        }
    }

    struct State: Sendable {
        var content = Content.unknown
        /// Handles that may write.
        var writers = 0
        /// Written to since FLUSH judged it last.
        var isWritten = false
        /// Changed since it was judged for good.
        var isChanged = false
        /// It has no name any more; its bytes go with the last handle.
        var isUnlinked = false
        /// The kernel's view of it, kept for the time when no name leads to it.
        var name: DroppedName?
        /// This drop made the archive's file, at this time of the monotonic clock.
        var storedAt: Double?
    }

    private let state = Lock(State())
    private let turn = Monitor(false)

    init(id: UInt64) {
        self.id = id
    }

    /// The one who changes the file runs alone: this is what other file systems call the lock of an inode, and the only one that
    /// is held while bytes move. Order: a file's turn, then the journal, then the index.
    func alone<Result, Failure: Error>(_ body: () throws(Failure) -> Result) throws(Failure) -> Result {
        turn.await { isTaken -> Void? in
            guard !isTaken else { return nil }
            isTaken = true
            return ()
        }
        defer { turn.change { $0 = false } }
        return try body()
    }

    /// Looks at, or changes, what is known; for an instant.
    func with<Result>(_ body: (inout State) -> Result) -> Result {
        state.withLock { body(&$0) }
    }
}

extension DroppedName {
    /// Its bytes are in the staging area, and nothing is said of them.
    mutating func becomeStaged() {
        state = .staged
        outcome = nil
        path = nil
        detail = ""
        digest = []
        judgedSeconds = nil
    }
}
