internal import Glibc

/// A file of the archive opened for reading. It is closed when nothing refers to it any more.
public final class SourceFile: Sendable {
    /// `FileRow.id`.
    public let fileID: Int64
    /// To read from, and to hand to the kernel for passthrough. Never close it.
    public let descriptor: Int32
    /// In bytes.
    public let size: UInt64
    /// True if the inode or its change time is not the indexed one although size and modification time are: a chmod or a hard
    /// link, or another file that looks alike. Read the header again before serving what was derived from it.
    public let isSuspect: Bool
    private let path: String

    /// Opens the file of `row`.
    ///
    /// - Throws: `StoreError.changed` if its size or modification time is not that of `row`.
    public init(_ row: FileRow, in archive: ArchiveDirectory) throws(StoreError) {
        path = archive.displayPath(row.path)
        do throws(ArchiveDirectory.Failure) {
            descriptor = try withCPath(row.path) { (path) throws(ArchiveDirectory.Failure) in
                try archive.open(path: path)
            }
        } catch {
            if error.errno == ENOENT || error.errno == ENOTDIR { throw .missing(path: path) }
            throw .unreadable(path: path, errno: error.errno)
        }
        fileID = row.id
        size = row.facts.size
        guard let facts = FileFacts(descriptor: descriptor) else {
            let reason = errno
            close(descriptor)
            throw .unreadable(path: path, errno: reason)
        }
        guard facts.hasSameContent(as: row.facts) else {
            close(descriptor)
            throw .changed(path: path)
        }
        isSuspect = facts != row.facts
    }

    deinit {
        close(descriptor)
    }

    /// Checks that the open file still is as `row` says.
    public func check(_ row: FileRow) throws(StoreError) {
        guard let facts = FileFacts(descriptor: descriptor) else { throw .unreadable(path: path, errno: errno) }
        guard facts.hasSameContent(as: row.facts) else { throw .changed(path: path) }
    }

    /// Fills `buffer` from `offset` on. Returns how many bytes there were: fewer than asked only at the end of the file.
    public func read(into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64) throws(StoreError) -> Int {
        var done = 0
        while done < buffer.count {
            let (position, overflow) = offset.addingReportingOverflow(UInt64(done))
            guard !overflow, let position = off_t(exactly: position) else { return done }
            let count = pread(descriptor, buffer.baseAddress.map { $0 + done }, buffer.count - done, position)
            if count < 0 {
                if errno == EINTR { continue }
                throw .unreadable(path: path, errno: errno)
            }
            if count == 0 { break }
            done += count
        }
        return done
    }
}
