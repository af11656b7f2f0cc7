internal import DICOM
internal import Glibc

/// A file of the archive opened for reading. It is closed when nothing refers to it any more.
public final class SourceFile: Sendable {
    /// `FileRow.id`.
    public let fileID: Int64
    /// To read from, and to hand to the kernel for passthrough. Never close it.
    public let descriptor: Int32
    /// In bytes.
    public let size: UInt64
    private let path: String
    /// With what `stat` says now the file was last found to be the indexed one.
    private let verified: Lock<FileFacts>

    /// Opens the file of `row`.
    ///
    /// - Throws: `StoreError.changed` if it is not as `row` says: see `check`.
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
        verified = Lock(row.facts)
        // From here on the descriptor is closed by deinit, also if this throws.
        try check(row)
    }

    deinit {
        close(descriptor)
    }

    /// Checks that the open file still is as `row` says.
    ///
    /// Size and modification time tell nearly always. Where they are the same and the inode or its change time is not, it was a
    /// chmod or a hard link, or somebody wrote and set the time back: then the header is read again.
    public func check(_ row: FileRow) throws(StoreError) {
        guard let facts = FileFacts(descriptor: descriptor) else { throw .unreadable(path: path, errno: errno) }
        if facts == verified.withLock({ $0 }) { return }
        guard facts.hasSameContent(as: row.facts), hasHeader(of: row, size: facts.size) else {
            throw .changed(path: path)
        }
        verified.withLock { $0 = facts }
    }

    /// Whether the file still has a name, and size and modification time as `row` says.
    public func isInPlace(as row: FileRow) -> Bool {
        var facts = stat()
        return fstat(descriptor, &facts) == 0 && facts.st_nlink > 0 && FileFacts(facts).hasSameContent(as: row.facts)
    }

    private func hasHeader(of row: FileRow, size: UInt64) -> Bool {
        guard !row.headerDigest.isEmpty else { return true }
        let source = HeaderSource(descriptor: descriptor, size: size)
        guard let file = try? DICOMFile(header: source) else { return false }
        return HeaderDigest.make(file) == row.headerDigest
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
