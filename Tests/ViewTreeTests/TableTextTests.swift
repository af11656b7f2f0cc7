import Archive
import SystemPackage
import Testing
import Views

@testable import ViewTree

@Suite("Lists of control files")
struct TableTextTests {
    @Test("what would end a field or a line is written otherwise, all other bytes as they are")
    func escaping() {
        var text = TableText()
        text.add("a\tb", "c\nd", "e\\f", "g\rh")
        text.add([0xFF, 0x41])
        text.end()
        #expect(text.bytes == Array("a\\tb\tc\\nd\te\\\\f\tg\\rh\n".utf8) + [0xFF, 0x41, 0x0A])
    }

    /// Numbers from 1 on, a line each.
    private struct Numbers: TextPages {
        var last = 0
        let limit: Int

        mutating func next() throws(IndexError) -> [UInt8]? {
            guard last < limit else { return nil }
            last += 1
            return Array("\(last)\n".utf8)
        }
    }

    private func read(_ file: StreamedFile, _ count: Int, at offset: UInt64) throws -> String {
        var bytes = [UInt8](repeating: 0, count: count)
        let read = try bytes.withUnsafeMutableBytes { (buffer) throws(Errno) in try file.read(into: buffer, at: offset)
        }
        return String(decoding: bytes[..<read], as: UTF8.self)
    }

    @Test("a streamed file reads the same in any order and in any pieces")
    func streamed() throws {
        let whole = (1...200).map { "\($0)\n" }.joined()
        let file = StreamedFile(Numbers(limit: 200), onFailure: { _ in })
        #expect(try read(file, 10_000, at: 0) == whole)
        #expect(try read(file, 10, at: UInt64(whole.utf8.count)).isEmpty)
        for offset in [5, 3, 400, 0, 691, 100] {
            let expected = String(
                decoding: Array(whole.utf8)[offset..<min(offset + 7, whole.utf8.count)], as: UTF8.self)
            #expect(try read(file, 7, at: UInt64(offset)) == expected)
        }
        #expect(try read(StreamedFile(Numbers(limit: 0), onFailure: { _ in }), 10, at: 0).isEmpty)
    }

    private struct Unreadable: TextPages {
        mutating func next() throws(IndexError) -> [UInt8]? { throw .diskFull(path: "/index") }
    }

    @Test("why a page could not be made is told, not only answered by a number")
    func told() throws {
        let told = Lock([String]())
        let file = StreamedFile(Unreadable(), onFailure: { error in told.withLock { $0.append("\(error)") } })
        #expect(throws: Errno.noSpace) { try read(file, 10, at: 0) }
        #expect(told.withLock { $0 } == ["\(ViewError.index(.diskFull(path: "/index")))"])
    }
}
