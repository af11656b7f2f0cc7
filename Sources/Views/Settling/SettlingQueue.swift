/// Which patients wait to be settled, and until when. Times are seconds of one clock that never goes back.
struct SettlingQueue {
    /// A patient is settled when nothing arrived for this long ...
    let settleTime: Double
    /// ... and at the latest this long after the first arrival.
    let maximumDelay: Double

    private struct Waiting {
        var first: Double
        var last: Double
    }

    private var waiting: [Int64: Waiting] = [:]
    /// Files that are open for writing: what is in them may belong to any patient.
    private var writers = 0
    private var lastWriter = -Double.infinity

    init(settleTime: Double, maximumDelay: Double) {
        self.settleTime = settleTime
        self.maximumDelay = maximumDelay
    }

    var isEmpty: Bool { waiting.isEmpty }

    /// Something of the patient came, changed or went at `time`.
    mutating func changed(_ patient: Int64, at time: Double) {
        var entry = waiting[patient] ?? Waiting(first: time, last: time)
        entry.last = max(entry.last, time)
        entry.first = min(entry.first, time)
        waiting[patient] = entry
    }

    mutating func writerOpened() { writers += 1 }

    mutating func writerClosed(at time: Double) {
        writers = max(0, writers - 1)
        lastWriter = max(lastWriter, time)
    }

    /// When the next patient is due; nil if none is before something else happens.
    var nextTime: Double? { waiting.values.map(dueTime).min() }

    /// The patients that are due, which then wait no more.
    mutating func takeDue(at time: Double) -> Set<Int64> {
        let due = Set(waiting.filter { dueTime($0.value) <= time }.keys)
        for patient in due { waiting[patient] = nil }
        return due
    }

    private func dueTime(_ entry: Waiting) -> Double {
        let latest = entry.first + maximumDelay
        guard writers == 0 else { return latest }
        return min(latest, max(entry.last, lastWriter) + settleTime)
    }
}
