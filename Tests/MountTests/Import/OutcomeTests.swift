import Foundation
import Testing

@testable import dicomviewfs

/// What becomes of what is dropped.
@Suite(.serialized, .enabled(if: Program.canMount, Comment(rawValue: Program.cannotMount)), .timeLimit(.minutes(5)))
struct OutcomeTests {
    /// Files for each outcome, made of one slice.
    private struct Drops {
        var slice: Data
        var files: [(name: String, bytes: Data, outcome: String)]

        init(_ fixture: ImportFixture) throws {
            let slices = try fixture.dropped { $0.contains("axial") }
            slice = try Data(contentsOf: URL(filePath: slices[0]))
            var otherPreamble = slice
            otherPreamble[0] = 1
            var otherPixels = slice
            otherPixels[otherPixels.count - 1] ^= 1
            files = [
                ("first.dcm", slice, "stored"), ("again.dcm", slice, "alreadyThere"),
                ("other preamble.dcm", otherPreamble, "alreadyThere"), ("other pixels.dcm", otherPixels, "conflict"),
                ("broken off.dcm", slice.dropLast(1000), "incomplete"),
                ("notes.txt", Data("no DICOM".utf8), "notDICOM"),
                ("empty", Data(), "notDICOM"),
            ]
        }
    }

    @Test("what cannot be stored is kept under its name, with the reason, over remounts; nothing is stored twice")
    func lenient() throws {
        let fixture = try ImportFixture()
        let drops = try Drops(fixture)
        try fixture.mount("-o", "settle_time=0.2")
        for (name, bytes, outcome) in drops.files {
            try bytes.write(to: URL(filePath: fixture.drop(name)), options: .withoutOverwriting)
            #expect(fixture.outcome(name) == outcome, "\(name)")
        }
        for isRemounted in [false, true] {
            if isRemounted {
                try fixture.unmount()
                try fixture.mount("-o", "settle_time=0.2")
            }
            for (name, bytes, outcome) in drops.files {
                #expect(try Data(contentsOf: URL(filePath: fixture.drop(name))) == bytes, "\(name)")
                #expect(fixture.outcome(name) == outcome, "\(name)")
            }
            #expect(try fixture.files(of: "default").map { try fixture.bytes($0) } == [drops.slice])
        }
        #expect(try fixture.archiveFiles().count == 1)
        let status = try #require(try fixture.status().imports)
        #expect(status.names == ["stored": 1, "alreadyThere": 2, "conflict": 1, "incomplete": 1, "notDICOM": 2])
        #expect(Set(status.notStored.map(\.name)) == Set(drops.files.suffix(4).map { "import/\($0.name)" }))
        #expect(status.notStored.allSatisfy { !$0.reason.isEmpty })
        let text = try fixture.mounts.run("status", fixture.mountpoint).output
        #expect(text.contains("1 stored") && text.contains("import/broken off.dcm: "))
        // The reason goes with the name.
        #expect(unlink(fixture.drop("notes.txt")) == 0)
        #expect(try fixture.imports()["import/notes.txt"] == nil)
        try fixture.unmount()
    }

