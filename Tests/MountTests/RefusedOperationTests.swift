import CLinux
import Foundation
import Testing

@testable import dicomviewfs

/// What each operation that would change something answers: the table of Mounts/README.md, row by row.
@Suite(.serialized, .enabled(if: Program.canMount, Comment(rawValue: Program.cannotMount)), .timeLimit(.minutes(5)))
struct RefusedOperationTests {
    struct Row: Sendable {
        var operation: String
        /// For a file or directory of a derived view, of `default/`, and of a read-only mount's `default/`.
        var answers: [String]
    }

    static let rows: [Row] = {
        let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let text = (try? String(contentsOf: repository.appending(path: "Mounts/README.md"), encoding: .utf8)) ?? ""
        guard let start = text.range(of: "| would change |"), let end = text[start.upperBound...].range(of: "\n\n")
        else { return [] }
        return text[start.upperBound..<end.lowerBound].split(separator: "\n").dropFirst(2).map { line in
            let cells = line.split(separator: "|").map {
                $0.trimmingCharacters(in: .whitespaces).replacing("`", with: "")
            }
            return Row(operation: cells[0], answers: Array(cells[1...]))
        }
    }()

    private static let names: [Int32: String] = [
        EROFS: "EROFS", EPERM: "EPERM", EOPNOTSUPP: "EOPNOTSUPP", EISDIR: "EISDIR", EACCES: "EACCES", EEXIST: "EEXIST",
        EINVAL: "EINVAL", ENOENT: "ENOENT", ENOTDIR: "ENOTDIR", EXDEV: "EXDEV", ENOTEMPTY: "ENOTEMPTY",
    ]

    /// Does what a row names to `file`, in `directory`; what it returned.
    private func attempt(_ operation: String, _ file: String, in directory: String) throws -> Int32 {
        let new = "\(directory)/new"
        switch operation {
        case "open to write": return open(file, O_WRONLY)
        case "open to read and write, emptying": return open(file, O_RDWR | O_TRUNC)
        case "truncate": return truncate(file, 0)
        case "chmod": return chmod(file, 0o600)
        case "chown": return chown(file, 1, 1)
        case "utimensat": return utimensat(AT_FDCWD, file, nil, 0)
        case "unlink": return unlink(file)
        case "rename to another name": return rename(file, new)
        case "link": return link(file, new)
        case "setxattr": return setxattr(file, "user.x", "y", 1, 0)
        case "removexattr": return removexattr(file, "user.x")
        case "rmdir": return rmdir(directory)
        case "rename of a directory": return rename(directory, directory + "2")
        case "chmod of a directory": return chmod(directory, 0o700)
        case "symlink": return symlink("x", new)
        case "mkfifo, mknod": return mkfifo(new, 0o600)
        case "create": return open(new, O_WRONLY | O_CREAT | O_EXCL, 0o600)
        case "mkdir": return mkdir(new, 0o700)
        case "fallocate":
            let descriptor = open(file, O_WRONLY)
            guard descriptor >= 0 else { return -1 }
            defer { close(descriptor) }
            errno = posix_fallocate(descriptor, 0, 1)
            return errno == 0 ? 0 : -1
        default:
            Issue.record("no such row: \(operation)")
            return 0
        }
    }

    @Test("each operation answers what the table says, and changes nothing")
    func table() throws {
        #expect(Self.rows.count >= 15)
        let fixture = try MountFixture()
        for isReadOnly in [false, true] {
            if isReadOnly { try fixture.mount("-o", "ro") } else { try fixture.mount("-o", "settle_time=0.2") }
            let before = try fixture.listing().filter { !$0.hasPrefix("import") }
            let places =
                isReadOnly ? [("default", 2), ("enhanced", 2)] : [("classic", 0), ("enhanced", 0), ("default", 1)]
            for row in Self.rows {
                for (view, column) in places {
                    let path = "\(fixture.mountpoint)/\(try #require(try fixture.files(of: view).first))"
                    let directory = URL(filePath: path).deletingLastPathComponent().path
                    errno = 0
                    let result = try attempt(row.operation, path, in: directory)
                    let answer = result < 0 ? Self.names[errno] ?? "\(errno)" : "taken"
                    #expect(answer == row.answers[column], "\(row.operation) in \(view)/, read-only: \(isReadOnly)")
                    if result > 2, answer == "taken" { close(result) }
                    for leftover in ["\(directory)/new"] where unlink(leftover) != 0 { rmdir(leftover) }
                    // A copy that was written to takes what else is done to the name, as long as it is there.
                    if answer == "taken" {
                        let table = "\(fixture.mountpoint)/.dicomviewfs/imports.tsv"
                        #expect(
                            Program.wait(seconds: 20) {
                                (try? String(contentsOfFile: table, encoding: .utf8))?.contains("default/") == false
                            })
                    }
                }
            }
            #expect(try fixture.listing().filter { !$0.hasPrefix("import") } == before)
            try fixture.unmount()
        }
    }
}
