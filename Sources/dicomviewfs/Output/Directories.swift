import CLinux
import Foundation

/// Makes directories, and says what the system says.
enum Directories {
    /// Makes the directory `path` and those above it that are not there. Returns which one could not be made, and the system's error
    /// number.
    static func make(_ path: String) -> (path: String, errno: Int32)? {
        if mkdir(path, 0o777) == 0 { return nil }
        var reason = errno
        if reason == ENOENT {
            let parent = URL(filePath: path).deletingLastPathComponent().path
            guard !parent.isEmpty, parent != path else { return (path, reason) }
            if let failure = make(parent) { return failure }
            if mkdir(path, 0o777) == 0 { return nil }
            reason = errno
        }
        var facts = stat()
        if reason == EEXIST, stat(path, &facts) == 0 {
            if facts.st_mode & S_IFMT == S_IFDIR { return nil }
            reason = ENOTDIR
        }
        return (path, reason)
    }
}
