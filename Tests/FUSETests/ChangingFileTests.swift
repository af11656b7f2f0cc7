import Glibc
import SystemPackage
import Testing
import VFS

@testable import FUSE

extension MountedTests {
    @Suite("serves no mixture of bytes while files change")
    struct ChangingFileTests {
        private let old: [UInt8] = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 % 251) }
        private let new: [UInt8] = (0..<3_100_000).map { UInt8(truncatingIfNeeded: $0 % 241) | 1 }

        /// Changes the file as a commit does: announced before, told after.
        private func change(
            _ node: NodeID, to content: MemoryFileSystem.Content, of fileSystem: MemoryFileSystem, _ session: Session
        ) {
            session.notifier.contentWillChange(of: [node])
            fileSystem.change(node, to: content, size: new.count)
            session.notifier.nodeChanged(node, content: true)
            #expect(session.waitUntilNotified(atMost: 5))
        }

        private func read(_ file: Int32, at offset: Int) -> UInt8? {
            var byte: UInt8 = 0
            return pread(file, &byte, 1, offset) == 1 ? byte : nil
        }

        @Test("who opens a file after its change reads the new bytes, though another has the old ones open")
        func cached() throws {
            let fileSystem = MemoryFileSystem()
            let node = fileSystem.add("file", .bytes(old))
            try withMounted(fileSystem) { (path, session) throws in
                let before = Glibc.open("\(path)/file", O_RDONLY | O_CLOEXEC)
                try #require(before >= 0)
                #expect(read(before, at: 0) == old[0])
                change(node, to: .bytes(new), of: fileSystem, session)
                #expect(try contents(of: "\(path)/file") == new)
                // The old bytes are gone: neither they nor the new ones, but an error.
                for offset in [0, 1_500_000, old.count - 1] {
                    #expect(read(before, at: offset) == nil && errno == ESTALE)
                }
                #expect(try contents(of: "\(path)/file") == new)
                close(before)
                #expect(waits { session.server.openFiles.services(of: node).isEmpty })
                #expect(try contents(of: "\(path)/file") == new)
                #expect(try contents(of: "\(path)/file") == new)
            }
        }

        @Test(
            "a file that the kernel reads itself goes on for who opened it, and others get the new one only after that")
        func passedThrough() throws {
            guard Machine.canPassThrough else { return }
            let directory = try TemporaryDirectory()
            defer { directory.remove("old", "new") }
            let (oldPath, newPath) = (try directory.write("old", old), try directory.write("new", new))
            let fileSystem = MemoryFileSystem()
            let node = fileSystem.add("file", .file(path: oldPath, isIdentical: true))
            for isAnnounced in [true, false] {
                fileSystem.change(node, to: .file(path: oldPath, isIdentical: true), size: old.count)
                try withMounted(fileSystem) { (path, session) throws in
                    let before = Glibc.open("\(path)/file", O_RDONLY | O_CLOEXEC)
                    try #require(before >= 0)
                    #expect(read(before, at: 1_000_000) == old[1_000_000])
                    let content = MemoryFileSystem.Content.file(path: newPath, isIdentical: true)
                    if isAnnounced {
                        change(node, to: content, of: fileSystem, session)
                    } else {
                        fileSystem.change(node, to: content, size: new.count)
                        session.notifier.nodeChanged(node, content: true)
                        #expect(session.waitUntilNotified(atMost: 5))
                    }
                    #expect(Glibc.open("\(path)/file", O_RDONLY | O_CLOEXEC) < 0 && errno == ESTALE)
                    #expect(read(before, at: 1_000_000) == old[1_000_000])
                    close(before)
                    #expect(waits { session.server.openFiles.services(of: node).isEmpty })
                    let passed = session.statistics.opensPassedThrough
                    #expect(try contents(of: "\(path)/file") == new)
                    #expect(session.statistics.opensPassedThrough == passed + 1)
                }
            }
        }

        @Test("between a change and its notification the size is asked for again, and no old page is kept")
        func window() throws {
            let fileSystem = MemoryFileSystem()
            let node = fileSystem.add("file", .bytes(old))
            try withMounted(fileSystem) { (path, session) throws in
                #expect(try contents(of: "\(path)/file") == old)
                session.notifier.contentWillChange(of: [node])
                // Not to be seen yet.
                #expect(try contents(of: "\(path)/file") == old)
                fileSystem.change(node, to: .bytes(new), size: new.count)
                #expect(try contents(of: "\(path)/file") == new)
                var status = stat()
                #expect(stat("\(path)/file", &status) == 0)
                #expect(status.st_size == new.count)
                session.notifier.nodeChanged(node, content: true)
                #expect(session.waitUntilNotified(atMost: 5))
                #expect(!session.server.changingFiles.contains(node))
                #expect(try contents(of: "\(path)/file") == new)
            }
        }

        @Test("a change that is announced while the one before it is told is not over with it")
        func announcedTwice() {
            let files = ChangingFiles()
            let node = NodeID(rawValue: 7)
            files.begin([node])
            let first = files.lastNumber
            files.begin([node])
            files.end(node, upTo: first)
            #expect(files.contains(node))
            files.end(node, upTo: files.lastNumber)
            #expect(!files.contains(node))
        }
    }
}
