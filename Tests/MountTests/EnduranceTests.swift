import Foundation
import Testing

@testable import dicomviewfs

/// What a mount lives through: few descriptors, slow disks, an index that breaks, an archive that moves.
@Suite(.serialized, .enabled(if: Program.canMount, Comment(rawValue: Program.cannotMount)), .timeLimit(.minutes(5)))
struct EnduranceTests {
    private let manager = FileManager.default

    private func shell(_ script: String) throws -> Int32 {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/bash")
        process.arguments = ["-c", script]
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus
    }

    @Test("as many files can be open as the hard limit lets the process have")
    func descriptors() throws {
        let fixture = try MountFixture()
        let words = "'\(Program.path)' mount '\(fixture.archive)' '\(fixture.mountpoint)' --index '\(fixture.index)'"
        #expect(try shell("ulimit -Sn 256; ulimit -Hn 4000; \(words)") == 0)
        let limits = try String(contentsOfFile: "/proc/\(try fixture.pid())/limits", encoding: .utf8)
        let line = limits.split(separator: "\n").first { $0.hasPrefix("Max open files") }
        #expect(line?.split(separator: " ").dropFirst(3).prefix(2) == ["4000", "4000"], "\(line ?? "")")
        try fixture.unmount()
    }

    @Test("with few descriptors, those kept for speed alone make room for files that are opened")
    func fewDescriptors() throws {
        let fixture = try MountFixture()
        #expect(try fixture.run("index", fixture.archive, "--index", fixture.index).status == 0)
        let words = "'\(Program.path)' mount '\(fixture.archive)' '\(fixture.mountpoint)' --index '\(fixture.index)'"
        // Enough for the process itself and some sources.
        #expect(try shell("ulimit -n 120; \(words) -o nopassthrough") == 0)
        for view in ["classic", "enhanced"] {
            for path in try fixture.files(of: view) { _ = try fixture.bytes(path) }
        }
        let kept = try #require(try fixture.status().mount?.openSources)
        #expect(kept > 10)
        var opened: [Int32] = []
        defer { for file in opened { close(file) } }
        let files = try fixture.files(of: "default")
        let descriptors = try manager.contentsOfDirectory(atPath: "/proc/\(try fixture.pid())/fd").count
        // More than are left, but not more than are kept besides.
        let wanted = min(120 - descriptors + kept / 2, files.count)
        for path in files.prefix(wanted) {
            let file = open("\(fixture.mountpoint)/\(path)", O_RDONLY)
            #expect(file >= 0, "\(opened.count) of \(wanted): \(String(cString: strerror(errno)))")
            if file >= 0 { opened.append(file) }
        }
        for file in opened { close(file) }
        opened = []
        try fixture.unmount()
    }

    @Test("what was removed from the archive is held open by nobody, so that the disk has its space")
    func removed() throws {
        let fixture = try MountFixture()
        try fixture.mount("-o", "settle_time=0.5")
        for path in try fixture.files(of: "enhanced") { _ = try fixture.bytes(path) }
        let pid = try fixture.pid()
        func held() -> [String] {
            let folder = "/proc/\(pid)/fd"
            return ((try? manager.contentsOfDirectory(atPath: folder)) ?? []).compactMap {
                try? manager.destinationOfSymbolicLink(atPath: "\(folder)/\($0)")
            }.filter { $0.hasPrefix(fixture.archive) && $0.contains("/ct/") }
        }
        #expect(!held().isEmpty)
        try manager.removeItem(atPath: "\(fixture.archive)/ct")
        #expect(Program.wait(seconds: 20) { held().isEmpty }, "\(held())")
        try fixture.unmount()
    }

    @Test("an archive that is renamed under the mount is served on, and df tells of its file system")
    func renamed() throws {
        let fixture = try MountFixture()
        try fixture.mount()
        try manager.moveItem(atPath: fixture.archive, toPath: fixture.archive + "-elsewhere")
        var answer = statvfs()
        #expect(statvfs(fixture.mountpoint, &answer) == 0, "\(String(cString: strerror(errno)))")
        #expect(answer.f_blocks > 0)
        let path = try #require(try fixture.files(of: "enhanced").first)
        #expect(try !fixture.bytes(path).isEmpty)
        try manager.moveItem(atPath: fixture.archive + "-elsewhere", toPath: fixture.archive)
        try fixture.unmount()
    }

