internal import CLinux
internal import Glibc

extension ArchiveDirectory {
    /// Checks, without opening it for reading, that the file of `row` still has the size and modification time it was indexed
    /// with.
    public func check(_ row: FileRow) throws(StoreError) {
        let descriptor: Int32
        do throws(Failure) {
            descriptor = try withCPath(row.path) { (path) throws(Failure) in try open(path: path, flags: clinux_O_PATH) }
        } catch {
            if error.errno == ENOENT || error.errno == ENOTDIR { throw .missing(path: displayPath(row.path)) }
            throw .unreadable(path: displayPath(row.path), errno: error.errno)
        }
        defer { close(descriptor) }
        guard let facts = FileFacts(descriptor: descriptor) else {
            throw .unreadable(path: displayPath(row.path), errno: errno)
        }
        guard facts.hasSameContent(as: row.facts) else { throw .changed(path: displayPath(row.path)) }
    }
}
