import CLinux
import Foundation
import ViewTree

/// The files that are given to be imported: those named, and all in the directories named. Symbolic links are followed where they
/// were named or lead to a file; within a directory none leads into another one.
struct GivenFiles {
    /// As they were named.
    let paths: [String]
    /// Directories that are left out with all in them, by device and inode number: the archive itself.
    let excluded: Set<DirectoryIdentity>

    struct DirectoryIdentity: Hashable {
        var device: UInt64
        var inode: UInt64

        init(_ facts: stat) {
            device = UInt64(facts.st_dev)
            inode = UInt64(facts.st_ino)
        }

        /// - Throws: `Failure` if there is none.
        init(path: String) throws {
            var facts = stat()
            guard stat(path, &facts) == 0 else { throw Failure("\(path): \(systemMessage(errno))", .noInput) }
            self.init(facts)
        }
    }

    /// What is met on the way.
    enum Item {
        /// The files of one directory, or those named.
        case files([(path: String, size: UInt64)])
        /// Files that have names as programs give to what is theirs alone.
        case leftOut(Int)
        /// What cannot be looked into, and why.
        case unreadable(path: String, reason: String)
    }

    /// - Throws: `Failure` if something that was named is not there; and what `body` throws.
    func visit(_ body: (Item) throws -> Void) throws {
        for path in paths {
            var facts = stat()
            guard stat(path, &facts) == 0 else { throw Failure("\(path): \(systemMessage(errno))", .noInput) }
            if facts.st_mode & S_IFMT == S_IFDIR {
                try visit(path, facts, body)
            } else {
                try body(.files([(path, UInt64(clamping: facts.st_size))]))
            }
        }
    }

    private func visit(_ directory: String, _ facts: stat, _ body: (Item) throws -> Void) throws {
        if excluded.contains(DirectoryIdentity(facts)) { return }
        guard let stream = opendir(directory) else {
            return try body(.unreadable(path: directory, reason: systemMessage(errno)))
        }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        closedir(stream)
        var files: [(String, UInt64)] = []
        var directories: [(String, stat)] = []
        var leftOut = 0
        for name in names.sorted() {
            let path = directory.hasSuffix("/") ? directory + name : "\(directory)/\(name)"
            var facts = stat()
            guard fstatat(AT_FDCWD, path, &facts, AT_SYMLINK_NOFOLLOW) == 0 else {
                try body(.unreadable(path: path, reason: systemMessage(errno)))
                continue
            }
            let isLink = facts.st_mode & S_IFMT == S_IFLNK
            if isLink, stat(path, &facts) != 0 {
                try body(.unreadable(path: path, reason: "a symbolic link to nothing"))
                continue
            }
            switch facts.st_mode & S_IFMT {
            case S_IFDIR where isLink:
                try body(.unreadable(path: path, reason: "a symbolic link to a directory, which is not followed"))
            case S_IFDIR: directories.append((path, facts))
            case _ where TemporaryName.contains(Array(name.utf8)): leftOut += 1
            case S_IFREG: files.append((path, UInt64(clamping: facts.st_size)))
            default: try body(.unreadable(path: path, reason: "neither file nor directory"))
            }
        }
        if leftOut > 0 { try body(.leftOut(leftOut)) }
        if !files.isEmpty { try body(.files(files)) }
        for (path, facts) in directories { try visit(path, facts, body) }
    }
}

/// What the system says of an error number.
func systemMessage(_ number: Int32) -> String { String(cString: strerror(number)) }
