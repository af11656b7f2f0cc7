import Foundation
import Testing

@testable import dicomviewfs

/// What programs do to write files, in `import/`.
@Suite(.serialized, .enabled(if: Program.canMount, Comment(rawValue: Program.cannotMount)), .timeLimit(.minutes(5)))
struct DropBoxTests {
    private func data(_ path: String) throws -> Data { try Data(contentsOf: URL(filePath: path)) }

    private func facts(_ path: String) throws -> stat {
        var facts = stat()
        try #require(stat(path, &facts) == 0, "\(path)")
        return facts
    }

    private func slices(_ fixture: ImportFixture) throws -> [String] { try fixture.dropped { $0.contains("axial") } }

    @Test(
        "cp -p, cp -r, mv, tar, dd in pieces and a shell's redirection: each brings its bytes, and its times if it has them"
    )
    func programs() throws {
        let fixture = try ImportFixture()
        let slices = try slices(fixture)
        let moved = fixture.mounts.place.appending(path: "moved.dcm").path
        try fixture.sh("cp", "-p", slices[2], moved)
        let tar = fixture.mounts.place.appending(path: "files.tar").path
        try fixture.sh("tar", "-C", fixture.source, "-cf", tar, "mr")
        try fixture.mount("-o", "settle_time=60")
        try fixture.sh("cp", "-p", slices[0], fixture.drop("kept.dcm"))
        try fixture.sh("cp", "-r", "\(fixture.source)/enhanced", fixture.drop("folder"))
        try fixture.sh("mv", moved, fixture.drop("moved.dcm"))
        try fixture.sh("tar", "-C", fixture.drop(""), "-xf", tar)
        let (from, to) = (slices[3], fixture.drop("pieces.dcm"))
        try fixture.sh("dd", "if=\(from)", "of=\(to)", "bs=10000", "count=2", "conv=notrunc")
        try fixture.sh("dd", "if=\(from)", "of=\(to)", "bs=10000", "skip=2", "seek=2", "conv=notrunc,fsync")
        try fixture.sh("sh", "-c", "cat '\(slices[4])' > '\(fixture.drop("redirected.dcm"))'")
        // A child that inherited the descriptor closes it half-way.
        let halves =
            "exec 3>'\(fixture.drop("halves.dcm"))'; head -c 9999 '\(slices[5])' >&3; (exec 3>&-); "
            + "tail -c +10000 '\(slices[5])' >&3; exec 3>&-"
        try fixture.sh("bash", "-c", halves)
        let brought =
            [
                ("kept.dcm", slices[0]), ("moved.dcm", slices[2]), ("pieces.dcm", slices[3]),
                ("redirected.dcm", slices[4]),
                ("halves.dcm", slices[5]), ("folder/stack.dcm", "\(fixture.source)/enhanced/stack.dcm"),
            ] + (1...16).map { ("mr/\($0).dcm", "\(fixture.source)/mr/\($0).dcm") }
        for (name, source) in brought {
            #expect(fixture.outcome(name) == "stored", "\(name)")
            #expect(try data(fixture.drop(name)) == data(source), "\(name)")
        }
        #expect(!FileManager.default.fileExists(atPath: moved))
        let shown = try fixture.files(of: "default").map { try fixture.bytes($0) }
        #expect(try shown.count == brought.count && Set(shown) == Set(brought.map { try data($0.1) }))
        // The times of what was brought are those of the name, and of the file that was made of it.
        let imports = try fixture.imports()
        for (name, source) in [
            ("kept.dcm", slices[0]), ("moved.dcm", slices[2]), ("mr/7.dcm", "\(fixture.source)/mr/7.dcm"),
        ] {
            let time = try facts(source.hasSuffix("moved.dcm") ? slices[2] : source).st_mtim
            let stored = try #require(imports["import/\(name)"]?[2])
            for path in [fixture.drop(name), stored] {
                let other = try facts(path).st_mtim
                #expect(other.tv_sec == time.tv_sec && other.tv_nsec == time.tv_nsec, "\(path)")
            }
        }
        try fixture.unmount()
    }

