internal import CLinux
internal import Glibc

/// Threads of our own: they block in reads, which the threads of Swift's pool must not.
public enum Threads {
    /// Runs `bodies` each on a thread of its own while `body` runs on this one, and returns when all have ended. If the system has
    /// not as many threads, `body` is not run: `stop` then ends the bodies that run already, and nil is returned.
    public static func run<Result>(
        _ bodies: [@Sendable () -> Void], orStop stop: () -> Void, while body: () -> Result
    ) -> Result? {
        var threads: [pthread_t] = []
        defer { for thread in threads { pthread_join(thread, nil) } }
        for work in bodies {
            guard let thread = create(work) else {
                stop()
                return nil
            }
            threads.append(thread)
        }
        return body()
    }

    private static func create(_ work: @escaping @Sendable () -> Void) -> pthread_t? {
        var thread = pthread_t()
        let start = Unmanaged.passRetained(Start(work))
        let code = pthread_create(
            &thread, nil,
            { context in
                guard let context else { return nil }
                Unmanaged<Start>.fromOpaque(context).takeRetainedValue().work()
                return nil
            }, start.toOpaque())
        if code == 0 { return thread }
        start.release()
        return nil
    }

    /// Runs `body` on a thread of its own that nobody waits for, with all signals left to others. False if the system has no
    /// thread left.
    public static func start(_ body: @escaping @Sendable () -> Void) -> Bool {
        var (all, before) = (sigset_t(), sigset_t())
        sigfillset(&all)
        pthread_sigmask(SIG_SETMASK, &all, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        guard let thread = create(body) else { return false }
        pthread_detach(thread)
        return true
    }

    private final class Start: Sendable {
        let work: @Sendable () -> Void

        init(_ work: @escaping @Sendable () -> Void) {
            self.work = work
        }
    }

    /// How many threads can run at once.
    static var coreCount: Int {
        Int(clinux_processor_count())
    }
}
