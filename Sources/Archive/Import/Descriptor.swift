internal import CLinux
internal import Digests
internal import Glibc

/// An open file that is closed when nothing refers to it any more.
public final class Descriptor: Sendable {
    /// Never close it.
    public let rawValue: Int32

    init(_ rawValue: Int32) {
        self.rawValue = rawValue
    }

    deinit {
        close(rawValue)
    }

    /// The file's facts; nil, with errno set, if the system will not say.
    public var facts: FileFacts? { FileFacts(descriptor: rawValue) }

    /// Fills `buffer` from `offset` on. Returns how many bytes there were, or a negative error number.
    public func read(into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64) -> Int {
        var done = 0
        while done < buffer.count {
            let (position, overflow) = offset.addingReportingOverflow(UInt64(done))
            guard !overflow, let position = off_t(exactly: position) else { return done }
            let count = pread(rawValue, buffer.baseAddress.map { $0 + done }, buffer.count - done, position)
            if count < 0 {
                if errno == EINTR { continue }
                return -Int(errno)
            }
            if count == 0 { break }
            done += count
        }
        return done
    }

    /// The SHA-256 of all bytes; empty if they cannot be read.
    public func digest() -> [UInt8] {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 4096)
        defer { buffer.deallocate() }
        var digest = SHA256Digest()
        var offset: UInt64 = 0
        while true {
            let count = read(into: buffer, at: offset)
            if count < 0 { return [] }
            if count == 0 { return digest.end() }
            digest.add(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            offset += UInt64(count)
        }
    }

    /// Writes all of `bytes` at `offset`. Returns 0 or an error number; some may be written then.
    public func write(_ bytes: UnsafeRawBufferPointer, at offset: UInt64) -> Int32 {
        var done = 0
        while done < bytes.count {
            let (position, overflow) = offset.addingReportingOverflow(UInt64(done))
            guard !overflow, let position = off_t(exactly: position) else { return EFBIG }
            let count = pwrite(rawValue, bytes.baseAddress.map { $0 + done }, bytes.count - done, position)
            if count < 0 {
                if errno == EINTR { continue }
                return errno
            }
            if count == 0 { return EIO }
            done += count
        }
        return 0
    }

    /// Sets the modification time. Returns 0 or an error number.
    public func setModificationTime(_ time: FileTime) -> Int32 {
        var times = [
            timespec(tv_sec: 0, tv_nsec: timeOmitted),
            timespec(tv_sec: Int(time.seconds), tv_nsec: Int(time.nanoseconds)),
        ]
        return futimens(rawValue, &times) == 0 ? 0 : errno
    }

    /// Makes the file as long as `size`. Returns 0 or an error number.
    public func truncate(to size: UInt64) -> Int32 {
        guard let size = off_t(exactly: size) else { return EFBIG }
        return ftruncate(rawValue, size) == 0 ? 0 : errno
    }

    /// Reserves or gives back room (fallocate(2)). Returns 0 or an error number.
    public func allocate(mode: Int32, offset: UInt64, length: UInt64) -> Int32 {
        guard let offset = Int64(exactly: offset), let length = Int64(exactly: length) else { return EFBIG }
        return clinux_fallocate(rawValue, mode, offset, length) == 0 ? 0 : errno
    }

    /// Makes bytes and facts durable. Returns 0 or an error number.
    public func sync() -> Int32 { fsync(rawValue) == 0 ? 0 : errno }
}
