import Foundation
import Synchronization
import Testing

@testable import dicomviewfs

/// The daemon is killed while files are dropped.
@Suite(.serialized, .enabled(if: Program.canMount, Comment(rawValue: Program.cannotMount)), .timeLimit(.minutes(5)))
struct CrashTests {
    /// What was acknowledged before the daemon was killed.
    private final class Acknowledged: Sendable {
        struct File: Sendable {
            var source: Data
            /// Bytes that fsync(2) or close(2) answered for.
            var count: Int
        }

        let files = Mutex<[String: File]>([:])
        let isDone = Mutex(false)
    }

    /// How a program writes its file.
    private enum Way: CaseIterable {
        case atOnce, inPieces, byRename
    }

    /// Writes one file; false when the daemon is gone.
    private static func write(_ source: Data, to name: String, in box: String, _ way: Way, _ done: Acknowledged) -> Bool
    {
        let path = way == .byRename ? "\(box)/.\(name).tmp" : "\(box)/\(name)"
        let file = open(path, O_WRONLY | O_CREAT | O_EXCL, 0o644)
        guard file >= 0 else { return false }
        func put(_ range: Range<Int>) -> Bool {
            source[range].withUnsafeBytes { pwrite(file, $0.baseAddress, $0.count, off_t(range.lowerBound)) }
                == range.count
        }
        let half = source.count / 2
        var isWritten = put(0..<half)
        if isWritten, way == .inPieces {
            isWritten = fsync(file) == 0
            if isWritten { done.files.withLock { $0[name] = Acknowledged.File(source: source, count: half) } }
        }
        isWritten = isWritten && put(half..<source.count)
        guard close(file) == 0, isWritten else { return false }
        if way == .byRename, rename(path, "\(box)/\(name)") != 0 { return false }
        done.files.withLock { $0[name] = Acknowledged.File(source: source, count: source.count) }
        return true
    }

    @Test("killed at any moment, it loses nothing that fsync or close answered for, and stores nothing by half")
    func killed() throws {
        let fixture = try ImportFixture()
        let sources = try fixture.dropped().map { try Data(contentsOf: URL(filePath: $0)) }
        let done = Acknowledged()
        let rounds = 10
        for round in 0..<rounds {
            try fixture.mount("-o", "settle_time=0.1")
            let pid = try fixture.pid()
            done.isDone.withLock { $0 = false }
            let box = fixture.drop("")
            let part = sources.indices.filter { $0 % rounds == round }.map { sources[$0] }
            DispatchQueue.global().async {
                for (number, source) in part.enumerated() {
                    let way = Way.allCases[(round + number) % Way.allCases.count]
                    guard Self.write(source, to: "\(round)-\(number).dcm", in: box, way, done) else { break }
                }
                done.isDone.withLock { $0 = true }
            }
            usleep(UInt32.random(in: 0..<150_000))
            kill(pid, SIGKILL)
            #expect(Program.wait(seconds: 20) { done.isDone.withLock { $0 } })
            #expect(Program.wait(seconds: 20) { !isRunning(pid) })
            #expect(Program.wait(seconds: 20) { (try? fixture.mounts.run("unmount", fixture.mountpoint).status) == 0 })
        }
        try fixture.mount("-o", "settle_time=0.1")
        let known = Set(sources)
        // What the crash left is judged in the background.
        let acknowledged = done.files.withLock { $0 }
        for (name, file) in acknowledged where file.count == file.source.count {
            #expect(fixture.outcome(name) == "stored", "\(name)")
        }
        let shown = try fixture.files(of: "default").map { try fixture.bytes($0) }
        #expect(Set(shown).count == shown.count && shown.allSatisfy(known.contains))
        for (name, file) in acknowledged {
            let bytes = try Data(contentsOf: URL(filePath: fixture.drop(name)))
            #expect(bytes.count >= file.count && bytes.prefix(file.count) == file.source.prefix(file.count), "\(name)")
            if file.count == file.source.count { #expect(shown.contains(file.source), "\(name)") }
        }
        // Each file that lies about has a name.
        let names = try FileManager.default.contentsOfDirectory(atPath: fixture.drop(""))
        #expect(names.allSatisfy { !$0.hasPrefix("recovered-") })
        for name in names { _ = try Data(contentsOf: URL(filePath: fixture.drop(name))) }
        #expect(try fixture.archiveFiles().count == shown.count)
        try fixture.unmount()
        #expect(try fixture.mounts.run("verify", fixture.archive).status == 0)
    }

    @Test("files that a lost journal knew of get names again; a file whose name was taken away does not come back")
    func lostJournal() throws {
        let fixture = try ImportFixture()
        try fixture.mount()
        try Data("text".utf8).write(to: URL(filePath: fixture.drop("text")), options: .withoutOverwriting)
        #expect(fixture.outcome("text") == "notDICOM")
        let slice = try fixture.dropped { $0.contains("axial") }[0]
        try fixture.sh("cp", slice, fixture.drop(".hidden"))
        try fixture.unmount()
        let place = "\(fixture.archive)/.dicomviewfs"
        for name in try FileManager.default.contentsOfDirectory(atPath: place) where name.hasPrefix("imports.sqlite") {
            unlink("\(place)/\(name)")
        }
        try fixture.mount()
        // While what was left is looked through, new drops get other numbers.
        try fixture.sh("cp", "/etc/hostname", fixture.drop("new"))
        func names() throws -> [String] {
            try FileManager.default.contentsOfDirectory(atPath: fixture.drop("")).sorted()
        }
        #expect(Program.wait(seconds: 20) { (try? names().count) == 3 })
        let contents = try names().filter { $0 != "new" }.map { try Data(contentsOf: URL(filePath: fixture.drop($0))) }
        #expect(try Set(contents) == [Data("text".utf8), Data(contentsOf: URL(filePath: slice))])
        #expect(
            try Data(contentsOf: URL(filePath: fixture.drop("new"))) == Data(contentsOf: URL(filePath: "/etc/hostname"))
        )
        #expect(Program.wait(seconds: 20) { (try? fixture.files(of: "default").count) == 1 })
        // As a crash between taking a name away and removing its file leaves it.
        try fixture.unmount()
        try Data("stale".utf8).write(to: URL(filePath: "\(place)/staging/16"))
        let before = try fixture.archiveFiles().count
        try fixture.mount()
        #expect(Program.wait(seconds: 20) { !FileManager.default.fileExists(atPath: "\(place)/staging/16") })
        #expect(try names().count == 3 && fixture.archiveFiles().count == before)
        try fixture.unmount()
    }
}
