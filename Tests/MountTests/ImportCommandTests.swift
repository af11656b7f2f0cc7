import Foundation
import Testing

@testable import dicomviewfs

/// `dicomviewfs import`, which needs no mount.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct ImportCommandTests {
    private func report(_ outcome: Program.Outcome) throws -> ImportReport {
        try JSONDecoder().decode(ImportReport.self, from: Data(outcome.output.utf8))
    }

    private func content(_ directory: String) throws -> [String: Data] {
        var content: [String: Data] = [:]
        for path in try FileManager.default.subpathsOfDirectory(atPath: directory) {
            content[path] = (try? Data(contentsOf: URL(filePath: "\(directory)/\(path)"))) ?? Data()
        }
        return content
    }

    @Test(
        "files and folders are stored bit for bit, with their times, and left as they were; the second time nothing is")
    func stores() throws {
        let fixture = try ImportFixture()
        let before = try content(fixture.source)
        let first = try fixture.mounts.run("import", fixture.archive, fixture.source, "--json")
        #expect(first.status == 0, "\(first.error)")
        let stored = try report(first)
        #expect(stored.stored == 42 && stored.files == 42 && stored.notStored.isEmpty && stored.alreadyThere == 0)
        #expect(try content(fixture.source) == before)
        let files = try fixture.archiveFiles()
        #expect(files.count == 42)
        func times(_ paths: [String]) -> Set<String> {
            Set(
                paths.map { path in
                    var facts = stat()
                    stat(path, &facts)
                    return "\(facts.st_size) \(facts.st_mtim.tv_sec).\(facts.st_mtim.tv_nsec)"
                })
        }
        #expect(try times(files) == times(fixture.dropped()))
        #expect(
            try Set(files.map { try Data(contentsOf: URL(filePath: $0)) }) == Set(before.values.filter { !$0.isEmpty }))
        let staging = try FileManager.default.contentsOfDirectory(atPath: "\(fixture.archive)/.dicomviewfs/staging")
        #expect(staging.isEmpty)
        let again = try report(
            try fixture.mounts.run(
                "import", fixture.archive, "\(fixture.source)/mr", "\(fixture.source)/ct/localizer.dcm", "--json"))
        #expect(again.stored == 0 && again.alreadyThere == 17)
        // The views are those of the folder itself.
        #expect(try fixture.mounts.run("verify", fixture.archive).status == 0)
        let target = fixture.mounts.place.appending(path: "export").path
        let direct = fixture.mounts.place.appending(path: "direct").path
        #expect(try fixture.mounts.run("export", fixture.archive, "enhanced", target).status == 0)
        #expect(
            try fixture.mounts.run("export", fixture.source, "enhanced", direct, "--index", fixture.mounts.index).status
                == 0)
        #expect(try content(target) == content(direct))
    }

    @Test("what is not stored is named with its reason, and the exit status is 65; the rest is stored")
    func refuses() throws {
        let fixture = try ImportFixture()
        let place = fixture.mounts.place.appending(path: "given")
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
        let slice = try Data(contentsOf: URL(filePath: try fixture.dropped { $0.contains("axial") }[0]))
        try slice.write(to: place.appending(path: "a.dcm"))
        try slice.dropLast(10).write(to: place.appending(path: "b.dcm"))
        try Data("no DICOM".utf8).write(to: place.appending(path: "c.txt"))
        try Data().write(to: place.appending(path: ".DS_Store"))
        symlink("nothing", place.appending(path: "d").path)
        symlink("a.dcm", place.appending(path: "e.dcm").path)
        let outcome = try fixture.mounts.run("import", fixture.archive, place.path)
        #expect(outcome.status == ProgramExit.dataError.rawValue)
        #expect(outcome.output.contains("1 stored") && outcome.output.contains("1 already there"))
        #expect(outcome.output.contains("3 not stored") && outcome.output.contains("1 with temporary or hidden names"))
        for words in ["b.dcm: not stored (incomplete)", "c.txt: not stored (notDICOM)", "d: not stored (unreadable)"] {
            #expect(outcome.error.contains(words), "\(outcome.error)")
        }
        #expect(try fixture.archiveFiles().count == 1)
        let missing = try fixture.mounts.run("import", fixture.archive, "\(place.path)/none")
        #expect(missing.status == ProgramExit.noInput.rawValue && missing.error.contains("none"))
        #expect(try fixture.mounts.run("import", fixture.archive).status == 64)
        // The archive's own files and what is beside them are no input.
        let itself = try report(try fixture.mounts.run("import", fixture.archive, fixture.archive, "--json"))
        #expect(itself.files == 0)
    }

    @Test(
        "while the archive is mounted it says by whom, and what to do instead",
        .enabled(if: Program.canMount, Comment(rawValue: Program.cannotMount)))
    func mounted() throws {
        let fixture = try ImportFixture()
        try fixture.mount()
        let pid = try fixture.pid()
        for index in [[], ["--index", fixture.mounts.index]] {
            let outcome = try Program.run(["import", fixture.archive, fixture.source] + index)
            #expect(outcome.status == ProgramExit.temporaryFailure.rawValue)
            #expect(outcome.error.contains("process \(pid)"), "\(outcome.error)")
            #expect(outcome.error.contains("cp -r \(fixture.source) \(fixture.mountpoint)/import/"), "\(outcome.error)")
        }
        let spaced = fixture.mounts.place.appending(path: "it's one").path
        try FileManager.default.createDirectory(atPath: spaced, withIntermediateDirectories: true)
        let quoted = spaced.replacing("it's one", with: "it'\\''s one")
        #expect(try fixture.mounts.run("import", fixture.archive, spaced).error.contains("cp -r '\(quoted)' "))
        try fixture.unmount()
    }

    @Test("interrupted at any time it has stored whole files, and the next run does the rest")
    func interrupted() throws {
        let fixture = try ImportFixture()
        for signal in [SIGINT, SIGKILL, SIGKILL, SIGKILL] {
            let process = try Program.start(["import", fixture.archive, fixture.source], output: nil, error: nil)
            usleep(UInt32.random(in: 50_000...600_000))
            kill(process.processIdentifier, signal)
            process.waitUntilExit()
        }
        let sources = try Set(fixture.dropped().map { try Data(contentsOf: URL(filePath: $0)) })
        for file in try fixture.archiveFiles() {
            #expect(try sources.contains(Data(contentsOf: URL(filePath: file))), "\(file)")
        }
        let last = try report(try fixture.mounts.run("import", fixture.archive, fixture.source, "--json"))
        #expect(last.stored + last.alreadyThere == 42)
        #expect(try fixture.archiveFiles().count == 42)
        #expect(try FileManager.default.contentsOfDirectory(atPath: "\(fixture.archive)/.dicomviewfs/staging").isEmpty)
        #expect(try fixture.mounts.run("verify", fixture.archive).status == 0)
    }
}
