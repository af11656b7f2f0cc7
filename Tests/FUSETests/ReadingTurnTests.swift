import Glibc
import Testing

@testable import FUSE

/// Requests are as long as their header, with the opcode where the kernel has it, and come through a pipe.
@Suite("The turn to read requests")
struct ReadingTurnTests {
    private static let getattr: UInt32 = 3
    private static let write: UInt32 = 16

    private final class Device: @unchecked Sendable {
        let ends: (read: Int32, write: Int32)

        init() {
            var ends: [Int32] = [-1, -1]
            pipe(&ends)
            self.ends = (ends[0], ends[1])
        }

        deinit { close(ends.read) }

        func send(_ number: UInt32, _ opcode: UInt32) {
            var words = [UInt32](repeating: 0, count: 10)
            (words[0], words[1], words[2]) = (40, opcode, number)
            _ = Glibc.write(ends.write, &words, 40)
        }
    }

    /// Serves with so many threads until the pipe ends. `answer` is given the number of each request.
    private func serve(
        _ device: Device, threads count: Int, _ answer: @escaping @Sendable (UInt32) -> Void, while sending: () -> Void
    ) throws {
        let turn = ReadingTurn()
        let watch = try #require(turn.start())
        let threads = (0..<count).compactMap { _ in
            FUSE.Thread.start(named: "reader") {
                let words = UnsafeMutableRawPointer.allocate(byteCount: 40, alignment: 4)
                defer { words.deallocate() }
                while turn.read(device.ends.read, words, 40, WorkerContext.current) == 40 {
                    answer(words.load(fromByteOffset: 8, as: UInt32.self))
                }
            }
        }
        try #require(threads.count == count)
        sending()
        close(device.ends.write)
        for thread in threads { thread.join() }
        turn.stop(watch)
    }

    @Test(
        "every request is read once, whether the turn is kept or handed on, by however many threads",
        arguments: [1, 2, 16])
    func once(threads: Int) throws {
        let device = Device()
        let counts = Lock([UInt32: Int]())
        try serve(device, threads: threads, { number in counts.withLock { $0[number, default: 0] += 1 } }) {
            for number in 0..<UInt32(20_000) { device.send(number, number % 3 == 0 ? Self.write : Self.getattr) }
        }
        #expect(counts.withLock { $0.count } == 20_000)
        #expect(counts.withLock { $0.values.allSatisfy { $0 == 1 } })
    }

    @Test("from one that is long about its answer the turn is taken, so that others are answered meanwhile")
    func slow() throws {
        let device = Device()
        let answered = Lock(Set<UInt32>())
        try serve(
            device, threads: 3,
            { number in
                // Waits for the answer to a later request.
                if number == 0 { _ = answered.wait(atMost: 20) { $0.contains(9) } }
                answered.announce { $0.insert(number) }
            },
            while: {
                device.send(0, Self.getattr)
                usleep(50_000)
                for number in 1..<UInt32(10) { device.send(number, Self.getattr) }
                #expect(answered.wait(atMost: 10) { $0.count == 10 })
            })
    }

    @Test("what changes something is answered beside others from the beginning")
    func changes() throws {
        let device = Device()
        let underWay = Lock(0)
        try serve(
            device, threads: 8,
            { _ in
                underWay.announce { $0 += 1 }
                _ = underWay.wait(atMost: 10) { $0 == 8 }
            },
            while: {
                for number in 0..<UInt32(8) {
                    device.send(number, Self.write)
                    usleep(5000)
                }
                #expect(underWay.wait(atMost: 5) { $0 == 8 })
            })
    }
}
