import Glibc
import SystemPackage
import Testing
import VFS

@testable import FUSE

extension MountedTests {
    @Suite(
        "lets the kernel read what equals a file on disk",
        .enabled(if: Machine.canPassThrough, "passthrough needs Linux 6.9 and CAP_SYS_ADMIN"))
    struct PassthroughFiles {
        private let bytes: [UInt8] = (0..<1_234_567).map { MemoryFileSystem.pattern(UInt64($0)) }

        @Test("its bytes are right and no read reaches the file system")
        func noReads() throws {
            let directory = try TemporaryDirectory()
            defer { directory.remove("source") }
            let source = try directory.write("source", bytes)
            let fileSystem = MemoryFileSystem()
            fileSystem.add("file", .file(path: source, isIdentical: true))
            try withMounted(fileSystem) { (path, session) throws in
                #expect(try contents(of: "\(path)/file") == bytes)
                #expect(session.statistics.opensPassedThrough == 1)
                #expect(fileSystem.state.withLock { $0.reads } == 0)
                #expect(session.statistics[.read].count == 0)
            }
            #expect(fileSystem.state.withLock { ($0.opened, $0.released) } == (1, 1))
        }

        @Test("opens at the same time share one backing id; after the last release there is none")
        func sharedBackingID() throws {
            let directory = try TemporaryDirectory()
            defer { directory.remove("source") }
            let source = try directory.write("source", bytes)
            let fileSystem = MemoryFileSystem()
            let node = fileSystem.add("file", .file(path: source, isIdentical: true))
            try withMounted(fileSystem) { (path, session) throws in
                let first = Glibc.open("\(path)/file", O_RDONLY | O_CLOEXEC)
                let second = Glibc.open("\(path)/file", O_RDONLY | O_CLOEXEC)
                try #require(first >= 0 && second >= 0)
                let services = session.server.openFiles.services(of: node)
                #expect(services.count == 2)
                #expect(services.first == services.last)
                #expect(services.first != .cached)
                close(first)
                var byte: UInt8 = 0
                #expect(pread(second, &byte, 1, 1_000_000) == 1)
                #expect(byte == bytes[1_000_000])
                close(second)
                #expect(waits { session.server.openFiles.services(of: node).isEmpty })
                #expect(try contents(of: "\(path)/file") == bytes)
                #expect(fileSystem.state.withLock { $0.reads } == 0)
            }
        }

        @Test("how an inode is served holds until its last release, whatever later opens would like")
        func stickyMode() throws {
            let directory = try TemporaryDirectory()
            defer { directory.remove("source") }
            let source = try directory.write("source", bytes)
            let fileSystem = MemoryFileSystem()
            let node = fileSystem.add("file", .file(path: source, isIdentical: false))
            func serveIdentical(_ isIdentical: Bool) {
                fileSystem.state.withLock { $0.nodes[node]?.content = .file(path: source, isIdentical: isIdentical) }
            }
            try withMounted(fileSystem) { (path, session) throws in
                let cached = Glibc.open("\(path)/file", O_RDONLY | O_CLOEXEC)
                serveIdentical(true)
                #expect(try contents(of: "\(path)/file") == bytes)
                #expect(session.statistics.opensPassedThrough == 0)
                close(cached)
                #expect(waits { session.server.openFiles.services(of: node).isEmpty })
                let passed = Glibc.open("\(path)/file", O_RDONLY | O_CLOEXEC)
                #expect(session.statistics.opensPassedThrough == 1)
                serveIdentical(false)
                #expect(try contents(of: "\(path)/file") == bytes)
                #expect(session.statistics.opensPassedThrough == 2)
                close(passed)
            }
        }

        @Test("many threads opening and closing one file never see an error")
        func concurrentOpens() throws {
            let directory = try TemporaryDirectory()
            defer { directory.remove("source") }
            let source = try directory.write("source", bytes)
            let fileSystem = MemoryFileSystem()
            let node = fileSystem.add("file", .file(path: source, isIdentical: true))
            try withMounted(fileSystem) { (path, session) throws in
                let faults = Lock(0)
                let threads = (0..<6).map { number in
                    Thread.start(named: "opener") {
                        for round in 0..<200 {
                            let file = Glibc.open("\(path)/file", O_RDONLY | O_CLOEXEC)
                            var byte: UInt8 = 0
                            let offset = (number * 200 + round) * 1000
                            if file < 0 || pread(file, &byte, 1, offset) != 1 || byte != bytes[offset] {
                                faults.withLock { $0 += 1 }
                            }
                            close(file)
                        }
                    }
                }
                for thread in threads { try #require(thread).join() }
                #expect(faults.withLock { $0 } == 0)
                #expect(session.statistics[.read].count == 0)
                #expect(waits { session.server.openFiles.services(of: node).isEmpty })
            }
        }

        @Test("a file that cannot be passed through is read through the daemon instead")
        func fallback() throws {
            let directory = try TemporaryDirectory()
            defer { directory.remove("source") }
            let source = try directory.write("source", bytes)
            let fileSystem = MemoryFileSystem()
            fileSystem.add("file", .refused(path: source))
            try withMounted(fileSystem) { (path, session) throws in
                #expect(try contents(of: "\(path)/file") == bytes)
                #expect(session.statistics.opensPassedThrough == 0)
                #expect(fileSystem.state.withLock { $0.reads } > 0)
            }
        }
    }
}

/// RELEASE comes some time after close(2): waits up to five seconds for what follows from it.
func waits(until isReached: () -> Bool) -> Bool {
    for _ in 1...500 {
        if isReached() { return true }
        usleep(10000)
    }
    return isReached()
}