    @Test(
        "-o strict_import: EINVAL or EEXIST at close and at the rename to a final name, and success for the same again")
    func strict() throws {
        let fixture = try ImportFixture()
        let drops = try Drops(fixture)
        try fixture.mount("-o", "strict_import")
        let errors: [String: Int32] = ["conflict": EEXIST, "incomplete": EINVAL, "notDICOM": EINVAL]
        for (name, bytes, outcome) in drops.files where name != "empty" {
            let expected = errors[outcome] ?? 0
            let file = open(fixture.drop(name), O_WRONLY | O_CREAT | O_EXCL, 0o644)
            try #require(file >= 0)
            bytes.withUnsafeBytes { #expect(write(file, $0.baseAddress, bytes.count) == bytes.count) }
            errno = 0
            #expect(close(file) == (expected == 0 ? 0 : -1) && errno == expected, "\(name)")
            let hidden = ".\(name).X1y2Z3"
            try bytes.write(to: URL(filePath: fixture.drop(hidden)), options: .withoutOverwriting)
            errno = 0
            #expect(rename(fixture.drop(hidden), fixture.drop("new \(name)")) == (expected == 0 ? 0 : -1), "\(name)")
            #expect(errno == expected, "\(name)")
            #expect(FileManager.default.fileExists(atPath: fixture.drop(hidden)) == (expected != 0))
        }
        #expect(try fixture.run(["cp", "\(fixture.source)/../nothing", fixture.drop("x")]).status != 0)
        let text = fixture.mounts.place.appending(path: "text").path
        try Data("no DICOM".utf8).write(to: URL(filePath: text))
        let copied = try fixture.run(["cp", text, fixture.drop("text")])
        #expect(copied.status == 1 && copied.output.contains("Invalid argument"), "\(copied.output)")
        #expect(try fixture.run(["rsync", text, fixture.drop("text2")]).status != 0)
        #expect(try fixture.files(of: "default").map { try fixture.bytes($0) } == [drops.slice])
        try fixture.unmount()
    }

    @Test(
        "drops into the root and default/ are found by name, not listed, and pass; what is not stored moves to import/")
    func overlays() throws {
        let fixture = try ImportFixture()
        let drops = try Drops(fixture)
        try fixture.mount("-o", "settle_time=1")
        let (root, view) = ("\(fixture.mountpoint)/a.dcm", "\(fixture.mountpoint)/default/folder")
        // The kernel remembers that the names are not there.
        #expect(access(root, F_OK) == -1 && access(fixture.drop("notes.txt"), F_OK) == -1)
        try drops.slice.write(to: URL(filePath: root), options: .withoutOverwriting)
        #expect(mkdir(view, 0o755) == 0)
        try Data("no DICOM".utf8).write(to: URL(filePath: "\(view)/notes.txt"), options: .withoutOverwriting)
        // While they are open they stay, however long this takes.
        let open = try [root, "\(view)/notes.txt"].map { try #require(FileHandle(forReadingAtPath: $0)) }
        #expect(try open[0].readToEnd() == drops.slice)
        let listed = try FileManager.default.contentsOfDirectory(atPath: fixture.mountpoint)
        #expect(Set(listed) == ["classic", "default", "enhanced", "import"])
        #expect(
            try !FileManager.default.contentsOfDirectory(atPath: "\(fixture.mountpoint)/default").contains("folder"))
        #expect(try fixture.files(of: "default").map { try fixture.bytes($0) } == [drops.slice])
        for file in open { try file.close() }
        #expect(Program.wait(seconds: 20) { access(root, F_OK) == -1 && access(view, F_OK) == -1 })
        // That it was not there the kernel gives up when it is told.
        #expect(
            Program.wait(seconds: 20) {
                (try? Data(contentsOf: URL(filePath: fixture.drop("notes.txt")))) == Data("no DICOM".utf8)
            })
        #expect(try fixture.imports().map { [$0.key, $0.value[0]] } == [["import/notes.txt", "notDICOM"]])
        // Over the canonical name of a received file: judged like any drop.
        let shown = try #require(try fixture.files(of: "default").first)
        for (number, bytes) in [drops.slice, drops.files[3].bytes].enumerated() {
            let temporary = fixture.drop(".t\(number)")
            try bytes.write(to: URL(filePath: temporary), options: .withoutOverwriting)
            #expect(rename(temporary, "\(fixture.mountpoint)/\(shown)") == 0)
        }
        #expect(Program.wait(seconds: 20) { (try? fixture.bytes(shown)) == drops.slice })
        #expect(
            Program.wait(seconds: 20) { (try? fixture.imports().values.contains { $0[0] == "conflict" }) == true })
        try fixture.unmount()
    }

    @Test("a file that is open for writing holds the converted views back; they follow when it is closed")
    func heldBack() throws {
        let fixture = try ImportFixture()
        try fixture.mount("-o", "settle_time=0.3")
        let slices = try fixture.dropped { $0.contains("axial") }
        let file = open(fixture.drop("open"), O_WRONLY | O_CREAT, 0o644)
        for slice in slices.dropLast() { try fixture.sh("cp", slice, fixture.drop("")) }
        usleep(1_500_000)
        #expect(try fixture.files(of: "default").count == slices.count - 1)
        #expect(try fixture.files(of: "enhanced").isEmpty)
        #expect(close(file) == 0)
        #expect(Program.wait(seconds: 20) { (try? fixture.files(of: "enhanced").count) == 1 })
        let combined = try #require(try fixture.files(of: "enhanced").first)
        // A late slice gives the group another identity.
        try fixture.sh("cp", try #require(slices.last), fixture.drop(""))
        #expect(
            Program.wait(seconds: 20) {
                let now = try? fixture.files(of: "enhanced")
                return now?.count == 1 && now?.first != combined
            })
        try fixture.unmount()
    }

    @Test(
        "no space is an error where it is met, nothing is half-stored, and there is room again when it is made",
        .enabled(if: geteuid() == 0, "needs root"))
    func noSpace() throws {
        let fixture = try ImportFixture()
        let slices = try fixture.dropped { $0.contains("axial") }.map { try Data(contentsOf: URL(filePath: $0)) }
        try fixture.sh("mount", "-t", "tmpfs", "-o", "size=700k", "tmpfs", fixture.archive)
        defer { umount2(fixture.archive, Int32(MNT_DETACH)) }
        let mounted = try fixture.mounts.run(
            "mount", fixture.archive, fixture.mountpoint, "--index", fixture.mounts.index, "-o", "settle_time=0.2")
        try #require(mounted.status == 0, "\(mounted.error)")
        var stored = 0
        var failure: Int32 = 0
        for (number, slice) in slices.enumerated() where failure == 0 {
            let file = open(fixture.drop("\(number).dcm"), O_WRONLY | O_CREAT, 0o644)
            guard file >= 0 else {
                failure = errno
                break
            }
            let count = slice.withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
            if count < 0 { failure = errno }
            if close(file) != 0 { failure = errno } else if count == slice.count { stored += 1 }
        }
        #expect(failure == ENOSPC && stored > 0 && stored < slices.count)
        let shown = try fixture.files(of: "default").map { try fixture.bytes($0) }
        #expect(shown.count >= stored && Set(shown).isSubset(of: slices))
        // What was refused goes; with room again all of it can be brought.
        for name in try FileManager.default.contentsOfDirectory(atPath: fixture.drop("")) { unlink(fixture.drop(name)) }
        try fixture.sh("mount", "-o", "remount,size=8m", fixture.archive)
        for (number, slice) in slices.enumerated() {
            try slice.write(to: URL(filePath: fixture.drop("again \(number).dcm")), options: .withoutOverwriting)
        }
        #expect(Program.wait(seconds: 20) { (try? fixture.files(of: "default").count) == slices.count })
        #expect(try Set(fixture.files(of: "default").map { try fixture.bytes($0) }) == Set(slices))
        try fixture.unmount()
    }
}
