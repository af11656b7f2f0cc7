/// Which patients wait to be settled, and until when. Times are seconds of one clock that never goes back.
struct SettlingQueue {
    /// A patient is settled when nothing arrived for this long ...
    let settleTime: Double
    /// ... and at the latest this long after the first arrival.
    let maximumDelay: Double
    /// After a failure a patient is tried again, after this long the first time, twice as long each further time ...
    var firstRetry = 5.0
    /// ... and at the latest after this long.
    var lastRetry = 300.0

    private struct Waiting {
        var first: Double
        var last: Double
        /// It failed, and is not tried before.
        var retry = -Double.infinity
    }

    private var waiting: [Int64: Waiting] = [:]
    /// How often in succession patients failed to settle.
    private var attempts: [Int64: Int] = [:]
    /// Files that are open for writing: what is in them may belong to any patient.
    private(set) var writers = 0
    private var lastWriter = -Double.infinity

    init(settleTime: Double, maximumDelay: Double) {
        self.settleTime = settleTime
        self.maximumDelay = maximumDelay
    }

    var isEmpty: Bool { waiting.isEmpty }
    /// How many patients wait.
    var count: Int { waiting.count }

    /// Something of the patient came, changed or went at `time`. One that failed before is tried again with what is new.
    mutating func changed(_ patient: Int64, at time: Double) {
        var entry = waiting[patient] ?? Waiting(first: time, last: time)
        entry.last = max(entry.last, time)
        entry.first = min(entry.first, time)
        entry.retry = -.infinity
        waiting[patient] = entry
    }

    /// The patient is to be settled, as was seen at `time`; if it waits already, that stays as it is.
    mutating func noticed(_ patient: Int64, at time: Double) {
        if waiting[patient] == nil { waiting[patient] = Waiting(first: time, last: time) }
    }

    /// The patient was tried and did not settle: it waits again, longer each time.
    mutating func failed(_ patient: Int64, at time: Double) {
        let attempt = attempts[patient, default: 0]
        attempts[patient] = attempt + 1
        let delay = min(firstRetry * Double(1 << min(attempt, 16)), lastRetry)
        // What came meanwhile has it tried again as soon as that has settled.
        if waiting[patient] == nil { waiting[patient] = Waiting(first: time, last: time, retry: time + delay) }
    }

    /// The patient settled.
    mutating func settled(_ patient: Int64) { attempts[patient] = nil }

    mutating func writerOpened() { writers += 1 }

    mutating func writerClosed(at time: Double) {
        writers = max(0, writers - 1)
        lastWriter = max(lastWriter, time)
    }

    /// When the next patient is due; nil if none is before something else happens.
    var nextTime: Double? { waiting.values.map(dueTime).min() }

    /// When the patient is due; nil if it does not wait.
    func nextTime(of patient: Int64) -> Double? { waiting[patient].map(dueTime) }

    /// The patients that are due, which then wait no more.
    mutating func takeDue(at time: Double) -> Set<Int64> {
        let due = Set(waiting.filter { dueTime($0.value) <= time }.keys)
        for patient in due { waiting[patient] = nil }
        return due
    }

    private func dueTime(_ entry: Waiting) -> Double {
        let latest = entry.first + maximumDelay
        guard writers == 0 else { return latest }
        return max(entry.retry, min(latest, max(entry.last, lastWriter) + settleTime))
    }
}
