import CFuse
import Glibc

/// The lock of this module: state, the mutex that guards it, and a condition to wait for it.
///
/// Order: no lock is taken while another is held, and none is held across a call of the file system, a read, or a reply.
/// It is built on pthreads, which thread sanitizers understand.
final class Lock<State>: @unchecked Sendable {
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let condition: UnsafeMutablePointer<pthread_cond_t>
    /// Behind a pointer, so that every access is one of its own: an access that lasted over a wait would let the optimizer believe
    /// that nobody else changes the state meanwhile.
    private let state: UnsafeMutablePointer<State>

    init(_ state: State) {
        self.state = .allocate(capacity: 1)
        self.state.initialize(to: state)
        mutex = .allocate(capacity: 1)
        mutex.initialize(to: pthread_mutex_t())
        pthread_mutex_init(mutex, nil)
        condition = .allocate(capacity: 1)
        condition.initialize(to: pthread_cond_t())
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_cond_init(condition, &attributes)
        pthread_condattr_destroy(&attributes)
    }

    deinit {
        pthread_cond_destroy(condition)
        condition.deallocate()
        pthread_mutex_destroy(mutex)
        mutex.deallocate()
        state.deinitialize(count: 1)
        state.deallocate()
    }

    func withLock<Result, Failure: Error>(_ body: (inout State) throws(Failure) -> Result) throws(Failure) -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return try body(&state.pointee)
    }

    /// Changes the state and wakes everyone who waits for it.
    func announce(_ body: (inout State) -> Void) {
        withLock { state in
            body(&state)
            pthread_cond_broadcast(condition)
        }
    }

    /// Waits until the state is as asked, then runs `body`.
    func wait<Result>(until isReached: (State) -> Bool, _ body: (inout State) -> Result) -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while !isReached(state.pointee) { pthread_cond_wait(condition, mutex) }
        return body(&state.pointee)
    }

    /// Waits until the state is as asked, at most `seconds`; false if it was not reached.
    func wait(atMost seconds: Double, until isReached: (State) -> Bool) -> Bool {
        var deadline = timespec()
        clock_gettime(CLOCK_MONOTONIC, &deadline)
        let nanoseconds = UInt64(max(0, min(seconds, 1e9)) * 1e9) &+ UInt64(deadline.tv_nsec)
        deadline.tv_sec += Int(nanoseconds / 1_000_000_000)
        deadline.tv_nsec = Int(nanoseconds % 1_000_000_000)
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while !isReached(state.pointee) {
            if pthread_cond_timedwait(condition, mutex, &deadline) != 0 { return isReached(state.pointee) }
        }
        return true
    }
}
