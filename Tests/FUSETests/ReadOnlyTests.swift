import CLinux
import Glibc
import Testing
import VFS

@testable import FUSE

extension MountedTests {
    @Suite("cannot be changed")
    struct ReadOnly {
        /// Each call that would change something, given the mountpoint; its errno.
        static let calls: [(name: String, call: @Sendable (_ path: String) -> Int32)] = [
            ("chmod", { failure(chmod("\($0)/file", 0o600)) }),
            ("chown", { failure(chown("\($0)/file", 1, 1)) }),
            ("utimensat", { failure(utimensat(AT_FDCWD, "\($0)/file", nil, 0)) }),
            ("truncate", { failure(truncate("\($0)/file", 1)) }),
            ("mkfifo", { failure(mkfifo("\($0)/new", 0o600)) }),
            ("mkdir", { failure(mkdir("\($0)/new", 0o700)) }),
            ("unlink", { failure(unlink("\($0)/file")) }),
            ("rmdir", { failure(rmdir("\($0)/directory")) }),
            ("symlink", { failure(symlink("target", "\($0)/new")) }),
            ("rename", { failure(rename("\($0)/file", "\($0)/new")) }),
            ("rename over", { failure(rename("\($0)/file", "\($0)/other")) }),
            ("rename of a directory", { failure(rename("\($0)/directory", "\($0)/new")) }),
            ("link", { failure(link("\($0)/file", "\($0)/new")) }),
            ("create", { failure(open("\($0)/new", O_CREAT | O_WRONLY, 0o600)) }),
            ("create exclusively", { failure(open("\($0)/new", O_CREAT | O_EXCL | O_RDWR, 0o600)) }),
            ("open for writing", { failure(open("\($0)/file", O_WRONLY)) }),
            ("open for both", { failure(open("\($0)/file", O_RDWR)) }),
            ("open to append", { failure(open("\($0)/file", O_WRONLY | O_APPEND)) }),
            ("open and truncate", { failure(open("\($0)/file", O_RDONLY | O_TRUNC)) }),
            ("setxattr", { failure(setxattr("\($0)/file", "user.x", "y", 1, 0)) }),
            ("removexattr", { failure(removexattr("\($0)/file", "user.x")) }),
        ]

        @Test("every modifying call answers EROFS, and changes nothing")
        func modifyingCalls() throws {
            let fileSystem = MemoryFileSystem(permissions: 0o777)
            fileSystem.add("file", .bytes([1, 2]))
            fileSystem.add("other", .bytes([3]))
            fileSystem.add("directory")
            try withMounted(fileSystem) { (path, session) throws in
                for (name, call) in Self.calls {
                    #expect(call(path) == EROFS, "\(name)")
                }
                #expect(session.statistics[.modify].count > 0)
                #expect(try names(in: path).sorted() == [".", "..", "directory", "file", "other"])
                #expect(try contents(of: "\(path)/file") == [1, 2])
            }
        }

        @Test("a mount that is read-only refuses without asking")
        func readOnlyMount() throws {
            var options = SessionOptions()
            options.readOnly = true
            let fileSystem = MemoryFileSystem()
            fileSystem.add("file", .bytes([1]))
            try withMounted(fileSystem, options: options) { (path, session) throws in
                #expect(failure(unlink("\(path)/file")) == EROFS)
                #expect(session.statistics[.modify].count == 0)
            }
        }
    }
}

@Suite("The table of operations")
struct SupportedOperationsTests {
    @Test("each is named once, and those with a reason give one")
    func table() {
        let names = SupportedOperations.all.map(\.operation)
        #expect(Set(names).count == names.count)
        #expect(names.count == 44)
        for (name, support) in SupportedOperations.all {
            switch support {
            case .implemented: break
            case .refused(let why), .notNeeded(let why), .willNot(let why), .optional(let why):
                #expect(!why.isEmpty, "\(name)")
            }
        }
    }

    @Test(
        "what it calls implemented or refused is set in libfuse's table, with what was asked for, and nothing else",
        arguments: [false, true])
    func agreement(isAll: Bool) {
        var options = SessionOptions()
        options.extendedAttributes = isAll
        let table = Operations.table(options)
        let set = Set(
            Mirror(reflecting: table).children.compactMap { child -> String? in
                let mirror = Mirror(reflecting: child.value)
                return mirror.displayStyle == .optional && mirror.children.isEmpty ? nil : child.label
            })
        let claimed = SupportedOperations.all.compactMap { operation, support -> String? in
            switch support {
            case .implemented, .refused: operation
            case .optional: isAll ? operation : nil
            case .notNeeded, .willNot: nil
            }
        }
        #expect(set == Set(claimed))
    }
}
