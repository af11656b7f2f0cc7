import Glibc
import SystemPackage
import Testing
import VFS

@testable import FUSE

extension MountedTests {
    @Suite("hands on where bytes are")
    struct SplicedReads {
        private let source: [UInt8] = (0..<1_500_000).map { MemoryFileSystem.pattern(UInt64($0)) }
        private let header: [UInt8] = (0..<70_001).map { UInt8(truncatingIfNeeded: $0 &* 13) }

        @Test("bytes in memory and at odd places of files arrive in their order, and none is read")
        func order() throws {
            let directory = try TemporaryDirectory()
            defer { directory.remove("source") }
            let path = try directory.write("source", source)
            let fileSystem = MemoryFileSystem()
            fileSystem.add(
                "file",
                .placed([
                    .bytes(header), .file(path: path, offset: 4097, count: 300_000),
                    .file(path: path, offset: 700_001, count: 333_333), .bytes([1, 2, 3]),
                    .file(path: path, offset: 0, count: 1_500_000),
                ]))
            var expected = header
            expected += source[4097..<304_097]
            expected += source[700_001..<1_033_334]
            expected += [1, 2, 3]
            expected += source
            try withMounted(fileSystem) { (path, session) throws in
                #expect(try contents(of: "\(path)/file") == expected)
                #expect(fileSystem.state.withLock { $0.reads } == 0)
                #expect(session.statistics.bytesRead == UInt64(expected.count))
            }
            try withMounted(fileSystem) { (path, _) throws in
                let file = try FileDescriptor.open(FilePath("\(path)/file"), .readOnly, options: .closeOnExec)
                try file.closeAfter {
                    var part = [UInt8](repeating: 0, count: 200_000)
                    for offset in [expected.count - 100_000, 69_000, 369_999, 1] {
                        let count = try part.withUnsafeMutableBytes {
                            try file.read(fromAbsoluteOffset: Int64(offset), into: $0)
                        }
                        #expect(part[..<count].elementsEqual(expected[offset...].prefix(200_000)))
                    }
                }
            }
        }

        @Test("a file that became shorter is an error, never zeros")
        func shortened() throws {
            let directory = try TemporaryDirectory()
            defer { directory.remove("source") }
            let path = try directory.write("source", source)
            let fileSystem = MemoryFileSystem()
            fileSystem.add("file", .placed([.bytes(header), .file(path: path, offset: 0, count: source.count)]))
            try withMounted(fileSystem) { (mount, _) throws in
                let file = Glibc.open("\(mount)/file", O_RDONLY | O_CLOEXEC)
                defer { close(file) }
                truncate(path, 1_000_000)
                var part = [UInt8](repeating: 0, count: 65536)
                #expect(failure(pread(file, &part, part.count, 1_200_000)) == EIO)
                #expect(pread(file, &part, part.count, 0) == part.count)
                #expect(part.elementsEqual(header.prefix(65536)))
            }
        }

        @Test("more pieces than a pipe has room for are read")
        func manyPieces() throws {
            let directory = try TemporaryDirectory()
            defer { directory.remove("source") }
            let path = try directory.write("source", source)
            let fileSystem = MemoryFileSystem()
            let count = 4000
            fileSystem.add(
                "file", .placed((0..<count).map { .file(path: path, offset: UInt64(5000 - $0), count: 100) }))
            let expected = (0..<count).flatMap { source[(5000 - $0)..<(5100 - $0)] }
            try withMounted(fileSystem) { (path, _) throws in
                #expect(try contents(of: "\(path)/file") == expected)
                #expect(fileSystem.state.withLock { $0.reads } > 0)
            }
        }

        @Test("without splicing the same bytes are read")
        func withoutSplicing() throws {
            let directory = try TemporaryDirectory()
            defer { directory.remove("source") }
            let path = try directory.write("source", source)
            let fileSystem = MemoryFileSystem()
            fileSystem.add("file", .placed([.bytes(header), .file(path: path, offset: 77, count: 1_000_000)]))
            var options = SessionOptions()
            options.splicing = false
            try withMounted(fileSystem, options: options) { (path, _) throws in
                #expect(try contents(of: "\(path)/file") == header + source[77..<1_000_077])
                #expect(fileSystem.state.withLock { $0.reads } > 0)
            }
        }
    }
}
