import Glibc
import Testing
import VFS

@testable import FUSE

extension MountedTests {
    @Suite("is listed")
    struct Directories {
        @Test("a directory lists itself, its parent and its entries, with numbers and kinds")
        func listing() throws {
            let fileSystem = MemoryFileSystem()
            let directory = fileSystem.add("directory")
            let child = fileSystem.add("child", in: directory)
            let file = fileSystem.add("file", in: directory, .bytes([1]))
            try withMounted(fileSystem) { (path, _) throws in
                let stream = try #require(opendir("\(path)/directory"))
                defer { closedir(stream) }
                var seen: [String: (UInt64, UInt8)] = [:]
                while let entry = readdir(stream) {
                    seen[name(of: entry)] = (UInt64(entry.pointee.d_ino), entry.pointee.d_type)
                }
                #expect(seen.count == 4)
                let kinds = (directory: UInt8(DT_DIR), file: UInt8(DT_REG))
                #expect(try #require(seen["."]) == (directory.rawValue, kinds.directory))
                #expect(try #require(seen[".."]) == (NodeID.root.rawValue, kinds.directory))
                #expect(try #require(seen["child"]) == (child.rawValue, kinds.directory))
                #expect(try #require(seen["file"]) == (file.rawValue, kinds.file))
            }
        }

        @Test("a listing brings the attributes: stat of each entry asks for nothing further")
        func readdirplus() throws {
            let fileSystem = MemoryFileSystem()
            for number in 1...50 { fileSystem.add("file \(number)", .bytes([1])) }
            try withMounted(fileSystem) { (path, session) throws in
                let before = session.statistics[.lookup].count
                for name in try names(in: path) where name.hasPrefix("file") {
                    var status = stat()
                    #expect(stat("\(path)/\(name)", &status) == 0)
                }
                #expect(session.statistics[.lookup].count == before)
                // An operation is counted behind its reply: whoever has the reply may be here first.
                for _ in 0..<5000 where session.statistics[.readdirplus].count == 0 { usleep(1000) }
                #expect(session.statistics[.readdirplus].count > 0)
                #expect(session.statistics[.readdir].count == 0)
            }
        }

        @Test("rewinding and seeking to any earlier place give the same entries again")
        func seeking() throws {
            let fileSystem = MemoryFileSystem()
            for number in 1...1000 { fileSystem.add("file \(number)", .bytes([1])) }
            try withMounted(fileSystem) { (path, _) throws in
                let stream = try #require(opendir(path))
                defer { closedir(stream) }
                var places: [Int] = [telldir(stream)]
                var all: [String] = []
                while let entry = readdir(stream) {
                    all.append(name(of: entry))
                    places.append(telldir(stream))
                }
                try #require(all.count == 1002)
                rewinddir(stream)
                var again: [String] = []
                while let entry = readdir(stream) { again.append(name(of: entry)) }
                #expect(again == all)
                for position in [1001, 500, 2, 1, 999, 0] {
                    seekdir(stream, places[position])
                    let entry = try #require(readdir(stream))
                    #expect(name(of: entry) == all[position])
                }
            }
        }

        @Test("entries that come and go while a directory is read are neither repeated nor missed")
        func changesWhileListing() throws {
            let fileSystem = MemoryFileSystem()
            for number in 1...2000 { fileSystem.add("file \(number)", .bytes([1])) }
            try withMounted(fileSystem) { (path, session) throws in
                let stream = try #require(opendir(path))
                defer { closedir(stream) }
                var seen: [String] = []
                for _ in 1...3 { if let entry = readdir(stream) { seen.append(name(of: entry)) } }
                // What was delivered goes, and something new comes.
                let first = seen[2]
                fileSystem.state.withLock { $0.nodes[.root]?.children[Array(first.utf8)] = nil }
                fileSystem.add("new", .bytes([1]))
                session.notifier.entriesChanged(in: .root, names: [Array(first.utf8), Array("new".utf8)])
                #expect(session.waitUntilNotified(atMost: 5))
                while let entry = readdir(stream) { seen.append(name(of: entry)) }
                #expect(Set(seen).count == seen.count)
                #expect(Set(seen).isSuperset(of: (1...2000).map { "file \($0)" }))
            }
        }

        @Test("a directory of 100,000 entries is listed completely, and again without asking")
        func large() throws {
            try withMounted(NumberedFiles(count: 100_000), limit: 120) { (path, session) throws in
                let first = try names(in: path)
                #expect(Set(first).count == 100_002)
                #expect(first.count == 100_002)
                // The kernel may give up a listing that it keeps, and counts follow replies: of a few listings one must have
                // needed no request.
                var isKept = false
                for _ in 0..<5 where !isKept {
                    let requests = session.statistics[.readdirplus].count
                    #expect(try names(in: path) == first)
                    isKept = session.statistics[.readdirplus].count == requests
                }
                #expect(isKept)
            }
        }
    }
}
