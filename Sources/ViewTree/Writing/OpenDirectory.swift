import Archive

/// A directory whose entries are being changed. Its own row is written when all changes below are known.
struct OpenDirectory {
    /// As it is going to be, but for the times.
    var row: NodeRow
    /// As it is in the index.
    var stored: NodeRow
    /// 0 for the root.
    var depth: Int
    /// Nil for the root.
    var parent: NodeIdentity?
    /// What it was named after, if it was made just now.
    var component: NameComponent?
    /// What its parent's sum holds of it.
    var share: UInt64
    /// The latest second below it; nil while it has no entry.
    var latestSeconds: Int64?
    /// True if the entry with the latest second went or became older: the index must be asked.
    var needsLatest = false
    /// Whether it stays when it has no entries.
    var isPermanent: Bool

    /// Counts an entry that came.
    mutating func add(share: UInt64, seconds: Int64) {
        row.entryDigest &+= share
        latestSeconds = max(latestSeconds ?? seconds, seconds)
    }

    /// Counts an entry that went.
    mutating func remove(share: UInt64, seconds: Int64) {
        row.entryDigest &-= share
        if seconds == latestSeconds { needsLatest = true }
    }
}
