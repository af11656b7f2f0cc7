import CLinux
import Glibc
import Testing
import VFS

@testable import FUSE

extension MountedTests {
    @Suite("is looked up")
    struct Lookups {
        @Test("stat tells what the file system says")
        func attributes() throws {
            let fileSystem = MemoryFileSystem(permissions: 0o545)
            let directory = fileSystem.add("a directory")
            let node = fileSystem.add("file", in: directory, .pattern(size: 1025))
            try withMounted(fileSystem) { (path, _) throws in
                var status = stat()
                try #require(stat("\(path)/a directory/file", &status) == 0)
                #expect(status.st_ino == node.rawValue)
                #expect(status.st_size == 1025)
                #expect(status.st_blocks == 3)
                #expect(status.st_mode == S_IFREG | 0o545)
                #expect(status.st_nlink == 1)
                #expect(status.st_mtim.tv_sec == 1_000_000_000)
                #expect(status.st_mtim.tv_nsec == 123_456_789)
                #expect(status.st_ctim.tv_nsec == 5)
                try #require(stat("\(path)/a directory/../a directory/.", &status) == 0)
                #expect(status.st_ino == directory.rawValue)
                #expect(status.st_mode & S_IFMT == S_IFDIR)
            }
        }

        @Test("a name that is not there is asked for once")
        func absentNames() throws {
            let fileSystem = MemoryFileSystem()
            try withMounted(fileSystem) { (path, _) throws in
                var status = stat()
                for _ in 1...5 { #expect(failure(stat("\(path)/absent", &status)) == ENOENT) }
                #expect(fileSystem.state.withLock { $0.lookups.filter { $0 == Array("absent".utf8) }.count } == 1)
            }
        }

        @Test("extended attributes are not there, and the kernel stops asking")
        func extendedAttributes() throws {
            let fileSystem = MemoryFileSystem()
            fileSystem.add("file", .bytes([1]))
            try withMounted(fileSystem) { (path, _) throws in
                #expect(failure(getxattr("\(path)/file", "user.x", nil, 0)) == EOPNOTSUPP)
                #expect(failure(listxattr("\(path)/file", nil, 0)) == EOPNOTSUPP)
            }
        }

        @Test("extended attributes are answered where they were asked for, as getxattr(2) says")
        func extendedAttributesAskedFor() throws {
            let fileSystem = MemoryFileSystem()
            fileSystem.add("file", .bytes([1]))
            var options = SessionOptions()
            options.extendedAttributes = true
            try withMounted(fileSystem, options: options) { (path, _) throws in
                let file = "\(path)/file"
                var buffer = [UInt8](repeating: 0, count: 64)
                #expect(getxattr(file, "user.length", nil, 0) == 5)
                #expect(getxattr(file, "user.length", &buffer, 64) == 5 && buffer.prefix(5) == [1, 2, 3, 4, 5])
                #expect(failure(getxattr(file, "user.length", &buffer, 4)) == ERANGE)
                #expect(failure(getxattr(file, "user.other", &buffer, 64)) == ENODATA)
                #expect(listxattr(file, nil, 0) == 12)
                #expect(listxattr(file, &buffer, 64) == 12 && buffer.prefix(12) == [UInt8]("user.length\0".utf8)[...])
                #expect(failure(listxattr(file, &buffer, 11)) == ERANGE)
                #expect(failure(setxattr(file, "user.x", "y", 1, 0)) == EROFS)
            }
        }

        @Test("df sees the file system's statistics")
        func statistics() throws {
            try withMounted(MemoryFileSystem()) { (path, _) throws in
                var status = statvfs()
                try #require(statvfs(path, &status) == 0)
                #expect(status.f_bsize == 4096)
                #expect(status.f_blocks == 1000)
                #expect(status.f_bavail == 300)
                #expect(status.f_files == 77)
                #expect(status.f_namemax == 255)
            }
        }

        @Test("the source and type are shown in the mount table, commas and spaces included")
        func mountTable() throws {
            var options = SessionOptions()
            options.fsname = "/archive, the \\ first"
            try withMounted(MemoryFileSystem(), options: options) { (_, session) throws in
                let mount = try #require(session.mountpoint.mount)
                #expect(mount.source == "/archive, the \\ first")
                #expect(mount.type == "fuse.dicomviewfs")
            }
        }

        /// Waits for `condition`, five seconds at most.
        private func waitUntil(_ condition: () -> Bool) {
            for _ in 0..<5000 where !condition() { usleep(1000) }
        }

        @Test("operations are counted")
        func counts() throws {
            let fileSystem = MemoryFileSystem()
            fileSystem.add("file", .bytes([1, 2, 3]))
            try withMounted(fileSystem) { (path, session) throws in
                #expect(try contents(of: "\(path)/file") == [1, 2, 3])
                // An operation is counted behind its reply: whoever has the reply may be here first.
                waitUntil { session.statistics[.read].count >= 1 }
                let reads = session.statistics[.read]
                #expect(reads.count >= 1)
                #expect(reads.latencies.reduce(0, +) == reads.count)
                #expect(reads.nanoseconds > 0)
                #expect(session.statistics.bytesRead == 3)
                var status = stat()
                _ = stat("\(path)/absent", &status)
                waitUntil { session.statistics[.lookup].failures == 1 }
                #expect(session.statistics[.lookup].failures == 1)
            }
        }
    }
}
