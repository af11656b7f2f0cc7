import Foundation
import Testing

@testable import dicomviewfs

/// An archive made in code, an index, and a mountpoint, all gone at the end whatever happens.
final class MountFixture {
    let place: URL
    var archive: String { place.appending(path: "archive").path }
    var mountpoint: String { place.appending(path: "views").path }
    var index: String { place.appending(path: "index").path }

    init() throws {
        place = FileManager.default.temporaryDirectory.resolvingSymlinksInPath()
            .appending(path: "mount-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(
            at: place.appending(path: "views"), withIntermediateDirectories: true)
        try DemoArchive.write(to: archive)
        // Times that no clock of today gives.
        for (number, file) in try archiveFiles().enumerated() {
            let date = Date(timeIntervalSince1970: 1_000_000_000 + Double(number))
            try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: file)
        }
    }

    deinit {
        clear()
        try? FileManager.default.removeItem(at: place)
    }

    func archiveFiles() throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: archive).sorted().map { "\(archive)/\($0)" }
            .filter {
                !$0.contains("/.dicomviewfs") && (try? FileManager.default.contentsOfDirectory(atPath: $0)) == nil
            }
    }

    // MARK: - Running

    @discardableResult
    func run(_ arguments: String...) throws -> Program.Outcome {
        try Program.run(arguments) { self.clear() }
    }

    func mount(_ options: String...) throws {
        let outcome = try Program.run(["mount", archive, mountpoint, "--index", index] + options) { self.clear() }
        #expect(outcome.status == 0, "\(outcome.error)")
        try #require(isMounted)
    }

    func unmount() throws {
        let outcome = try run("unmount", mountpoint)
        #expect(outcome.status == 0, "\(outcome.error)")
        #expect(!isMounted)
    }

    func status() throws -> StatusReport {
        let outcome = try run("status", mountpoint, "--json")
        #expect(outcome.status == 0, "\(outcome.error)")
        return try JSONDecoder().decode(StatusReport.self, from: Data(outcome.output.utf8))
    }

    func pid() throws -> Int32 {
        try #require(try status().mount?.pid)
    }

    /// Changes the index behind the program's back.
    func changeIndex(_ sql: String) throws {
        let places = try FileManager.default.subpathsOfDirectory(atPath: index)
        let database = try #require(places.first { $0.hasSuffix("/index.sqlite") })
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/python3")
        process.arguments = [
            "-c",
            "import sqlite3,sys; c=sqlite3.connect(sys.argv[1]); n=c.execute(sys.argv[2]).rowcount; c.commit(); sys.exit(n == 0)",
            "\(index)/\(database)", sql,
        ]
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0, "nothing was changed")
    }

    // MARK: - The mount

    /// The minor device number of the mount, which names its connection; nil if nothing is mounted.
    var connection: String? {
        let table = (try? String(contentsOfFile: "/proc/self/mountinfo", encoding: .utf8)) ?? ""
        for line in table.split(separator: "\n") {
            let fields = line.split(separator: " ")
            if fields.count > 4, fields[4] == mountpoint {
                return fields[2].split(separator: ":").last.map(String.init)
            }
        }
        return nil
    }

    var isMounted: Bool { connection != nil }

    /// Ends the mount even if it hangs: nobody must wait for it for ever.
    func clear() {
        while let connection {
            try? Data("1".utf8).write(to: URL(filePath: "/sys/fs/fuse/connections/\(connection)/abort"))
            if umount2(mountpoint, Int32(MNT_DETACH)) != 0 { break }
        }
    }

    // MARK: - The tree

    /// Every file and directory beneath the mountpoint: path, inode, size, times.
    func listing() throws -> [String] {
        var lines: [String] = []
        let paths = try FileManager.default.subpathsOfDirectory(atPath: mountpoint).sorted()
        for path in [""] + paths {
            var status = stat()
            guard lstat("\(mountpoint)/\(path)", &status) == 0 else { continue }
            let times =
                "\(status.st_mtim.tv_sec).\(status.st_mtim.tv_nsec) \(status.st_ctim.tv_sec).\(status.st_ctim.tv_nsec)"
            lines.append("\(path) \(status.st_ino) \(status.st_size) \(times) \(String(status.st_mode, radix: 8))")
        }
        return lines
    }

    /// The files of a view, as paths beneath the mountpoint.
    func files(of view: String) throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: "\(mountpoint)/\(view)").filter { $0.hasSuffix(".dcm") }
            .sorted().map { "\(view)/\($0)" }
    }

    func bytes(_ path: String) throws -> Data {
        try Data(contentsOf: URL(filePath: "\(mountpoint)/\(path)"))
    }
}
