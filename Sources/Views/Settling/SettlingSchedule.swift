internal import Archive
internal import Glibc

/// Settles patients some time after they last changed, on a thread of its own.
///
/// Whoever changes the index says whose instances changed; this has their views derived when nothing more comes. Who could not
/// be settled is tried again, after a time that grows.
public final class SettlingSchedule: Sendable {
    /// Seconds in which nothing may arrive before a patient settles, if nothing else is asked for.
    public static let defaultSettleTime = 2.0
    /// Seconds after which a patient settles whatever arrives.
    public static let maximumDelay = 600.0

    public let settleTime: Double

    private struct State {
        var queue: SettlingQueue
        var isStopping = false
        /// How many patients are being settled.
        var underWay = 0
        var hasThread = false
        /// What kept patients from being settled when it was last tried.
        var failures: [Int64: String] = [:]
        /// Since when there has been some writer all the time.
        var firstWriter: Double?
    }

    private let state: Monitor<State>
    private let settle: @Sendable (Set<Int64>) -> [Int64: String]

    /// - Parameters:
    ///   - firstRetry: Seconds after which who could not be settled is tried again; twice as many each further time.
    ///   - settle: Derives the views of these patients (`PatientRow.id`), tells whoever must know, and returns those who
    ///   could not be settled, with what kept them from it. One call at a time, on the schedule's thread.
    public init(
        settleTime: Double = SettlingSchedule.defaultSettleTime, firstRetry: Double = 5,
        settle: @escaping @Sendable (Set<Int64>) -> [Int64: String]
    ) {
        self.settleTime = max(0, min(settleTime, Self.maximumDelay))
        self.settle = settle
        var queue = SettlingQueue(settleTime: self.settleTime, maximumDelay: Self.maximumDelay)
        queue.firstRetry = firstRetry
        state = Monitor(State(queue: queue))
    }

    /// Instances of these patients came, changed or went.
    ///
    /// - Parameter age: Seconds since, by the files' modification times, for what is noticed late.
    public func changed(_ patients: some Sequence<Int64>, age: Double = 0) {
        let time = MonotonicClock.now() - max(0, age)
        state.change { for patient in patients { $0.queue.changed(patient, at: time) } }
    }

    /// These patients are to be settled, as somebody saw who met what is not: nothing came of them, so that those who wait already are
    /// not put off, however often it is seen.
    public func noticed(_ patients: some Sequence<Int64>) {
        let time = MonotonicClock.now()
        state.change { for patient in patients { $0.queue.noticed(patient, at: time) } }
    }

    /// Others tried to settle these patients a moment ago, and could not.
    public func failed(_ failures: [Int64: String]) {
        let now = MonotonicClock.now()
        state.change { state in
            for (patient, reason) in failures {
                state.failures[patient] = reason
                state.queue.failed(patient, at: now)
            }
        }
    }

    /// Of all patients only these (`PatientRow.id`) are to be settled: who failed before and is not among them was settled by others.
    public func settled(allBut unsettled: Set<Int64>) {
        state.change { state in
            for patient in state.failures.keys where !unsettled.contains(patient) {
                state.failures[patient] = nil
                state.queue.settled(patient)
            }
        }
    }

    /// A file was opened in which an instance may come: nobody settles before it is closed, but for the maximum delay.
    public func writerOpened() {
        state.change { state in
            state.queue.writerOpened()
            if state.firstWriter == nil { state.firstWriter = MonotonicClock.now() }
        }
    }
    public func writerClosed() {
        state.change { state in
            state.queue.writerClosed(at: MonotonicClock.now())
            if state.queue.writers == 0 { state.firstWriter = nil }
        }
    }

    /// Who waits, and for what.
    public struct Status: Sendable {
        /// Someone who could not be settled.
        public struct Failed: Sendable {
            /// `PatientRow.id`
            public var patient: Int64
            public var reason: String
            /// Seconds until it is tried again; nil while it is.
            public var secondsToRetry: Double?

            public init(patient: Int64, reason: String, secondsToRetry: Double?) {
                self.patient = patient
                self.reason = reason
                self.secondsToRetry = secondsToRetry
            }
        }

        /// How many patients wait to be settled, or are being settled.
        public var waiting: Int
        /// Files that are open for writing, which hold all back.
        public var openWriters: Int
        /// Seconds for which there has been some such file.
        public var secondsSinceWriter: Double
        /// Ascending by patient.
        public var failed: [Failed]
    }

    public var status: Status {
        state.change { state in
            let now = MonotonicClock.now()
            return Status(
                waiting: state.queue.count + state.underWay, openWriters: state.queue.writers,
                secondsSinceWriter: state.firstWriter.map { now - $0 } ?? 0,
                failed: state.failures.sorted { $0.key < $1.key }.map { patient, reason in
                    Status.Failed(
                        patient: patient, reason: reason,
                        secondsToRetry: state.queue.nextTime(of: patient).map { max(0, $0 - now) })
                })
        }
    }

    /// True if no patient waits or is being settled.
    public var isIdle: Bool { state.change { $0.queue.isEmpty && $0.underWay == 0 } }

    /// Starts to settle.
    public func start() {
        state.change { $0.hasThread = true }
        let started = Threads.start { [self] in
            while let due = nextDue() { record(settle(due), of: due) }
            state.change { $0.hasThread = false }
        }
        if !started { state.change { $0.hasThread = false } }
    }

    /// Ends the thread when it has done what it is at. Patients that wait stay as they are and settle at the next start.
    public func stop() {
        state.change { $0.isStopping = true }
        state.await { $0.hasThread ? nil : () }
    }

    private func record(_ failures: [Int64: String], of due: Set<Int64>) {
        let now = MonotonicClock.now()
        state.change { state in
            state.underWay = 0
            for patient in due {
                state.failures[patient] = failures[patient]
                if failures[patient] == nil {
                    state.queue.settled(patient)
                } else {
                    state.queue.failed(patient, at: now)
                }
            }
        }
    }

    private func nextDue() -> Set<Int64>? {
        while true {
            let due = state.await(
                { state -> Set<Int64>? in
                    if state.isStopping { return [] }
                    let due = state.queue.takeDue(at: MonotonicClock.now())
                    guard !due.isEmpty else { return nil }
                    state.underWay = due.count
                    return due
                }, deadline: { $0.queue.nextTime })
            guard let due else { continue }
            return due.isEmpty ? nil : due
        }
    }
}
