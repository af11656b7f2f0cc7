import CLinux
import Foundation
import Testing

@testable import dicomviewfs

/// Random operations on a dropped file and on an ordinary one: both must be the same after each.
@Suite(.serialized, .enabled(if: Program.canMount, Comment(rawValue: Program.cannotMount)), .timeLimit(.minutes(5)))
struct RandomOperationTests {
    /// SplitMix64: the same numbers for the same seed.
    private struct Random: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
            return z ^ z >> 31
        }
    }

    /// One file twice: dropped, and beside it.
    private final class Pair {
        var paths: [String]
        var files: [Int32] = []
        private var random: Random
        private static let limit = 200_000

        init(_ dropped: String, _ ordinary: String, seed: UInt64) {
            paths = [dropped, ordinary]
            random = Random(state: seed)
        }

        func open() {
            files = paths.map { Glibc.open($0, O_RDWR | O_CREAT, 0o644) }
            #expect(files.allSatisfy { $0 >= 0 })
        }

        func close() {
            for file in files { #expect(Glibc.close(file) == 0) }
        }

        /// Does the same to both; what it answered must be the same.
        private func both(_ name: String, _ body: (Int32) -> Int) {
            let results = files.map { file in
                errno = 0
                let result = body(file)
                return "\(result) \(result < 0 ? errno : 0)"
            }
            #expect(results[0] == results[1], "\(name)")
        }

        private func size() -> Int {
            var facts = stat()
            return fstat(files[1], &facts) == 0 ? Int(facts.st_size) : 0
        }

        private func range() -> (offset: Int, length: Int) {
            (Int.random(in: 0..<Self.limit, using: &random), Int.random(in: 1...40_000, using: &random))
        }

        private func bytes(_ count: Int) -> [UInt8] {
            let first = UInt8.random(in: 0...255, using: &random)
            return (0..<count).map { first &+ UInt8(truncatingIfNeeded: $0 &* 7) }
        }

        func step() {
            let (offset, length) = range()
            switch Int.random(in: 0..<100, using: &random) {
            case 0..<30:
                let bytes = bytes(length)
                both("write \(offset) \(length)") { pwrite($0, bytes, bytes.count, off_t(offset)) }
            case 30..<50: compare(offset, length)
            case 50..<60:
                let size = Int.random(in: 0...Self.limit, using: &random)
                both("ftruncate \(size)") { Int(ftruncate($0, off_t(size))) }
            case 60..<63:
                let size = Int.random(in: 0...Self.limit, using: &random)
                let results = paths.map { truncate($0, off_t(size)) }
                #expect(results == [0, 0], "truncate \(size)")
            case 63..<75: writeMapped(length)
            case 75..<82:
                // KEEP_SIZE, PUNCH_HOLE, ZERO_RANGE of fallocate(2)
                let mode: Int32 = [0, 1, 3, 0x10].randomElement(using: &random) ?? 0
                both("fallocate \(mode) \(offset) \(length)") {
                    Int(clinux_fallocate($0, mode, Int64(offset), Int64(length)))
                }
            case 82..<86: both("fsync") { Int(fsync($0)) }
            case 86..<90:
                let bytes = bytes(length)
                // Through another descriptor, at the end.
                for path in paths {
                    let file = Glibc.open(path, O_WRONLY | O_APPEND)
                    #expect(write(file, bytes, bytes.count) == bytes.count && Glibc.close(file) == 0)
                }
            case 90..<94:
                close()
                open()
            case 94..<97: rename()
            default:
                var facts = [stat(), stat()]
                #expect(fstat(files[0], &facts[0]) == 0 && fstat(files[1], &facts[1]) == 0)
                #expect(facts[0].st_size == facts[1].st_size)
            }
        }

        /// Under a temporary name it is not judged, under a final one at every close.
        private func rename() {
            let name = ["work", ".work", "work.part", "other"].randomElement(using: &random) ?? "work"
            let path = URL(filePath: paths[0]).deletingLastPathComponent().appending(path: name).path
            #expect(Glibc.rename(paths[0], path) == 0)
            paths[0] = path
        }

        private func compare(_ offset: Int, _ length: Int) {
            var buffers = [[UInt8](repeating: 0, count: length), [UInt8](repeating: 1, count: length)]
            let counts = [0, 1].map { pread(files[$0], &buffers[$0], length, off_t(offset)) }
            #expect(counts[0] == counts[1], "read \(offset) \(length)")
            #expect(
                buffers[0].prefix(max(0, counts[0])) == buffers[1].prefix(max(0, counts[1])), "read \(offset) \(length)"
            )
        }

        private func writeMapped(_ length: Int) {
            let size = size()
            guard size > 0 else { return }
            let start = Int.random(in: 0..<size, using: &random)
            let bytes = bytes(min(length, size - start))
            for file in files {
                let memory = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0)
                guard let memory, memory != MAP_FAILED else {
                    Issue.record("mmap: \(errno)")
                    return
                }
                bytes.withUnsafeBytes {
                    UnsafeMutableRawPointer(memory + start).copyMemory(
                        from: $0.baseAddress ?? UnsafeRawPointer(memory), byteCount: $0.count)
                }
                #expect(msync(memory, size, Int32(MS_SYNC)) == 0 && munmap(memory, size) == 0)
            }
        }

        func compareWhole() throws {
            let contents = try paths.map { try Data(contentsOf: URL(filePath: $0)) }
            #expect(contents[0] == contents[1])
        }
    }

    @Test(
        "writes, truncations, mappings, holes, renames and reads do what they do to an ordinary file",
        arguments: [1, 2] as [UInt64])
    func random(seed: UInt64) throws {
        let fixture = try ImportFixture()
        try fixture.mount("-o", "settle_time=0.2")
        let slice = try fixture.dropped { $0.contains("axial") }[0]
        let ordinary = fixture.mounts.place.appending(path: "ordinary").path
        // Begins as a file of the archive, which nothing may change.
        try fixture.sh("cp", slice, fixture.drop("work"))
        try fixture.sh("cp", slice, ordinary)
        #expect(fixture.outcome("work") == "stored")
        let pair = Pair(fixture.drop("work"), ordinary, seed: seed)
        pair.open()
        for step in 1...800 {
            pair.step()
            if step == 400 {
                pair.close()
                try fixture.unmount()
                try fixture.mount("-o", "settle_time=0.2")
                try pair.compareWhole()
                pair.open()
            }
        }
        pair.close()
        try pair.compareWhole()
        #expect(
            try fixture.files(of: "default").map { try fixture.bytes($0) } == [Data(contentsOf: URL(filePath: slice))])
        try fixture.unmount()
    }
}