    @Test("an mtime that is set soon after the copy is the stored file's, and default/ tells it")
    func timesSetLater() throws {
        let fixture = try ImportFixture()
        try fixture.mount("-o", "settle_time=60")
        try fixture.sh("cp", try slices(fixture)[0], fixture.drop("a.dcm"))
        try fixture.sh("touch", "-d", "2001-02-03 04:05:06 UTC", fixture.drop("a.dcm"))
        let shown = try #require(try fixture.files(of: "default").first)
        #expect(
            Program.wait(seconds: 10) { (try? facts("\(fixture.mountpoint)/\(shown)").st_mtim.tv_sec) == 981_173_106 })
        #expect(try fixture.bytes(shown) == data(slices(fixture)[0]))
        #expect(try facts(fixture.drop("a.dcm")).st_mtim.tv_sec == 981_173_106)
        try fixture.unmount()
    }

    @Test(
        "what is mapped and written after close is stored when it is whole; a late write leaves the stored file as it was"
    )
    func lateWrites() throws {
        let fixture = try ImportFixture()
        try fixture.mount()
        let bytes = try data(slices(fixture)[0])
        let mapped = open(fixture.drop("mapped.dcm"), O_RDWR | O_CREAT | O_EXCL, 0o644)
        try #require(mapped >= 0 && ftruncate(mapped, off_t(bytes.count)) == 0)
        let memory = try #require(mmap(nil, bytes.count, PROT_READ | PROT_WRITE, MAP_SHARED, mapped, 0))
        #expect(close(mapped) == 0)
        #expect(try fixture.files(of: "default").isEmpty)
        bytes.withUnsafeBytes {
            memory.copyMemory(from: $0.baseAddress ?? UnsafeRawPointer(memory), byteCount: bytes.count)
        }
        #expect(munmap(memory, bytes.count) == 0)
        #expect(fixture.outcome("mapped.dcm") == "stored")
        #expect(try data(fixture.drop("mapped.dcm")) == bytes)
        let shown = try #require(try fixture.files(of: "default").first)
        // The name goes on as a file of its own.
        let late = open(fixture.drop("mapped.dcm"), O_WRONLY)
        try #require(late >= 0)
        #expect(pwrite(late, "late", 4, off_t(bytes.count - 4)) == 4)
        #expect(close(late) == 0)
        #expect(Program.wait(seconds: 20) { (try? fixture.imports()["import/mapped.dcm"]?[0]) == "conflict" })
        #expect(try data(fixture.drop("mapped.dcm")) == bytes.dropLast(4) + Data("late".utf8))
        #expect(try fixture.bytes(shown) == bytes)
        #expect(try fixture.files(of: "default").count == 1)
        try fixture.unmount()
    }

    @Test("files and folders can be made, changed, renamed while open, and removed as on any file system")
    func fileOperations() throws {
        let fixture = try ImportFixture()
        try fixture.mount("-o", "settle_time=0.5")
        let bytes = try data(slices(fixture)[0])
        let (folder, temporary) = (fixture.drop("a folder"), fixture.drop("a folder/.part.Xy12"))
        #expect(mkdir(folder, 0o750) == 0 && chmod(folder, 0o700) == 0)
        #expect(try facts(folder).st_mode & 0o7777 == 0o700)
        let file = open(temporary, O_RDWR | O_CREAT | O_EXCL, 0o640)
        try #require(file >= 0)
        bytes.withUnsafeBytes { #expect(pwrite(file, $0.baseAddress, 20000, 0) == 20000) }
        // Renamed while it is written to; what follows comes under the new name.
        #expect(rename(temporary, "\(folder)/b.dcm") == 0)
        bytes.withUnsafeBytes {
            #expect(pwrite(file, $0.baseAddress.map { $0 + 20000 }, bytes.count - 20000, 20000) == bytes.count - 20000)
        }
        #expect(ftruncate(file, off_t(bytes.count + 100)) == 0 && ftruncate(file, off_t(bytes.count)) == 0)
        #expect(fsync(file) == 0 && close(file) == 0)
        #expect(fixture.outcome("a folder/b.dcm") == "stored")
        let opened = open(folder, O_RDONLY | O_DIRECTORY)
        #expect(fsync(opened) == 0 && close(opened) == 0)
        #expect(chmod("\(folder)/b.dcm", 0o600) == 0)
        #expect(try facts("\(folder)/b.dcm").st_mode & 0o7777 == 0o600)
        #expect(rmdir(folder) == -1 && errno == ENOTEMPTY)
        #expect(rename(folder, fixture.drop("renamed")) == 0)
        #expect(try data(fixture.drop("renamed/b.dcm")) == bytes)
        // Room that is reserved and not used.
        let reserved = open(fixture.drop("reserved"), O_RDWR | O_CREAT, 0o644)
        #expect(posix_fallocate(reserved, 0, 8192) == 0)
        #expect(try facts(fixture.drop("reserved")).st_size == 8192)
        #expect(close(reserved) == 0)
        #expect(fixture.outcome("reserved") == "notDICOM")
        // Over a name that is there; the name goes, what was stored stays.
        #expect(rename(fixture.drop("renamed/b.dcm"), fixture.drop("reserved")) == 0)
        #expect(try data(fixture.drop("reserved")) == bytes)
        #expect(rmdir(fixture.drop("renamed")) == 0)
        #expect(unlink(fixture.drop("reserved")) == 0)
        #expect(try FileManager.default.contentsOfDirectory(atPath: fixture.drop("")).isEmpty)
        #expect(try fixture.files(of: "default").map { try fixture.bytes($0) } == [bytes])
        // No links, devices or pipes.
        #expect(symlink("x", fixture.drop("link")) == -1 && errno == EPERM)
        #expect(link(fixture.drop("none"), fixture.drop("link")) == -1)
        #expect(mkfifo(fixture.drop("pipe"), 0o600) == -1 && errno == EPERM)
        #expect(open(fixture.drop(String(repeating: "x", count: 256)), O_WRONLY | O_CREAT, 0o600) == -1)
        #expect(errno == ENAMETOOLONG)
        try fixture.unmount()
    }

    @Test("a file that has no name any more is good for those who have it open, and leaves nothing behind")
    func unlinkedWhileOpen() throws {
        let fixture = try ImportFixture()
        try fixture.mount()
        let bytes = try data(slices(fixture)[0])
        let file = open(fixture.drop("gone.dcm"), O_RDWR | O_CREAT, 0o644)
        try #require(file >= 0)
        bytes.withUnsafeBytes { #expect(write(file, $0.baseAddress, 10000) == 10000) }
        #expect(unlink(fixture.drop("gone.dcm")) == 0)
        bytes.withUnsafeBytes {
            #expect(write(file, $0.baseAddress.map { $0 + 10000 }, bytes.count - 10000) == bytes.count - 10000)
        }
        var status = stat()
        #expect(fstat(file, &status) == 0 && status.st_size == bytes.count)
        var read = [UInt8](repeating: 0, count: bytes.count)
        #expect(pread(file, &read, read.count, 0) == bytes.count && Data(read) == bytes)
        #expect(close(file) == 0)
        let staging = "\(fixture.archive)/.dicomviewfs/staging"
        #expect(Program.wait(seconds: 20) { (try? FileManager.default.contentsOfDirectory(atPath: staging)) == [] })
        #expect(try fixture.files(of: "default").isEmpty && fixture.imports().isEmpty)
        try fixture.unmount()
    }

    @Test("temporary and hidden names are accepted, and judged when they get their final one")
    func temporaryNames() throws {
        let fixture = try ImportFixture()
        try fixture.mount()
        let slices = try slices(fixture)
        for (number, name) in [".a.dcm.Qw12Er", "b.dcm.part", "._c", ".DS_Store", "d~", ".goutputstream-XYZ"]
            .enumerated()
        {
            try fixture.sh("cp", slices[number], fixture.drop(name))
            #expect(try data(fixture.drop(name)) == data(slices[number]))
        }
        usleep(300_000)
        #expect(try fixture.files(of: "default").isEmpty && fixture.imports().isEmpty)
        let pending = try fixture.lines(of: "imports.tsv").dropFirst()
        #expect(
            pending.count == 6 && pending.allSatisfy { $0[1] == "pending" && $0[4].contains("temporary or hidden") })
        #expect(rename(fixture.drop(".a.dcm.Qw12Er"), fixture.drop("a.dcm")) == 0)
        #expect(rename(fixture.drop("b.dcm.part"), fixture.drop("b.dcm")) == 0)
        #expect(fixture.outcome("a.dcm") == "stored" && fixture.outcome("b.dcm") == "stored")
        #expect(try fixture.files(of: "default").count == 2)
        try fixture.unmount()
        // Over a remount too, with what was written.
        try fixture.mount()
        #expect(try data(fixture.drop("._c")) == data(slices[2]))
        #expect(try fixture.files(of: "default").count == 2)
        try fixture.unmount()
    }
}
