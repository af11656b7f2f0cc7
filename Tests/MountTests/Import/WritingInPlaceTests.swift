import Foundation
import Synchronization
import Testing

@testable import dicomviewfs

/// Writing to the name of a received file in `default/`.
@Suite(.serialized, .enabled(if: Program.canMount, Comment(rawValue: Program.cannotMount)), .timeLimit(.minutes(5)))
struct WritingInPlaceTests {
    /// An archive of one slice, mounted; its name in `default/`, and another instance.
    private struct Setting {
        let fixture: ImportFixture
        let slice: Data
        let other: Data
        let otherPath: String
        let path: String
        let source: String

        init(_ options: String = "settle_time=0.3") throws {
            fixture = try ImportFixture()
            let slices = try fixture.dropped { $0.contains("axial") }
            source = "\(fixture.archive)/slice.dcm"
            try FileManager.default.copyItem(atPath: slices[0], toPath: source)
            let slice = try Data(contentsOf: URL(filePath: slices[0]))
            // As long as the first: who does not empty the file first leaves none of it.
            otherPath = try #require(
                slices.dropFirst().first { try Data(contentsOf: URL(filePath: $0)).count == slice.count })
            (self.slice, other) = (slice, try Data(contentsOf: URL(filePath: otherPath)))
            try fixture.mount("-o", options)
            path = "\(fixture.mountpoint)/\(try #require(try fixture.files(of: "default").first))"
        }

        /// What a program that reads the name gets.
        var shown: Data { (try? Data(contentsOf: URL(filePath: path))) ?? Data() }
        var name: String { URL(filePath: path).lastPathComponent }
        /// The slice with another last byte: another content under its UID.
        var changed: Data { slice.dropLast() + Data([slice[slice.count - 1] ^ 1]) }

        /// What stat(1) tells of a file.
        func told(_ format: String, _ path: String) throws -> String {
            try fixture.sh("stat", "-c", format, path).trimmingCharacters(in: .whitespacesAndNewlines)
        }

