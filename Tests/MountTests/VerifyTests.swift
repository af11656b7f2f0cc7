import Foundation
import Testing

@testable import dicomviewfs

/// Each spoils one thing beneath an index that was right, and `verify` must name it.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct VerifyTests {
    private func verify(_ fixture: MountFixture, _ options: String...) throws -> Program.Outcome {
        try Program.run(["verify", fixture.archive, "--index", fixture.index] + options)
    }

    @Test("an archive that is right has no fault, the third time as the first")
    func right() throws {
        let fixture = try MountFixture()
        for options in [[], ["--deep"], ["--deep"]] {
            let outcome = try Program.run(["verify", fixture.archive, "--index", fixture.index] + options)
            #expect(outcome.status == 0, "\(outcome.output)\(outcome.error)")
            #expect(outcome.output.contains("no fault"))
            #expect(outcome.output.split(separator: "\n").count == 1)
        }
        #expect(
            try FileManager.default.subpathsOfDirectory(atPath: fixture.index).allSatisfy {
                !$0.contains("verify.sqlite")
            })
    }

    @Test(
        "every command that ends leaves the index and its caches alone, without what SQLite keeps beside them meanwhile"
    )
    func leavesNothing() throws {
        let fixture = try MountFixture()
        func left() throws -> [String] {
            try FileManager.default.subpathsOfDirectory(atPath: fixture.index).filter {
                $0.hasSuffix("-wal") || $0.hasSuffix("-shm")
            }
        }
        #expect(try fixture.run("index", fixture.archive, "--index", fixture.index).status == 0)
        #expect(try left() == [])
        #expect(try verify(fixture).status == 0)
        #expect(try left() == [])
        let export = ["export", fixture.archive, "enhanced", fixture.place.appending(path: "out").path]
        #expect(try Program.run(export + ["--index", fixture.index]).status == 0)
        #expect(try left() == [])
        try #require(Program.canMount)
        try fixture.mount()
        for path in try fixture.files(of: "enhanced") + fixture.files(of: "classic") { _ = try fixture.bytes(path) }
        #expect(try !left().isEmpty)
        try fixture.unmount()
        #expect(try left() == [])
    }

    private static let spoilt: [(sql: String, words: String)] = [
        ("UPDATE view_instance SET size = size + 2 WHERE form = 1", "size"),
        ("UPDATE view_instance SET header_digest = x'00' WHERE form = 2", "bytes"),
        ("UPDATE view_instance SET ctime_ns = 7 WHERE view = 0", "times"),
        ("DELETE FROM view_instance WHERE id = (SELECT min(id) FROM view_instance WHERE view = 2)", "not shown"),
        ("UPDATE node SET size = 1 WHERE view_instance = (SELECT max(id) FROM view_instance)", "size or times"),
        ("UPDATE node SET name = CAST('x' AS BLOB) WHERE view_instance = (SELECT max(id) FROM view_instance)", "path"),
        ("UPDATE node SET entry_digest = 5 WHERE kind = 3", "times do not follow"),
        ("UPDATE node SET id = id + 1 WHERE view_instance = (SELECT max(id) FROM view_instance)", "inode number"),
        ("DELETE FROM node WHERE view_instance = (SELECT max(id) FROM view_instance)", "shows"),
        ("UPDATE view_instance SET series_instance_uid = '1.2.3' WHERE view = 0", "says that it is the instance"),
    ]

    @Test("what the index says wrongly is found")
    func index() throws {
        let fixture = try MountFixture()
        #expect(try verify(fixture).status == 0)
        let right = fixture.index + ".right"
        try FileManager.default.copyItem(atPath: fixture.index, toPath: right)
        for (sql, words) in Self.spoilt {
            try FileManager.default.removeItem(atPath: fixture.index)
            try FileManager.default.copyItem(atPath: right, toPath: fixture.index)
            try fixture.changeIndex(sql)
            let outcome = try verify(fixture)
            #expect(outcome.status == 1, "\(sql)")
            #expect(outcome.output.contains(words), "\(sql): \(outcome.output)")
            #expect(outcome.output.split(separator: "\n").last?.contains("fault") == true)
        }
    }

    @Test("a file whose header changed although size and times are the same is found by --deep")
    func silentChange() throws {
        let fixture = try MountFixture()
        #expect(try verify(fixture).status == 0)
        let path = try #require(try fixture.archiveFiles().first { $0.contains("axial") })
        // One letter of the patient's name; the index is told the new ctime, as if nothing had happened.
        var bytes = try Data(contentsOf: URL(filePath: path))
        let name = try #require(bytes.range(of: Data("^".utf8)))
        bytes[name.lowerBound - 1] ^= 1
        let file = try FileHandle(forUpdating: URL(filePath: path))
        let date = try FileManager.default.attributesOfItem(atPath: path)[.modificationDate] as? Date
        try file.write(contentsOf: bytes)
        try file.close()
        try FileManager.default.setAttributes([.modificationDate: try #require(date)], ofItemAtPath: path)
        var status = stat()
        stat(path, &status)
        try fixture.changeIndex(
            "UPDATE file SET ctime_s = \(status.st_ctim.tv_sec), ctime_ns = \(status.st_ctim.tv_nsec) WHERE CAST(path AS TEXT) LIKE '%\(URL(filePath: path).lastPathComponent)'"
        )
        let outcome = try verify(fixture, "--deep")
        #expect(outcome.status == 1)
        #expect(outcome.output.contains("\(path): its header is not the one that was indexed"), "\(outcome.output)")
    }

    @Test("verify of a mounted archive is refused, naming the process")
    func mounted() throws {
        let fixture = try MountFixture()
        try fixture.mount()
        let outcome = try verify(fixture)
        #expect(outcome.status == ProgramExit.temporaryFailure.rawValue)
        #expect(outcome.error.contains("process \(try fixture.pid())"))
        try fixture.unmount()
    }
}
