internal import Archive
internal import Glibc

/// Settles patients some time after they last changed, on a thread of its own.
///
/// Whoever changes the index says whose instances changed; this has their views derived when nothing more comes.
public final class SettlingSchedule: Sendable {
    /// Seconds in which nothing may arrive before a patient settles, if nothing else is asked for.
    public static let defaultSettleTime = 2.0
    /// Seconds after which a patient settles whatever arrives.
    public static let maximumDelay = 600.0

    public let settleTime: Double

    private struct State {
        var queue: SettlingQueue
        var isStopping = false
        var isSettling = false
        var hasThread = false
    }

    private let state: Monitor<State>
    private let settle: @Sendable (Set<Int64>) -> Void

    /// - Parameter settle: Derives the views of these patients (`PatientRow.id`), and tells whoever must know. One call at a
    ///   time, on the schedule's thread.
    public init(
        settleTime: Double = SettlingSchedule.defaultSettleTime, settle: @escaping @Sendable (Set<Int64>) -> Void
    ) {
        self.settleTime = max(0, min(settleTime, Self.maximumDelay))
        self.settle = settle
        state = Monitor(State(queue: SettlingQueue(settleTime: self.settleTime, maximumDelay: Self.maximumDelay)))
    }

    /// Instances of these patients came, changed or went.
    ///
    /// - Parameter age: Seconds since, by the files' modification times, for what is noticed late.
    public func changed(_ patients: some Sequence<Int64>, age: Double = 0) {
        let time = MonotonicClock.now() - max(0, age)
        state.change { for patient in patients { $0.queue.changed(patient, at: time) } }
    }

    /// A file was opened in which an instance may come: nobody settles before it is closed, but for the maximum delay.
    public func writerOpened() { state.change { $0.queue.writerOpened() } }
    public func writerClosed() { state.change { $0.queue.writerClosed(at: MonotonicClock.now()) } }

    /// True if no patient waits or is being settled.
    public var isIdle: Bool { state.change { $0.queue.isEmpty && !$0.isSettling } }

    /// Starts to settle.
    public func start() {
        state.change { $0.hasThread = true }
        let started = Threads.start { [self] in
            while let due = nextDue() { settle(due) }
            state.change { $0.hasThread = false }
        }
        if !started { state.change { $0.hasThread = false } }
    }

    /// Ends the thread when it has done what it is at. Patients that wait stay as they are and settle at the next start.
    public func stop() {
        state.change { $0.isStopping = true }
        state.await { $0.hasThread ? nil : () }
    }

    private func nextDue() -> Set<Int64>? {
        state.change { $0.isSettling = false }
        while true {
            let due = state.await(
                { state -> Set<Int64>? in
                    if state.isStopping { return [] }
                    let due = state.queue.takeDue(at: MonotonicClock.now())
                    guard !due.isEmpty else { return nil }
                    state.isSettling = true
                    return due
                }, deadline: { $0.queue.nextTime })
            guard let due else { continue }
            return due.isEmpty ? nil : due
        }
    }
}
