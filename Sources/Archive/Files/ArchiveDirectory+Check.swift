internal import CLinux
internal import Glibc

extension ArchiveDirectory {
    /// Checks that the file of `row` still is what was indexed, without opening it for reading unless `stat` leaves a doubt
    /// (`SourceFile.check`).
    public func check(_ row: FileRow) throws(StoreError) {
        // openat2 refuses O_PATH together with flags that concern reading.
        let descriptor = withCPath(row.path) {
            clinux_openat_beneath(self.descriptor, $0, clinux_O_PATH | O_CLOEXEC)
        }
        guard descriptor >= 0 else {
            let reason = errno
            if reason == ENOENT || reason == ENOTDIR { throw .missing(path: displayPath(row.path)) }
            throw .unreadable(path: displayPath(row.path), errno: reason)
        }
        defer { close(descriptor) }
        guard let facts = FileFacts(descriptor: descriptor) else {
            throw .unreadable(path: displayPath(row.path), errno: errno)
        }
        if facts == row.facts { return }
        guard facts.hasSameContent(as: row.facts) else { throw .changed(path: displayPath(row.path)) }
        _ = try SourceFile(row, in: self)
    }
}
