import Glibc
import Testing

@testable import FUSE

@Suite("The signal thread")
struct SignalThreadTests {
    @Test("runs the closure of the signal that came, as often as it comes, until it is stopped")
    func closures() throws {
        let received = Lock<[Int32]>([])
        let signals = SignalThread([
            SIGHUP: { received.announce { $0.append(SIGHUP) } },
            SIGTERM: { received.announce { $0.append(SIGTERM) } },
        ])
        // To that thread alone: other threads of this process do not block them.
        signals.send(SIGHUP)
        #expect(received.wait(atMost: 5) { $0 == [SIGHUP] })
        signals.send(SIGTERM)
        #expect(received.wait(atMost: 5) { $0 == [SIGHUP, SIGTERM] })
        signals.send(SIGHUP)
        #expect(received.wait(atMost: 5) { $0 == [SIGHUP, SIGTERM, SIGHUP] })
        signals.stop()
        #expect(received.withLock { $0.count } == 3)
    }
}