        /// Waits until the copy passed; what is in `import/` then, by outcome.
        func passed() throws -> [String: Data] {
            Program.wait(seconds: 20) {
                (try? fixture.lines(of: "imports.tsv").contains { $0[0].hasPrefix("default/") }) == false
            }
            var kept: [String: Data] = [:]
            for (name, fields) in try fixture.imports() {
                kept[fields[0]] = try Data(contentsOf: URL(filePath: "\(fixture.mountpoint)/\(name)"))
            }
            return kept
        }
    }

    @Test("who writes has a file of the number that its path has")
    func inodeNumber() throws {
        let setting = try Setting()
        let file = open(setting.path, O_WRONLY)
        try #require(file >= 0)
        var (opened, named) = (stat(), stat())
        #expect(fstat(file, &opened) == 0)
        #expect(pwrite(file, "x", 1, 0) == 1)
        #expect(stat(setting.path, &named) == 0)
        #expect(opened.st_ino == named.st_ino && opened.st_dev == named.st_dev)
        #expect(fstat(file, &opened) == 0)
        #expect(opened.st_ino == named.st_ino)
        #expect(close(file) == 0)
        try setting.fixture.unmount()
    }

    private func read(_ file: Int32, _ count: Int) -> Data {
        var bytes = [UInt8](repeating: 0, count: count)
        let done = pread(file, &bytes, count, 0)
        return Data(bytes.prefix(max(0, done)))
    }

    @Test(
        "who writes sees what was written, who reads what was received, mapped and cached too; the file stays as it was"
    )
    func readersAndWriters() throws {
        let setting = try Setting()
        let reader = open(setting.path, O_RDONLY)
        let size = setting.slice.count
        let mapped = try #require(mmap(nil, size, PROT_READ, MAP_SHARED, reader, 0))
        #expect(Data(bytes: mapped, count: size) == setting.slice)
        let writer = open(setting.path, O_RDWR)
        try #require(reader >= 0 && writer >= 0)
        #expect(read(writer, size + 1) == setting.slice)
        let text = Data("changed".utf8)
        text.withUnsafeBytes { #expect(pwrite(writer, $0.baseAddress, $0.count, 3000) == $0.count) }
        #expect(ftruncate(writer, off_t(size + 10)) == 0)
        var expected = setting.slice + Data(count: 10)
        expected.replaceSubrange(3000..<3007, with: text)
        #expect(read(writer, size + 100) == expected)
        #expect(lseek(writer, 0, SEEK_END) == size + 10)
        #expect(try setting.told("%s", setting.path) == "\(size)")
        #expect(setting.shown == setting.slice && read(reader, size + 1) == setting.slice)
        #expect(Data(bytes: mapped, count: size) == setting.slice)
        // Whoever else writes meets in the copy.
        let second = open(setting.path, O_RDWR)
        #expect(read(second, size + 100) == expected)
        #expect(close(second) == 0)
        try setting.fixture.sh("cmp", setting.path, setting.source)
        #expect(close(writer) == 0)
        #expect(munmap(mapped, size) == 0 && close(reader) == 0)
        #expect(try setting.passed() == ["conflict": expected])
        #expect(setting.shown == setting.slice)
        #expect(try Data(contentsOf: URL(filePath: setting.source)) == setting.slice)
        // Under the name that was written to, for whom looks for it.
        #expect(FileManager.default.fileExists(atPath: setting.fixture.drop(setting.name)))
        try setting.fixture.unmount()
    }

    @Test("opened to be written to and not written to, or given the bytes it has, nothing is dropped")
    func nothingChanged() throws {
        let setting = try Setting()
        let staging = "\(setting.fixture.archive)/.dicomviewfs/staging"
        let file = open(setting.path, O_RDWR)
        #expect(read(file, 100) == setting.slice.prefix(100))
        #expect(try FileManager.default.contentsOfDirectory(atPath: staging) == [])
        #expect(close(file) == 0)
        #expect(try setting.passed() == [:])
        // Nothing of a received file can be set, be it by a copy that is none.
        #expect(utimensat(AT_FDCWD, setting.path, nil, 0) == -1 && errno == EPERM)
        let touched = try setting.fixture.run(["touch", setting.path])
        #expect(touched.status == 1 && touched.output.contains("not permitted"), "\(touched.output)")
        #expect(truncate(setting.path, off_t(setting.slice.count)) == 0)
        #expect(try setting.passed() == [:])
        let same = open(setting.path, O_WRONLY)
        setting.slice.withUnsafeBytes { #expect(write(same, $0.baseAddress, $0.count) == $0.count) }
        #expect(close(same) == 0)
        #expect(Program.wait(seconds: 20) { (try? setting.fixture.imports().values.map { $0[0] }) == ["alreadyThere"] })
        #expect(try setting.passed() == [:])
        #expect(try setting.shown == setting.slice && setting.fixture.archiveFiles().count == 1)
        try setting.fixture.unmount()
    }

    @Test(
        "programs that write in place bring another instance: it is stored, and the name leads to what was received",
        arguments: [
            ["cp", "SOURCE", "TARGET"], ["cp", "-f", "SOURCE", "TARGET"], ["cp", "-p", "SOURCE", "TARGET"],
            ["sh", "-c", "cat 'SOURCE' > 'TARGET'"], ["dd", "if=SOURCE", "of=TARGET", "bs=64k"],
            ["dd", "if=SOURCE", "of=TARGET", "bs=64k", "conv=notrunc"],
            ["rsync", "-a", "--inplace", "SOURCE", "TARGET"], ["rsync", "-a", "SOURCE", "TARGET"],
            ["python3", "-c", "import shutil; shutil.copy2('SOURCE', 'TARGET')"],
            ["sh", "-c", "cp 'SOURCE' 'TARGET.new' && mv 'TARGET.new' 'TARGET'"],
        ])
    func programs(words: [String]) throws {
        let setting = try Setting()
        try #require(setting.other.count == setting.slice.count)
        let (status, output) = try setting.fixture.run(
            words.map { $0.replacing("SOURCE", with: setting.otherPath).replacing("TARGET", with: setting.path) })
        #expect(status == 0, "\(words): \(output)")
        #expect(Program.wait(seconds: 20) { (try? setting.fixture.files(of: "default").count) == 2 })
        #expect(
            try Set(setting.fixture.files(of: "default").map { try setting.fixture.bytes($0) })
                == [setting.slice, setting.other])
        #expect(Program.wait(seconds: 20) { setting.shown == setting.slice })
        #expect(try setting.passed() == [:])
        try setting.fixture.unmount()
    }

    @Test(
        "what is not stored is kept in import/ with its reason: emptied, cut off, edited, half-written when the daemon dies"
    )
    func kept() throws {
        let setting = try Setting()
        #expect(truncate(setting.path, 5000) == 0)
        #expect(try setting.passed() == ["incomplete": setting.slice.prefix(5000)])
        #expect(unlink(setting.fixture.drop(setting.name)) == 0)
        try setting.fixture.sh("sh", "-c", ": > '\(setting.path)'")
        #expect(try setting.passed() == ["notDICOM": Data()])
        #expect(unlink(setting.fixture.drop(setting.name)) == 0)
        // An editor that works by renames, and one that appends.
        try setting.fixture.sh("sed", "-i", "s/PHANTOM/phantom/", setting.path)
        _ = try setting.passed()
        try setting.fixture.sh("sh", "-c", "printf x >> '\(setting.path)'")
        #expect(try setting.passed().values.contains(setting.slice + Data("x".utf8)))
        for name in try FileManager.default.contentsOfDirectory(atPath: setting.fixture.drop("")) {
            #expect(unlink(setting.fixture.drop(name)) == 0)
        }
        // The name stays that of the received file, whatever is written to it.
        let file = open(setting.path, O_WRONLY)
        #expect(pwrite(file, "half", 4, 2000) == 4)
        #expect(unlink(setting.path) == -1 && errno == EPERM)
        #expect(rename(setting.path, setting.path + ".x") == -1 && errno == EPERM)
        let pid = try setting.fixture.pid()
        kill(pid, SIGKILL)
        #expect(Program.wait(seconds: 20) { !isRunning(pid) })
        close(file)
        #expect(
            Program.wait(seconds: 20) {
                (try? setting.fixture.mounts.run("unmount", setting.fixture.mountpoint).status) == 0
            })
        try setting.fixture.mount("-o", "settle_time=0.3")
        #expect(Program.wait(seconds: 20) { (try? setting.passed().keys.sorted()) == ["conflict"] })
        #expect(setting.shown == setting.slice)
        #expect(try Data(contentsOf: URL(filePath: setting.source)) == setting.slice)
        try setting.fixture.unmount()
    }

    @Test("-o strict_import: close says EEXIST for other content under the UID; modes promise what open keeps")
    func strictAndModes() throws {
        let setting = try Setting("strict_import,settle_time=0.3")
        let file = open(setting.path, O_WRONLY)
        setting.changed.withUnsafeBytes { #expect(write(file, $0.baseAddress, $0.count) == $0.count) }
        #expect(close(file) == -1 && errno == EEXIST)
        #expect(try setting.passed()["conflict"] == setting.changed)
        #expect(try setting.told("%a", setting.path) == "644")
        #expect(access(setting.path, W_OK) == 0)
        for view in ["classic", "enhanced"] {
            let path = "\(setting.fixture.mountpoint)/\(try #require(try setting.fixture.files(of: view).first))"
            #expect(try setting.told("%a", path) == "444")
        }
        try setting.fixture.unmount()
        try setting.fixture.mount("--read-only")
        #expect(try setting.told("%a", setting.path) == "444")
        #expect(open(setting.path, O_WRONLY) == -1 && errno == EROFS)
        try setting.fixture.unmount()
    }

    @Test("many who write and read at once: each reader gets what was received, each copy one writer's bytes")
    func atOnce() throws {
        let setting = try Setting()
        let wrong = Mutex(0)
        let (path, slice) = (setting.path, setting.slice)
        DispatchQueue.concurrentPerform(iterations: 8) { number in
            for _ in 0..<25 {
                if number % 2 == 0 {
                    if (try? Data(contentsOf: URL(filePath: path))) != slice { wrong.withLock { $0 += 1 } }
                } else {
                    let file = open(path, O_RDWR)
                    if file < 0 { wrong.withLock { $0 += 1 } }
                    var byte: UInt8 = 0
                    _ = pread(file, &byte, 1, 0)
                    if number == 1 { _ = pwrite(file, &byte, 1, 0) }
                    close(file)
                }
            }
        }
        #expect(wrong.withLock { $0 } == 0)
        #expect(try setting.passed() == [:])
        #expect(try setting.shown == setting.slice && setting.fixture.archiveFiles().count == 1)
        try setting.fixture.unmount()
    }
}
