import CFuse
import Glibc
import Synchronization

/// The operations that are counted.
public enum Operation: Int, CaseIterable, Sendable {
    case lookup, forget, getattr, opendir, readdir, readdirplus, open, read, release, statfs, create, write, flush,
        fsync
    /// listxattr too.
    case getxattr
    /// Any other operation that changes something, or would.
    case modify
}

/// How often an operation ran since the mount, and how long it took.
public struct OperationSummary: Sendable {
    public var count: UInt64 = 0
    /// Those answered with an error, a missing name among them.
    public var failures: UInt64 = 0
    /// All together, from the call to the reply inclusive.
    public var nanoseconds: UInt64 = 0
    /// `latencies[i]` operations took less than 2^i microseconds but not less than the one before; the last holds the rest.
    public var latencies: [UInt64] = []
}

/// Counts and latencies of all operations. Counting takes no lock: single counters are exact, but a reader may see one operation
/// in one counter and not yet in another.
public final class OperationStatistics: Sendable {
    /// How many latencies are told apart: the last is of more than 16 ms.
    public static let latencyCount = 16

    private final class Counters: Sendable {
        let count = Atomic<UInt64>(0)
        let failures = Atomic<UInt64>(0)
        let nanoseconds = Atomic<UInt64>(0)
        let latencies = InlineArray<16, Atomic<UInt64>> { _ in Atomic(0) }
    }

    private let counters: [Counters] = Operation.allCases.map { _ in Counters() }
    private let bytes = Atomic<UInt64>(0)
    private let bytesIn = Atomic<UInt64>(0)
    private let passthroughOpens = Atomic<UInt64>(0)

    init() {}

    /// Bytes that `read` delivered; what the kernel reads itself (passthrough) or has cached is not among them.
    public var bytesRead: UInt64 { bytes.load(ordering: .relaxed) }

    /// Bytes that `write` took.
    public var bytesWritten: UInt64 { bytesIn.load(ordering: .relaxed) }

    /// Opens whose reads the kernel serves itself.
    public var opensPassedThrough: UInt64 { passthroughOpens.load(ordering: .relaxed) }

    public subscript(operation: Operation) -> OperationSummary {
        let counters = counters[operation.rawValue]
        var summary = OperationSummary()
        summary.count = counters.count.load(ordering: .relaxed)
        summary.failures = counters.failures.load(ordering: .relaxed)
        summary.nanoseconds = counters.nanoseconds.load(ordering: .relaxed)
        summary.latencies = counters.latencies.indices.map { counters.latencies[$0].load(ordering: .relaxed) }
        return summary
    }

    func count(_ operation: Operation, nanoseconds: UInt64, failed: Bool) {
        let counters = counters[operation.rawValue]
        counters.count.wrappingAdd(1, ordering: .relaxed)
        counters.nanoseconds.wrappingAdd(nanoseconds, ordering: .relaxed)
        if failed { counters.failures.wrappingAdd(1, ordering: .relaxed) }
        let microseconds = nanoseconds / 1000
        let bucket = min(64 - microseconds.leadingZeroBitCount, Self.latencyCount - 1)
        counters.latencies[bucket].wrappingAdd(1, ordering: .relaxed)
    }

    func countBytes(_ count: Int) {
        bytes.wrappingAdd(UInt64(clamping: count), ordering: .relaxed)
    }

    func countBytesWritten(_ count: Int) {
        bytesIn.wrappingAdd(UInt64(clamping: count), ordering: .relaxed)
    }

    func countPassthroughOpen() {
        passthroughOpens.wrappingAdd(1, ordering: .relaxed)
    }

    /// A clock that never goes back, in nanoseconds.
    static func now() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(truncatingIfNeeded: time.tv_sec) &* 1_000_000_000 &+ UInt64(truncatingIfNeeded: time.tv_nsec)
    }
}
