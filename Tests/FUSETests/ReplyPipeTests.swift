import Testing

@testable import FUSE

@Suite("A thread's pipe to the kernel")
struct ReplyPipeTests {
    @Test("takes replies that it has room for, and is asked for no others")
    func room() {
        var pipe = ReplyPipe(size: 128 << 10)
        defer { pipe.discard() }
        let answers = [128 << 10, 64 << 10, 256 << 10, 100 << 10].map { pipe.prepare(for: $0) }
        #expect(answers == [false, true, false, true])
        #expect(!pipe.isRefused)
    }

    @Test("is given up where the system grants a page or two, as to a user who has many pipes")
    func tiny() {
        var pipe = ReplyPipe(size: 4096)
        let isPrepared = pipe.prepare(for: 32 << 10)
        #expect(!isPrepared && pipe.isRefused)
    }
}
