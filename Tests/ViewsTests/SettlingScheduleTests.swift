import Archive
import Testing

@testable import Views

@Suite("Patients that could not be settled")
struct SettlingScheduleTests {
    @Test("wait longer each time, up to five minutes, and from the beginning once they settled")
    func backoff() {
        var queue = SettlingQueue(settleTime: 2, maximumDelay: 600)
        var time = 100.0
        for delay in [5.0, 10, 20, 40, 80, 160, 300, 300] {
            queue.failed(1, at: time)
            #expect(queue.takeDue(at: time + delay - 0.1).isEmpty)
            #expect(queue.nextTime == time + delay && queue.nextTime(of: 1) == time + delay)
            time += delay
            #expect(queue.takeDue(at: time) == [1])
        }
        queue.settled(1)
        queue.failed(1, at: time)
        #expect(queue.nextTime == time + 5)
    }

    @Test("are tried at once with what arrives for them, before or while they failed")
    func arrival() {
        var queue = SettlingQueue(settleTime: 2, maximumDelay: 600)
        queue.failed(1, at: 100)
        queue.changed(1, at: 101)
        #expect(queue.takeDue(at: 103) == [1])
        queue.changed(1, at: 104)
        queue.failed(1, at: 104.5)
        #expect(queue.takeDue(at: 106) == [1])
    }

    @Test("are tried again until they settle, hold no other back, and say why they do not")
    func retried() {
        let calls = Lock([Set<Int64>]())
        let isMended = Lock(false)
        let schedule = SettlingSchedule(settleTime: 0, firstRetry: 0.02) { patients in
            calls.withLock { $0.append(patients) }
            return patients.contains(1) && !isMended.withLock { $0 } ? [1: "the disk is full"] : [:]
        }
        schedule.start()
        defer { schedule.stop() }
        schedule.changed([1, 2])
        wait { calls.withLock { calls in calls.filter { $0 == [1] }.count } >= 2 }
        #expect(calls.withLock { calls in calls.filter { $0.contains(2) }.count } == 1)
        #expect(schedule.status.failed.map(\.patient) == [1])
        #expect(schedule.status.failed.map(\.reason) == ["the disk is full"])
        isMended.withLock { $0 = true }
        wait { schedule.isIdle && schedule.status.failed.isEmpty }
    }

    @Test("whom others could not settle is among those who failed until it is settled")
    func failedByOthers() throws {
        let schedule = SettlingSchedule(settleTime: 0, firstRetry: 0.05) { _ in [:] }
        schedule.failed([1: "a file cannot be read"])
        #expect(schedule.status.failed.map(\.reason) == ["a file cannot be read"])
        #expect(schedule.status.waiting == 1)
        schedule.start()
        defer { schedule.stop() }
        wait { schedule.isIdle && schedule.status.failed.isEmpty }
        #expect(schedule.status.failed.isEmpty)
    }

    @Test("who was settled by others meanwhile is none of those who failed any more")
    func settledByOthers() {
        let schedule = SettlingSchedule(settleTime: 0, firstRetry: 1000) { patients in
            Dictionary(uniqueKeysWithValues: patients.map { ($0, "the disk is full") })
        }
        schedule.start()
        defer { schedule.stop() }
        schedule.changed([1, 2])
        wait { schedule.status.failed.count == 2 }
        schedule.settled(allBut: [2, 3])
        #expect(schedule.status.failed.map(\.patient) == [2])
    }

    @Test("a file that is open for writing is told, with for how long")
    func writers() {
        let schedule = SettlingSchedule(settleTime: 0) { _ in [:] }
        schedule.start()
        defer { schedule.stop() }
        schedule.writerOpened()
        schedule.writerOpened()
        schedule.changed([1])
        schedule.writerClosed()
        let since = MonotonicClock.now()
        wait { MonotonicClock.now() - since > 0.1 }
        #expect(schedule.status.openWriters == 1 && schedule.status.secondsSinceWriter >= 0.1)
        #expect(schedule.status.waiting == 1)
        schedule.writerClosed()
        wait { schedule.isIdle }
        #expect(schedule.status.openWriters == 0 && schedule.status.secondsSinceWriter == 0)
    }

    private func wait(until condition: () -> Bool) {
        let end = MonotonicClock.now() + 20
        while !condition() {
            guard MonotonicClock.now() < end else {
                Issue.record("it did not come about")
                return
            }
        }
    }
}
