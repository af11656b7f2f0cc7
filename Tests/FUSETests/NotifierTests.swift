import Glibc
import Testing
import VFS

@testable import FUSE

extension MountedTests {
    @Suite("is told of changes")
    struct Notifications {
        @Test("a new name is seen at once, though it was known to be absent and the listing was kept")
        func newName() throws {
            let fileSystem = MemoryFileSystem()
            let directory = fileSystem.add("directory")
            fileSystem.add("old", in: directory, .bytes([1]))
            try withMounted(fileSystem) { (path, session) throws in
                var status = stat()
                #expect(failure(stat("\(path)/directory/new", &status)) == ENOENT)
                #expect(try names(in: "\(path)/directory").count == 3)
                fileSystem.add("new", in: directory, .bytes([1, 2, 3]))
                // Not announced yet: the kernel goes by what it remembers.
                #expect(failure(stat("\(path)/directory/new", &status)) == ENOENT)
                session.notifier.entriesChanged(in: directory, names: [Array("new".utf8)])
                #expect(session.waitUntilNotified(atMost: 5))
                #expect(stat("\(path)/directory/new", &status) == 0)
                #expect(status.st_size == 3)
                #expect(try names(in: "\(path)/directory").sorted() == [".", "..", "new", "old"])
            }
        }

        @Test("a name that went is gone at once")
        func removedName() throws {
            let fileSystem = MemoryFileSystem()
            fileSystem.add("file", .bytes([1]))
            try withMounted(fileSystem) { (path, session) throws in
                var status = stat()
                #expect(stat("\(path)/file", &status) == 0)
                fileSystem.state.withLock { $0.nodes[.root]?.children = [:] }
                session.notifier.entriesChanged(in: .root, names: [Array("file".utf8), Array("never seen".utf8)])
                #expect(session.waitUntilNotified(atMost: 5))
                #expect(failure(stat("\(path)/file", &status)) == ENOENT)
                #expect(try names(in: path).sorted() == [".", ".."])
            }
        }

        @Test("attributes that changed are asked for again")
        func changedAttributes() throws {
            let fileSystem = MemoryFileSystem()
            let node = fileSystem.add("file", .bytes([1]))
            try withMounted(fileSystem) { (path, session) throws in
                var status = stat()
                #expect(stat("\(path)/file", &status) == 0)
                fileSystem.state.withLock { $0.nodes[node]?.attributes.modificationTime.seconds = 42 }
                session.notifier.nodeChanged(node, content: false)
                #expect(session.waitUntilNotified(atMost: 5))
                #expect(stat("\(path)/file", &status) == 0)
                #expect(status.st_mtim.tv_sec == 42)
            }
        }

        @Test("a listing under way across a change does not stay")
        func delayedListing() throws {
            let fileSystem = MemoryFileSystem()
            let directory = fileSystem.add("directory")
            fileSystem.add("old", in: directory, .bytes([1]))
            try withMounted(fileSystem) { (path, session) throws in
                let isListing = Lock(false)
                fileSystem.whileListing.withLock {
                    $0 = {
                        isListing.announce { $0 = true }
                        usleep(200_000)
                    }
                }
                let reader = Thread.start(named: "lister") { _ = try? names(in: "\(path)/directory") }
                #expect(isListing.wait(atMost: 5) { $0 })
                // The listing has been taken without it.
                fileSystem.add("new", in: directory, .bytes([1]))
                session.notifier.entriesChanged(in: directory, names: [Array("new".utf8)])
                #expect(session.waitUntilNotified(atMost: 5))
                try #require(reader).join()
                fileSystem.whileListing.withLock { $0 = nil }
                #expect(try names(in: "\(path)/directory").sorted() == [".", "..", "new", "old"])
            }
        }

        @Test("thousands of changes at once all arrive")
        func manyChanges() throws {
            let fileSystem = MemoryFileSystem()
            try withMounted(fileSystem) { (path, session) throws in
                _ = try names(in: path)
                for number in 1...3000 {
                    fileSystem.add("\(number)", .bytes([1]))
                    session.notifier.entriesChanged(in: .root, names: [Array("\(number)".utf8)])
                }
                #expect(session.waitUntilNotified(atMost: 10))
                #expect(try names(in: path).count == 3002)
            }
        }
    }
}
