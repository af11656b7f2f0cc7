import Glibc
import SystemPackage
import Testing
import VFS

@testable import FUSE

extension MountedTests {
    @Suite("is read")
    struct Reads {
        private static let size: UInt64 = 3_000_001

        private func expectPattern(_ bytes: UnsafeRawBufferPointer, at offset: UInt64) -> Bool {
            for (index, byte) in bytes.enumerated() where byte != MemoryFileSystem.pattern(offset + UInt64(index)) {
                return false
            }
            return true
        }

        @Test("bytes at any offset are the file's, up to its end")
        func offsets() throws {
            let fileSystem = MemoryFileSystem()
            fileSystem.add("file", .pattern(size: Self.size))
            try withMounted(fileSystem) { (path, _) throws in
                let file = try FileDescriptor.open(FilePath("\(path)/file"), .readOnly, options: .closeOnExec)
                try file.closeAfter {
                    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
                    defer { buffer.deallocate() }
                    for (offset, count) in [
                        (0, 1), (1, 4096), (4095, 2), (131_071, 3), (1_048_575, 700_001), (2_999_999, 10),
                        (3_000_000, 1),
                        (77, 1 << 20),
                    ] {
                        let part = UnsafeMutableRawBufferPointer(rebasing: buffer[..<count])
                        let got = try file.read(fromAbsoluteOffset: Int64(offset), into: part)
                        #expect(got == min(count, Int(Self.size) - offset))
                        #expect(expectPattern(UnsafeRawBufferPointer(rebasing: buffer[..<got]), at: UInt64(offset)))
                    }
                    #expect(try file.read(fromAbsoluteOffset: Int64(Self.size), into: buffer) == 0)
                    #expect(try file.read(fromAbsoluteOffset: Int64(Self.size) + 5000, into: buffer) == 0)
                }
            }
        }

        @Test("a mapped file has the same bytes")
        func mapping() throws {
            let fileSystem = MemoryFileSystem()
            fileSystem.add("file", .pattern(size: Self.size))
            try withMounted(fileSystem) { (path, _) throws in
                let file = Glibc.open("\(path)/file", O_RDONLY | O_CLOEXEC)
                try #require(file >= 0)
                defer { close(file) }
                let mapped = try #require(mmap(nil, Int(Self.size), PROT_READ, MAP_SHARED, file, 0))
                try #require(mapped != MAP_FAILED)
                defer { munmap(mapped, Int(Self.size)) }
                #expect(expectPattern(UnsafeRawBufferPointer(start: mapped, count: Int(Self.size)), at: 0))
            }
        }

        @Test("several readers of several files each get their own bytes")
        func concurrentReaders() throws {
            let fileSystem = MemoryFileSystem()
            for number in 0..<2 { fileSystem.add("\(number)", .pattern(size: Self.size)) }
            try withMounted(fileSystem) { (path, _) throws in
                let faults = Lock(0)
                let threads = (0..<4).map { number in
                    Thread.start(named: "reader \(number)") {
                        let file = Glibc.open("\(path)/\(number % 2)", O_RDONLY | O_CLOEXEC)
                        defer { close(file) }
                        var offset = UInt64(number) * 4096
                        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 65536, alignment: 4096)
                        defer { buffer.deallocate() }
                        for _ in 1...20 {
                            let count = pread(file, buffer.baseAddress, buffer.count, off_t(offset))
                            let isRight =
                                count > 0
                                && expectPattern(UnsafeRawBufferPointer(rebasing: buffer[..<count]), at: offset)
                            if !isRight { faults.withLock { $0 += 1 } }
                            offset = (offset + 40960 * 7) % (2_900_000 / 4096 * 4096)
                        }
                    }
                }
                for thread in threads { try #require(thread).join() }
                #expect(faults.withLock { $0 } == 0)
            }
        }

        @Test("what was read once is kept over opens; content announced as changed is read again")
        func keptPages() throws {
            let fileSystem = MemoryFileSystem()
            let node = fileSystem.add("file", .bytes(Array("before".utf8)))
            try withMounted(fileSystem) { (path, session) throws in
                #expect(try contents(of: "\(path)/file") == Array("before".utf8))
                let reads = fileSystem.state.withLock { $0.reads }
                #expect(try contents(of: "\(path)/file") == Array("before".utf8))
                #expect(fileSystem.state.withLock { $0.reads } == reads)
                fileSystem.state.withLock { $0.nodes[node]?.content = .bytes(Array("after!".utf8)) }
                session.notifier.nodeChanged(node, content: true)
                #expect(session.waitUntilNotified(atMost: 5))
                #expect(try contents(of: "\(path)/file") == Array("after!".utf8))
            }
        }

        @Test("a file that changes unannounced is read anew at every open, whatever size was told")
        func directFiles() throws {
            let count = Lock(0)
            let fileSystem = MemoryFileSystem()
            fileSystem.add(
                "status",
                .direct {
                    count.withLock { count in
                        count += 1
                        return Array("opened \(count)".utf8)
                    }
                })
            try withMounted(fileSystem) { (path, _) throws in
                #expect(try contents(of: "\(path)/status") == Array("opened 1".utf8))
                #expect(try contents(of: "\(path)/status") == Array("opened 2".utf8))
            }
        }

        @Test("every opened file is released, also those that a mount taken away left open")
        func releases() throws {
            let fileSystem = MemoryFileSystem()
            fileSystem.add("file", .bytes([1]))
            var left: Int32 = -1
            try withMounted(fileSystem, patience: 0.2) { (path, _) throws in
                _ = try contents(of: "\(path)/file")
                left = Glibc.open("\(path)/file", O_RDONLY | O_CLOEXEC)
                try #require(left >= 0)
                // Unmounting finds it open: it goes lazily, and the connection is aborted in the end.
            }
            #expect(fileSystem.state.withLock { ($0.opened, $0.released) } == (2, 2))
            var byte: UInt8 = 0
            #expect(pread(left, &byte, 1, 4096) <= 0)
            close(left)
        }
    }
}
