import Glibc

/// The one thread that receives signals. What is done about each is given as closures, which run on this thread and may block.
///
/// Create it at the start of the program, before any other thread: threads made later inherit the mask that keeps the signals
/// for this one.
public final class SignalThread: Sendable {
    private struct State {
        var thread: Thread?
        var isStopped = false
    }

    private let state: Lock<State>
    /// A member of the set, sent to the thread itself to end it.
    private let wakeSignal: Int32

    /// Blocks the signals that are keys of `closures` in the calling thread, and waits for them on a thread of their own.
    public init(_ closures: [Int32: @Sendable () -> Void]) {
        var set = sigset_t()
        sigemptyset(&set)
        for signal in closures.keys { sigaddset(&set, signal) }
        pthread_sigmask(SIG_BLOCK, &set, nil)
        let signals = set
        let state = Lock(State())
        self.state = state
        wakeSignal = closures.keys.first ?? SIGHUP
        guard !closures.isEmpty else { return }
        let thread = Thread.start(named: "signals") {
            while true {
                var awaited = signals
                var signal: Int32 = 0
                guard sigwait(&awaited, &signal) == 0 else { continue }
                if state.withLock({ $0.isStopped }) { return }
                closures[signal]?()
            }
        }
        state.withLock { $0.thread = thread }
    }

    /// Sends a signal to this thread alone, as if it had come from outside.
    public func send(_ signal: Int32) {
        state.withLock { $0.thread }?.send(signal: signal)
    }

    /// Ends the thread. The signals stay blocked.
    public func stop() {
        let thread = state.withLock { state in
            state.isStopped = true
            defer { state.thread = nil }
            return state.thread
        }
        thread?.send(signal: wakeSignal)
        thread?.join()
    }
}
