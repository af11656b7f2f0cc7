internal import Synchronization

/// How far a scan is.
public struct ScanProgress: Sendable {
    /// Files looked at, whatever they are.
    public var files = 0
    /// How many files there are, once all directories are listed.
    public var totalFiles: Int?
    /// Files whose header was read.
    public var headersRead = 0
    /// Bytes of headers read.
    public var headerBytes: UInt64 = 0
    /// Instances among the files whose header was read.
    public var instancesRead = 0
    /// Seconds since the scan began.
    public var elapsed: Double = 0
}

/// What a scan found.
public struct ScanReport: Sendable {
    public var progress = ScanProgress()
    /// Files as they were indexed: nothing was read or written for them.
    public var unchanged = 0
    public var added = 0
    public var changed = 0
    public var removed = 0
    /// Files that changed while they were read; the next scan takes them up.
    public var unsettled = 0
    /// Directories that could not be listed and files that could not be read: what is indexed of them stays. Paths to show, with
    /// the reason.
    public var failures: [String] = []
    /// False if it was interrupted: what it did is kept, and the next scan does the rest.
    public var isComplete = false

    /// True if the scan changed what the index says.
    public var hasChanges: Bool { added + changed + removed > 0 }
}

/// Interrupts a scan from another thread or a signal.
public final class ScanCancellation: Sendable {
    private let flag = Atomic(false)

    public init() {}

    public var isCancelled: Bool { flag.load(ordering: .relaxed) }

    /// The scan ends after the files that are being read.
    public func cancel() { flag.store(true, ordering: .relaxed) }
}
