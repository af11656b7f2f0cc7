import CLinux
import Glibc

/// A thread's pipe to the kernel: through it go references to pages of files, so that their bytes are copied once, by the kernel
/// and into its own pages, and not into our memory first. That is a quarter of all that a read costs.
///
/// A reply is put together with `put` and sent whole. Whenever something fails the pipe is discarded with what is in it.
struct ReplyPipe {
    /// What every user may have (/proc/sys/fs/pipe-max-size); a pipe with less serves smaller replies.
    static let standardSize: Int32 = 1 << 20
    /// Pages below which a pipe serves no reply that is worth one. A user who has many pipes gets such small ones
    /// (/proc/sys/fs/pipe-user-pages-soft).
    private static let leastCapacity = 16
    /// Bytes of a reply that fits for certain if its runs are longer than a page or two: each may lie across one page more. The kernel
    /// is told to ask for no more.
    static let largestReply = 512 << 10
    private static let pageSize = max(1, sysconf(Int32(_SC_PAGESIZE)))

    private var readEnd: Int32 = -1
    private var writeEnd: Int32 = -1
    /// How many pages, or parts of pages, it has room for, and how many are in it.
    private var capacity = 0
    private var used = 0
    /// A file system, or the kernel, that does not move pages will not do so the next time either.
    private(set) var isRefused = false
    private let size: Int32

    /// - Parameter size: Bytes that are asked for.
    init(size: Int32 = ReplyPipe.standardSize) {
        self.size = size
    }

    /// Makes the pipe unless there is one; false if there can be none, or none with room for `count` bytes of a file.
    mutating func prepare(for count: Int) -> Bool {
        if isRefused { return false }
        guard readEnd >= 0 || open() else { return false }
        // The header's page, and one more that the bytes may lie across.
        return count / Self.pageSize + 3 <= capacity
    }

    private mutating func open() -> Bool {
        var ends: (Int32, Int32) = (-1, -1)
        let granted = withUnsafeMutableBytes(of: &ends) {
            $0.withMemoryRebound(to: Int32.self) { ends in
                ends.baseAddress.map { clinux_pipe($0, size) } ?? -EFAULT
            }
        }
        guard granted > 0 else { return false }
        (readEnd, writeEnd) = ends
        capacity = Int(granted) / Self.pageSize
        guard capacity >= Self.leastCapacity else {
            // Not asked for at every read: the quota is given back instead.
            isRefused = true
            discard()
            return false
        }
        return true
    }

    /// Adds bytes of memory, which are copied.
    mutating func put(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard reserve(bytes.count, at: 0) else { return false }
        return bytes.isEmpty || write(writeEnd, bytes.baseAddress, bytes.count) == bytes.count
    }

    /// Adds bytes of a file; false if it has not so many.
    mutating func put(file: Int32, offset: UInt64, count: Int) -> Bool {
        guard var position = Int64(exactly: offset), reserve(count, at: offset) else { return false }
        var rest = count
        while rest > 0 {
            let moved = clinux_splice(file, &position, writeEnd, rest)
            if moved == -Int(EINTR) { continue }
            if moved == -Int(EINVAL) || moved == -Int(ENOSYS) { isRefused = true }
            guard moved > 0 else { return false }
            rest -= moved
        }
        return true
    }

    private mutating func reserve(_ count: Int, at offset: UInt64) -> Bool {
        used += (Int(offset % UInt64(Self.pageSize)) + count + Self.pageSize - 1) / Self.pageSize
        return used <= capacity
    }

    /// Sends all that was put, `count` bytes. False if the kernel did not take it: then nobody may have been answered.
    mutating func send(_ count: Int, to device: Int32) -> Bool {
        guard clinux_splice(readEnd, nil, device, count) == count else {
            discard()
            return false
        }
        used = 0
        return true
    }

    /// Closes it, with what is in it.
    mutating func discard() {
        guard readEnd >= 0 else { return }
        close(readEnd)
        close(writeEnd)
        (readEnd, writeEnd, used) = (-1, -1, 0)
    }
}
