import CLinux
import Glibc
import Synchronization

/// Whose turn it is to read a request from the kernel: one thread reads, the others sleep.
///
/// Were all to sleep in read(2), the kernel would wake for each request the one that has slept longest, with cold caches and often
/// on a processor that has to be woken too, which takes several times as long as to look up a name or open a file. So whoever read
/// a request keeps the turn while it answers. Where more wait already (read-ahead, many programs) it hands the turn on first, and they
/// are answered side by side: reads always, and what is quicker by as many threads as there are processors for. From one that
/// keeps it long (a slow disk, a server that does not answer) a watch takes it away within milliseconds, and for some time
/// requests are handed on at once. The watch sleeps while there is nothing to do.
final class ReadingTurn: Sendable {
    /// A thread that reads requests. Kept by its thread and by whoever may wake it: a thread that is cancelled leaves it behind.
    final class Reader: Sendable {
        private let wakes = Semaphore()
        /// What the turn becomes when it is given to this thread.
        let granted: Atomic<UInt64>
        unowned let turn: ReadingTurn
        private let thread: Int32

        /// Of the calling thread.
        init(_ turn: ReadingTurn, number: UInt64) {
            self.turn = turn
            granted = Atomic(number << 48)
            thread = clinux_thread_id()
        }

        /// False while the thread runs, or would if it had a processor (proc_pid_stat(5)).
        var isBlocked: Bool {
            let file = open("/proc/self/task/\(thread)/stat", O_RDONLY | O_CLOEXEC)
            guard file >= 0 else { return true }
            defer { close(file) }
            var text = [UInt8](repeating: 0, count: 128)
            let count = Glibc.read(file, &text, text.count)
            // "21 (name) S ...": the name may hold anything.
            guard let end = text.prefix(max(0, count)).lastIndex(of: UInt8(ascii: ")")), end + 2 < count else {
                return true
            }
            return text[end + 2] != UInt8(ascii: "R")
        }

        func wake() { wakes.post() }
        func sleep() { wakes.wait() }
    }

    private struct State {
        /// Those who sleep; the last is woken first, for it is the warmest.
        var waiting: [Reader] = []
        /// By their numbers, from 1.
        var readers: [Reader] = []
    }

    /// Milliseconds between two looks of the watch: for so long, or up to twice as long, a thread that waits for something may keep
    /// the turn while it answers.
    private static let interval: UInt32 = 2
    /// Looks for which one that works may keep it: others would have no processor sooner where there are too few.
    private static let patience = 5
    /// Looks for which requests are handed on after a thread had to wait, and without any request before the watch sleeps.
    private static let slowPeriod = 500
    private static let quietPeriod = 25

    /// 0: nobody's. Else 16 bits for the thread, 47 that count its requests, and 1 if it answers, 0 if it reads. It becomes 0, or
    /// anything after 0, under the lock alone.
    private let turn = Atomic<UInt64>(0)
    private let state = Lock(State())
    private let isSlow = Atomic<Bool>(false)
    /// Threads that answer something quick and handed the turn on, and how many may: who asks needs a processor too.
    private let beside = Atomic<Int>(0)
    private let mostBeside = max(1, Int(clinux_processor_count()) / 2) - 1
    private let isOn = Atomic<Bool>(false)

    /// Begins to give turns, if there is a thread for the watch; without, all threads read at once.
    func start() -> Thread? {
        let thread = Thread.start(named: "watch", watch)
        if thread != nil { isOn.store(true, ordering: .sequentiallyConsistent) }
        return thread
    }

    /// Ends the watch. Nobody may be reading any more.
    func stop(_ watch: Thread?) {
        guard let watch else { return }
        isOn.store(false, ordering: .sequentiallyConsistent)
        watchWakes.post()
        watch.join()
    }

    /// As read(2), when it is the calling thread's turn. It may be cancelled in here: nothing is locked then.
    func read(
        _ device: Int32, _ buffer: UnsafeMutableRawPointer, _ capacity: Int,
        _ context: UnsafeMutablePointer<WorkerContext>
    ) -> Int {
        guard isOn.load(ordering: .relaxed) else { return Glibc.read(device, buffer, capacity) }
        if context.pointee.isBeside {
            context.pointee.isBeside = false
            beside.wrappingSubtract(1, ordering: .relaxed)
        }
        let mine = take(context)
        let count = Glibc.read(device, buffer, capacity)
        let reason = errno
        if count > 0, keeps(UnsafeRawBufferPointer(start: buffer, count: count), device, context) {
            context.pointee.turn = mine | 1
            turn.store(mine | 1, ordering: .sequentiallyConsistent)
            wakeWatch()
        } else {
            context.pointee.reader?.granted.store(mine &+ 2, ordering: .relaxed)
            _ = handOn(mine)
        }
        errno = reason
        return count
    }