    @Test("an index that breaks while it is mounted is said once in the log and by status, with what to do")
    func brokenIndex() throws {
        let fixture = try MountFixture()
        // All of it is in the one file.
        #expect(try fixture.run("index", fixture.archive, "--index", fixture.index).status == 0)
        try fixture.mount("-o", "settle_time=0.5,ro")
        #expect(Program.wait(seconds: 20) { (try? fixture.status().mount?.isScanning) == false })
        let log = try #require(try fixture.status().mount?.log)
        let name = try #require(
            try manager.subpathsOfDirectory(atPath: fixture.index).first { $0.hasSuffix("index.sqlite") })
        // Of the trees nothing was read yet, so no page of them is in memory.
        let file = try FileHandle(forUpdating: URL(filePath: "\(fixture.index)/\(name)"))
        for page in stride(from: UInt64(4096), to: try file.seekToEnd(), by: 4096) {
            try file.seek(toOffset: page)
            try file.write(contentsOf: Data(repeating: 0xA5, count: 4096))
        }
        try file.close()
        var status = stat()
        for number in 0..<20 { _ = stat("\(fixture.mountpoint)/default/none-\(number)", &status) }
        _ = try? fixture.files(of: "classic")
        let shown = try fixture.run("status", fixture.mountpoint)
        // The names of the status file itself are in it: `status` says so of them, or of the rest.
        if shown.status == 0 {
            #expect(shown.output.contains("FAULT"), "\(shown.output)")
        } else {
            #expect(shown.status == ProgramExit.inputOutput.rawValue, "\(shown.output)")
        }
        let said = shown.output + shown.error
        #expect(said.contains("made anew") || said.contains("it is rebuilt"), "\(said)")
        let lines = try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n")
        let damaged = lines.filter { $0.contains("damaged") }
        #expect(!damaged.isEmpty && damaged.count <= 3, "\(lines)")
        try fixture.unmount()
        try fixture.mount()
        #expect(try fixture.files(of: "enhanced").count == 4)
        try fixture.unmount()
    }

    @Test(
        "an index without space keeps a patient from settling, says so, and settles by itself when there is some",
        .enabled(if: geteuid() == 0, "needs root, to mount a small file system"))
    func fullIndex() throws {
        let fixture = try ImportFixture()
        let index = fixture.mounts.index
        try manager.createDirectory(atPath: index, withIntermediateDirectories: true)
        #expect(try shell("mount -t tmpfs -o size=16m tmpfs '\(index)'") == 0)
        defer { _ = try? shell("umount -l '\(index)'") }
        try fixture.mounts.mount("-o", "settle_time=4")
        for (number, path) in try fixture.dropped().enumerated() {
            try manager.copyItem(atPath: path, toPath: "\(fixture.mountpoint)/import/\(number)")
        }
        // All is in default/, and the other views are still to be derived.
        #expect(try fixture.files(of: "default").count == 42)
        try #require(try fixture.files(of: "classic").isEmpty)
        _ = try shell("head -c 100m /dev/zero >'\(index)/fill' 2>/dev/null")
        let isSaid = Program.wait(seconds: 30) { (try? fixture.status().unsettled.isEmpty) == false }
        let shown = try fixture.mounts.run("status", fixture.mountpoint).output
        #expect(isSaid && shown.contains("Not settled"), "\(shown)")
        unlink("\(index)/fill")
        #expect(try shell("mount -o remount,size=200m '\(index)'") == 0)
        #expect(
            Program.wait(seconds: 60) {
                (try? fixture.status().unsettled.isEmpty) == true
                    && (try? fixture.files(of: "classic").count) == 53
            })
        try fixture.unmount()
    }
}
