import CLinux
import Glibc

/// A thread of our own: made to block, and never one of Swift's cooperative pool.
struct Thread {
    private let identifier: pthread_t

    private final class Start {
        let name: String
        let body: @Sendable () -> Void

        init(_ name: String, _ body: @escaping @Sendable () -> Void) {
            self.name = name
            self.body = body
        }
    }

    /// Starts a thread; nil if the system has none left. Signals go elsewhere (`SignalThread`).
    static func start(named name: String, _ body: @escaping @Sendable () -> Void) -> Thread? {
        var all = sigset_t()
        var before = sigset_t()
        sigfillset(&all)
        pthread_sigmask(SIG_SETMASK, &all, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        var identifier = pthread_t()
        let start = Unmanaged.passRetained(Start(name, body))
        let result = pthread_create(
            &identifier, nil,
            { argument in
                guard let argument else { return nil }
                let start = Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
                clinux_set_thread_name(start.name)
                start.body()
                return nil
            }, start.toOpaque())
        guard result == 0 else {
            start.release()
            return nil
        }
        return Thread(identifier: identifier)
    }

    func join() {
        pthread_join(identifier, nil)
    }

    func detach() {
        pthread_detach(identifier)
    }

    func send(signal: Int32) {
        pthread_kill(identifier, signal)
    }
}