    /// Waits for the turn, unless the thread kept it.
    private func take(_ context: UnsafeMutablePointer<WorkerContext>) -> UInt64 {
        let kept = context.pointee.turn
        context.pointee.turn = 0
        // The next request, and reading.
        if kept != 0,
            turn.compareExchange(expected: kept, desired: kept &+ 1, ordering: .acquiringAndReleasing).exchanged
        {
            return kept &+ 1
        }
        let reader = reader(of: context)
        if kept != 0 { reader.granted.store(kept &+ 1, ordering: .relaxed) }
        let mine = reader.granted.load(ordering: .relaxed)
        let isFree = state.withLock { state in
            if turn.compareExchange(expected: 0, desired: mine, ordering: .acquiringAndReleasing).exchanged {
                return true
            }
            state.waiting.append(reader)
            return false
        }
        if !isFree { reader.sleep() }
        return mine
    }

    private func reader(of context: UnsafeMutablePointer<WorkerContext>) -> Reader {
        if let reader = context.pointee.reader, reader.turn === self { return reader }
        let reader = state.withLock { state in
            let reader = Reader(self, number: UInt64(state.readers.count + 1))
            state.readers.append(reader)
            return reader
        }
        context.pointee.reader = reader
        return reader
    }

    /// Gives the turn to who waits, or to nobody; false if it is not `held` any more.
    private func handOn(_ held: UInt64) -> Bool {
        var next: Reader?
        let isHandedOn = state.withLock { state in
            let last = state.waiting.last
            let value = last?.granted.load(ordering: .relaxed) ?? 0
            guard turn.compareExchange(expected: held, desired: value, ordering: .acquiringAndReleasing).exchanged
            else {
                return false
            }
            next = state.waiting.popLast()
            return true
        }
        next?.wake()
        return isHandedOn
    }

    // MARK: Which requests

    /// Whether the turn is kept while this request is answered.
    private func keeps(
        _ request: UnsafeRawBufferPointer, _ device: Int32, _ context: UnsafeMutablePointer<WorkerContext>
    ) -> Bool {
        guard request.count >= 8 else { return false }
        switch request.loadUnaligned(fromByteOffset: 4, as: UInt32.self) {
        // FORGET, RELEASE, RELEASEDIR, INTERRUPT, BATCH_FORGET: nobody waits for the answer, and it takes no time.
        case 2, 18, 29, 36, 42: return true
        // READ.
        case 15: return !isSlow.load(ordering: .relaxed) && !hasMore(device)
        // LOOKUP, GETATTR, OPEN, STATFS, GETXATTR, LISTXATTR, OPENDIR, READDIR, READDIRPLUS.
        case 1, 3, 14, 17, 22, 23, 27, 28, 44:
            if isSlow.load(ordering: .relaxed) { return false }
            guard beside.load(ordering: .relaxed) < mostBeside, hasMore(device) else { return true }
            context.pointee.isBeside = true
            beside.wrappingAdd(1, ordering: .relaxed)
            return false
        // What changes something waits for disks.
        default: return false
        }
    }

    private func hasMore(_ device: Int32) -> Bool {
        var request = pollfd(fd: device, events: Int16(POLLIN), revents: 0)
        return poll(&request, 1, 0) > 0
    }

    // MARK: The watch

    private let watchWakes = Semaphore()
    private let isWatching = Atomic<Bool>(false)

    private func wakeWatch() {
        // Pairs with the end of `watchWhileBusy`: one of the two sees what the other wrote.
        if isWatching.load(ordering: .sequentiallyConsistent) { return }
        if !isWatching.exchange(true, ordering: .sequentiallyConsistent) { watchWakes.post() }
    }

    private func watch() {
        while true {
            watchWakes.wait()
            guard isOn.load(ordering: .sequentiallyConsistent) else { return }
            watchWhileBusy()
            isSlow.store(false, ordering: .relaxed)
            isWatching.store(false, ordering: .sequentiallyConsistent)
            if turn.load(ordering: .sequentiallyConsistent) & 1 == 1 { wakeWatch() }
        }
    }

    private func watchWhileBusy() {
        var (last, repeats, quiet, slow) = (UInt64(0), 0, 0, 0)
        while quiet < Self.quietPeriod, isOn.load(ordering: .relaxed) {
            usleep(Self.interval * 1000)
            let now = turn.load(ordering: .acquiring)
            repeats = now & 1 == 1 && now == last ? repeats + 1 : 0
            if slow > 0 {
                slow -= 1
                if slow == 0 { isSlow.store(false, ordering: .relaxed) }
            }
            if repeats > 0 {
                // The number has 16 bits: of more threads than that, in the life of a mount, some cannot be looked at.
                let number = Int(now >> 48)
                let reader = state.withLock { $0.readers.indices.contains(number - 1) ? $0.readers[number - 1] : nil }
                let isBlocked = reader?.isBlocked ?? true
                if isBlocked || repeats >= Self.patience, handOn(now), isBlocked {
                    slow = Self.slowPeriod
                    isSlow.store(true, ordering: .relaxed)
                }
            }
            quiet = now == last && now & 1 == 0 ? quiet + 1 : 0
            last = now
        }
    }
}
