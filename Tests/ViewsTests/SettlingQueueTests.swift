import Testing

@testable import Views

@Suite("When a patient settles")
struct SettlingQueueTests {
    private let queue = SettlingQueue(settleTime: 2, maximumDelay: 600)

    @Test("when nothing arrived for the settle time, each patient for itself")
    func quiet() {
        var queue = queue
        queue.changed(1, at: 10)
        queue.changed(2, at: 11)
        queue.changed(1, at: 11.5)
        #expect(queue.takeDue(at: 12.9).isEmpty)
        #expect(queue.takeDue(at: 13) == [2])
        #expect(queue.nextTime == 13.5)
        #expect(queue.takeDue(at: 13.5) == [1] && queue.isEmpty)
    }

    @Test("a file that is open for writing holds all back, and the settle time runs from its close")
    func writer() {
        var queue = queue
        queue.changed(1, at: 10)
        queue.writerOpened()
        queue.writerOpened()
        #expect(queue.takeDue(at: 100).isEmpty)
        queue.writerClosed(at: 100)
        #expect(queue.takeDue(at: 103).isEmpty)
        queue.writerClosed(at: 103)
        #expect(queue.takeDue(at: 104.9).isEmpty)
        #expect(queue.takeDue(at: 105) == [1])
    }

    @Test("after ten minutes at the latest, whatever arrives and is open")
    func atLast() {
        var queue = queue
        queue.writerOpened()
        for time in stride(from: 0.0, through: 599, by: 1) {
            queue.changed(1, at: time)
            #expect(queue.takeDue(at: time).isEmpty)
        }
        #expect(queue.takeDue(at: 600) == [1])
    }

    @Test("is put off by nobody who only sees that it has not settled")
    func noticed() {
        var queue = queue
        queue.noticed(1, at: 10)
        for time in stride(from: 10.1, to: 12, by: 0.1) { queue.noticed(1, at: time) }
        #expect(queue.takeDue(at: 12) == [1] && queue.isEmpty)
        queue.failed(1, at: 12)
        queue.noticed(1, at: 13)
        #expect(queue.takeDue(at: 16.9).isEmpty && queue.takeDue(at: 17) == [1])
    }

    @Test("what was noticed late counts from when it happened")
    func late() {
        var queue = queue
        queue.changed(1, at: 10)
        queue.changed(1, at: 7)
        #expect(queue.takeDue(at: 11.9).isEmpty && queue.takeDue(at: 12) == [1])
    }
}
