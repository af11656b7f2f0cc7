internal import CLinux
internal import Glibc

/// The file of one of our SQLite databases.
struct DatabaseFile {
    let path: String

    /// Makes it if it is absent, and closes it to other users: it names patients. SQLite gives what it makes beside it the same
    /// permissions. A symbolic link is refused, for it could have us write to any file. To be called before SQLite has it open,
    /// whose locks end with any descriptor of the file (sqlite.org/howtocorrupt.html, 2.2).
    func prepare() throws(IndexError) {
        let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0o600)
        guard file >= 0 else {
            let reason = errno
            let words = reason == ELOOP ? "it is a symbolic link; remove it" : message(of: reason)
            throw .notAccessible(path: path, message: words, errno: reason)
        }
        defer { close(file) }
        var facts = stat()
        guard fstat(file, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else {
            throw .notAccessible(path: path, message: "it is no regular file; remove it", errno: 0)
        }
        if facts.st_mode & 0o077 != 0, facts.st_uid == geteuid() { _ = fchmod(file, 0o600) }
    }

    /// Removes it and what SQLite keeps beside it. None may have it open.
    func remove() throws(IndexError) {
        for suffix in ["-wal", "-shm", "", Self.damagedSuffix] where unlink(path + suffix) != 0 && errno != ENOENT {
            throw .notAccessible(path: path + suffix, message: message(of: errno), errno: errno)
        }
    }

    // MARK: Damage

    private static let damagedSuffix = ".damaged"

    /// Leaves a mark that the database was found damaged while it was open: whoever opens it next makes it anew.
    func markDamaged() {
        let mark = open(path + Self.damagedSuffix, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        if mark >= 0 { close(mark) }
    }

    var isMarkedDamaged: Bool { access(path + Self.damagedSuffix, F_OK) == 0 }
}
