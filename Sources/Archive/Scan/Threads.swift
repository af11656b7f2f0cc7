internal import Glibc

/// Threads of our own: they block in reads, which the threads of Swift's pool must not.
enum Threads {
    /// Runs `bodies` each on a thread of its own while `body` runs on this one, and returns when all have ended.
    static func run<Result>(_ bodies: [@Sendable () -> Void], while body: () -> Result) -> Result {
        var threads: [pthread_t] = []
        for work in bodies {
            var thread = pthread_t()
            let start = Unmanaged.passRetained(Start(work))
            let code = pthread_create(
                &thread, nil,
                { context in
                    guard let context else { return nil }
                    Unmanaged<Start>.fromOpaque(context).takeRetainedValue().work()
                    return nil
                }, start.toOpaque())
            if code == 0 {
                threads.append(thread)
            } else {
                start.release()
                work()
            }
        }
        let result = body()
        for thread in threads { pthread_join(thread, nil) }
        return result
    }

    private final class Start: Sendable {
        let work: @Sendable () -> Void

        init(_ work: @escaping @Sendable () -> Void) {
            self.work = work
        }
    }

    /// How many threads can run at once.
    static var coreCount: Int {
        max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
    }
}
