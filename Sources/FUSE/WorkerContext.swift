import Glibc

/// What each of libfuse's worker threads has for itself, so that serving a request allocates nothing: the reply's buffer, and
/// which request it is answering.
struct WorkerContext {
    /// The opcode and the number of the request this thread received last, as far as the custom_io hook has seen it.
    var opcode: UInt32 = 0
    var unique: UInt64 = 0
    /// From which it was received.
    var device: Int32 = -1
    /// What the turn to read is while this thread keeps it; else 0 (`ReadingTurn`).
    var turn: UInt64 = 0
    var reader: ReadingTurn.Reader?
    /// This thread is one of `ReadingTurn.beside`.
    var isBeside = false
    var pipe = ReplyPipe()
    /// Goes into the reply to OPEN of request `unique`; 0 if none.
    var backingID: Int32 = 0
    /// Room for one name and its NUL.
    var name: UnsafeMutablePointer<CChar>
    private var buffer: UnsafeMutableRawPointer?
    private var capacity = 0

    /// Names are at most this long (NAME_MAX); the kernel refuses a whole listing for one that is longer than 1024.
    static let maximumNameLength = 255
    /// The largest request that libfuse negotiates; should a kernel ask for more, the buffer grows.
    private static let ordinaryCapacity = 1 << 20
    private static let pageSize = 4096

    private static let key: pthread_key_t = {
        var key = pthread_key_t()
        pthread_key_create(&key) { pointer in
            guard let context = pointer?.assumingMemoryBound(to: WorkerContext.self) else { return }
            context.pointee.name.deallocate()
            context.pointee.pipe.discard()
            free(context.pointee.buffer)
            context.deinitialize(count: 1)
            context.deallocate()
        }
        return key
    }()

    /// The calling thread's own.
    static var current: UnsafeMutablePointer<WorkerContext> {
        if let existing { return existing }
        let context = UnsafeMutablePointer<WorkerContext>.allocate(capacity: 1)
        context.initialize(to: WorkerContext(name: .allocate(capacity: maximumNameLength + 1)))
        pthread_setspecific(key, context)
        return context
    }

    /// The calling thread's own, if it has one.
    static var existing: UnsafeMutablePointer<WorkerContext>? {
        pthread_getspecific(key)?.assumingMemoryBound(to: WorkerContext.self)
    }

    private init(name: UnsafeMutablePointer<CChar>) {
        self.name = name
    }

    /// The reply's buffer, page-aligned, with room for `count` bytes; nil if there is no memory. It lasts until the next call.
    mutating func buffer(for count: Int) -> UnsafeMutableRawPointer? {
        if count <= capacity, let buffer { return buffer }
        free(buffer)
        buffer = nil
        let wanted = max(count, Self.ordinaryCapacity)
        guard posix_memalign(&buffer, Self.pageSize, wanted) == 0 else {
            buffer = nil
            capacity = 0
            return nil
        }
        capacity = wanted
        return buffer
    }
}
