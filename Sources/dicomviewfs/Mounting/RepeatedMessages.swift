import Archive

/// Which messages were written lately: a reader that tries again and again writes the log only once in a while.
final class RepeatedMessages: Sendable {
    /// Seconds for which a message is not written again.
    static let quiet = 60.0
    /// How many are remembered.
    static let limit = 1024

    private let written = Lock([String: Double]())

    /// True if `message` is to be written now.
    func isNew(_ message: String) -> Bool {
        let now = MonotonicClock.now()
        return written.withLock { written in
            if let last = written[message], now - last < Self.quiet { return false }
            if written.count >= Self.limit { written = written.filter { now - $0.value < Self.quiet } }
            // All of them new: rather one too few than a log that fills the disk.
            guard written.count < Self.limit else { return false }
            written[message] = now
            return true
        }
    }
}
