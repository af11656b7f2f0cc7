internal import CLinux
internal import Glibc

extension ArchiveDirectory {
    /// Checks that the file of `row` still is what was indexed, without opening it for reading unless `stat` leaves a doubt
    /// (`SourceFile.check`).
    public func check(_ row: FileRow) throws(StoreError) {
        // openat2 refuses O_PATH together with flags that concern reading.
        let descriptor: Int32
        do throws(Failure) {
            descriptor = try withCPath(row.path) { (path) throws(Failure) in
                try openBeneath(path, clinux_O_PATH | O_CLOEXEC)
            }
        } catch {
            if error.errno == ENOENT || error.errno == ENOTDIR { throw .missing(path: displayPath(row.path)) }
            throw .unreadable(path: displayPath(row.path), errno: error.errno)
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
