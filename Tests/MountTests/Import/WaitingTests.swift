import Foundation
import Testing

@testable import dicomviewfs

/// Drops that cannot be judged or stored at once.
@Suite(.serialized, .enabled(if: Program.canMount, Comment(rawValue: Program.cannotMount)), .timeLimit(.minutes(5)))
struct WaitingTests {
    @Test(
        "before the archive was looked through drops are staged, and judged when it has been: nothing is stored twice",
        arguments: [false, true])
    func beforeTheFirstScan(isStrict: Bool) throws {
        let fixture = try ImportFixture()
        let slices = try fixture.dropped { $0.contains("axial") }
        let many = "\(fixture.archive)/a"
        try FileManager.default.createDirectory(atPath: many, withIntermediateDirectories: true)
        // Looking through them takes longer than the drops.
        for number in 0..<1000 { #expect(link(slices[0], "\(many)/\(number).dcm") == 0) }
        try FileManager.default.createDirectory(atPath: "\(fixture.archive)/z", withIntermediateDirectories: true)
        try FileManager.default.copyItem(atPath: slices[1], toPath: "\(fixture.archive)/z/one.dcm")
        try fixture.mount("-o", "index=background,settle_time=0.2" + (isStrict ? ",strict_import" : ""))
        try fixture.sh("cp", slices[1], fixture.drop("there.dcm"))
        try fixture.sh("cp", slices[2], fixture.drop("new.dcm"))
        var other = try Data(contentsOf: URL(filePath: slices[1]))
        other[other.count - 1] ^= 1
        let path = fixture.mounts.place.appending(path: "other.dcm").path
        try other.write(to: URL(filePath: path))
        try fixture.sh("cp", path, fixture.drop("other.dcm"))
        // What is wrong with a file itself need not wait.
        let copied = try fixture.run(["cp", "/etc/hostname", fixture.drop("text")])
        #expect((copied.status != 0) == isStrict)
        let status = try fixture.status()
        try #require(status.mount?.isScanning == true, "the archive was looked through before the drops")
        #expect(Program.wait(seconds: 5) { (try? fixture.status().imports?.waitingForScan) == 3 })
        #expect(fixture.outcome("text") == "notDICOM")
        let waiting = try fixture.lines(of: "imports.tsv").filter { $0[1] == "pending" }
        #expect(waiting.count == 3 && waiting.allSatisfy { $0[4].contains("looked through") }, "\(waiting)")
        #expect(try Data(contentsOf: URL(filePath: fixture.drop("other.dcm"))) == other)
        #expect(Program.wait(seconds: 120) { (try? fixture.imports().count) == 4 })
        #expect(fixture.outcome("there.dcm") == "alreadyThere" && fixture.outcome("new.dcm") == "stored")
        #expect(fixture.outcome("other.dcm") == "conflict")
        #expect(try fixture.archiveFiles().filter { !$0.hasPrefix(many) }.count == 2)
        #expect(try fixture.status().imports?.waitingForScan == 0)
        try fixture.unmount()
    }

    @Test(
        "on a full disk names can be removed, what was not stored says that it waits, and is stored when there is room",
        .enabled(if: geteuid() == 0, "needs root"))
    func fullDisk() throws {
        let fixture = try ImportFixture()
        let slices = try fixture.dropped { $0.contains("axial") }
        try fixture.sh("mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", fixture.archive)
        defer { umount2(fixture.archive, Int32(MNT_DETACH)) }
        try FileManager.default.createDirectory(atPath: fixture.mounts.index, withIntermediateDirectories: true)
        try fixture.sh("mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", fixture.mounts.index)
        defer { umount2(fixture.mounts.index, Int32(MNT_DETACH)) }
        let mounted = try fixture.mounts.run(
            "mount", fixture.archive, fixture.mountpoint, "--index", fixture.mounts.index, "-o", "settle_time=0.3")
        try #require(mounted.status == 0, "\(mounted.error)")
        for (number, slice) in slices.prefix(4).enumerated() {
            try fixture.sh("cp", slice, fixture.drop("\(number).dcm"))
            #expect(fixture.outcome("\(number).dcm") == "stored")
        }
        // The disk of the index is full: a drop is whole, and cannot be stored.
        let fill = "\(fixture.mounts.index)/fill"
        _ = try fixture.run(["dd", "if=/dev/zero", "of=\(fill)", "bs=4k"])
        let copied = try fixture.run(["cp", slices[4], fixture.drop("waits.dcm")])
        #expect(copied.status == 1 && copied.output.contains("No space left"), "\(copied.output)")
        #expect(Program.wait(seconds: 10) { (try? fixture.status().imports?.waitingForRoom) == 1 })
        let row = try fixture.lines(of: "imports.tsv").first { $0[0] == "import/waits.dcm" }
        #expect(row?[1] == "pending" && row?[4].contains("no room") == true, "\(row ?? [])")
        #expect(try fixture.mounts.run("status", fixture.mountpoint).output.contains("for room"))
        #expect(
            try Data(contentsOf: URL(filePath: fixture.drop("waits.dcm"))) == Data(contentsOf: URL(filePath: slices[4]))
        )
        #expect(unlink(fill) == 0)
        #expect(fixture.outcome("waits.dcm") == "stored")
        #expect(try fixture.status().imports?.waitingForRoom == 0)
        // The archive's own disk is full to the last block.
        try Data("text".utf8).write(to: URL(filePath: fixture.drop("text")), options: .withoutOverwriting)
        #expect(fixture.outcome("text") == "notDICOM")
        #expect(mkdir(fixture.drop("folder"), 0o755) == 0)
        _ = try fixture.run(["dd", "if=/dev/zero", "of=\(fixture.archive)/fill", "bs=4k"])
        let created = (0..<200).allSatisfy { number in
            let file = open(fixture.drop("new \(number)"), O_WRONLY | O_CREAT, 0o644)
            guard file >= 0 else { return false }
            defer { close(file) }
            return write(file, [UInt8](repeating: 1, count: 8192), 8192) == 8192
        }
        #expect(!created)
        let names = try FileManager.default.contentsOfDirectory(atPath: fixture.drop(""))
        #expect(names.count >= 7)
        for name in names where name != "folder" {
            #expect(unlink(fixture.drop(name)) == 0, "\(name): \(String(cString: strerror(errno)))")
        }
        #expect(rmdir(fixture.drop("folder")) == 0)
        #expect(try FileManager.default.contentsOfDirectory(atPath: fixture.drop("")).isEmpty)
        // What was removed has given its room back.
        #expect(unlink("\(fixture.archive)/fill") == 0)
        try fixture.sh("cp", slices[5], fixture.drop("after.dcm"))
        #expect(fixture.outcome("after.dcm") == "stored")
        #expect(
            Program.wait(seconds: 10) {
                (try? FileManager.default.attributesOfItem(atPath: "\(fixture.archive)/.dicomviewfs/reserve")[.size]
                    as? Int) == 131_072
            })
        try fixture.unmount()
    }
}
