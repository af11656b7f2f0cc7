import Foundation
import Testing

@testable import dicomviewfs

/// What the commands print, where to, and the codes they exit with.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct OutputTests {
    /// Runs the program by a shell, with `redirection`.
    private func shell(
        _ arguments: [String], _ redirection: String
    ) throws -> (status: Int32, output: String, error: String) {
        let words = ([Program.path] + arguments).map { "'\($0)'" }.joined(separator: " ")
        let place = FileManager.default.temporaryDirectory.appending(path: "output-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: place) }
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = ["-c", "\(words) >\(place.path)/output 2>\(place.path)/error \(redirection)"]
        process.standardInput = FileHandle.nullDevice
        try process.run()
        if !Program.wait(seconds: 60, until: { !process.isRunning }) { kill(process.processIdentifier, SIGKILL) }
        process.waitUntilExit()
        func text(_ name: String) -> String {
            (try? String(contentsOf: place.appending(path: name), encoding: .utf8)) ?? ""
        }
        return (process.terminationStatus, text("output"), text("error"))
    }

    @Test("results that cannot be written are said with EX_IOERR, whatever the command; messages that cannot are not")
    func full() throws {
        let fixture = try MountFixture()
        let index = ["--index", fixture.index]
        for command in [
            ["index", fixture.archive], ["index", fixture.archive, "--json"], ["verify", fixture.archive],
        ] {
            for (redirection, reason) in [(">/dev/full", "No space left on device"), (">&-", "Bad file descriptor")] {
                let outcome = try shell(command + index, redirection)
                #expect(outcome.status == ProgramExit.inputOutput.rawValue, "\(command) \(redirection)")
                #expect(outcome.error == "dicomviewfs: standard output: \(reason)\n", "\(command) \(redirection)")
            }
            for redirection in ["2>/dev/full", "2>&-", "2>&- <&-"] {
                let outcome = try shell(command + index, redirection)
                #expect(outcome.status == 0 && !outcome.output.isEmpty, "\(command) \(redirection)")
            }
        }
        for redirection in ["2>/dev/full", "2>&-"] {
            #expect(try shell(["status", "/nowhere"], redirection).status == ProgramExit.noInput.rawValue)
        }
    }

    @Test("the status of a mount that cannot be written is said with EX_IOERR", .enabled(if: Program.canMount))
    func fullStatus() throws {
        let fixture = try MountFixture()
        try fixture.mount()
        for options in [[], ["--json"]] {
            for redirection in [">/dev/full", ">&-"] {
                let outcome = try shell(["status", fixture.mountpoint] + options, redirection)
                #expect(outcome.status == ProgramExit.inputOutput.rawValue, "\(redirection)")
            }
        }
        try fixture.unmount()
    }

    @Test("names of files neither steer a terminal nor look like a line of their own")
    func printable() throws {
        #expect(Printable.line("Müller^Jürgen 山田 'a b'") == "Müller^Jürgen 山田 'a b'")
        #expect(
            Printable.line("a\u{1B}[31mb\nc\td\u{7F}\u{9B}\u{202E}\u{2028}")
                == #"a\x1B[31mb\nc\td\x7F\x9B\u{202E}\u{2028}"#)
        let fixture = try MountFixture()
        let name = "x\n2026-01-01T00:00:00+0000 error: forged \u{1B}[2J"
        try Data("no DICOM".utf8).write(to: URL(filePath: "\(fixture.archive)/\(name)"))
        let outcome = try fixture.run("index", fixture.archive, "--index", fixture.index)
        #expect(outcome.status == 0)
        #expect(outcome.output.contains(#"x\n2026-01-01T00:00:00+0000 error: forged \x1B[2J"#), "\(outcome.output)")
        #expect(!outcome.output.contains("\u{1B}") && !outcome.output.contains("\n2026"))
        // Programs get the name itself.
        let json = try fixture.run("index", fixture.archive, "--index", fixture.index, "--json")
        let report = try JSONDecoder().decode(StatusReport.self, from: Data(json.output.utf8))
        #expect(report.files.skipped.map(\.path) == ["\(fixture.archive)/\(name)"])
    }

    @Test("wrong options are said in one line, with the command's usage code")
    func wrongOptions() throws {
        let fixture = try MountFixture()
        for (option, words) in [
            ("nonsense", "no such option"), ("settle_time=x", "say seconds"), ("index_dir=", "name a directory"),
        ] {
            let outcome = try fixture.run("mount", fixture.archive, fixture.mountpoint, "-o", option)
            #expect(outcome.status == ProgramExit.usage.rawValue)
            #expect(outcome.error.hasPrefix("dicomviewfs: -o \(option): \(words)"), "\(outcome.error)")
            #expect(outcome.error.split(separator: "\n").count == 1)
        }
    }

    @Test("an index asked for among the archive's files is refused by every command, and nothing is written")
    func indexPlace() throws {
        let fixture = try MountFixture()
        let before = try FileManager.default.subpathsOfDirectory(atPath: fixture.archive).sorted()
        let index = ["--index", "\(fixture.archive)/ct/index"]
        let export = fixture.place.appending(path: "export").path
        for command in [
            ["index", fixture.archive], ["verify", fixture.archive], ["export", fixture.archive, "classic", export],
            ["mount", fixture.archive, fixture.mountpoint],
        ] {
            let outcome = try Program.run(command + index) { fixture.clear() }
            #expect(outcome.status == ProgramExit.usage.rawValue, "\(command)")
            #expect(outcome.error.contains("cannot lie among the files of the archive"), "\(outcome.error)")
        }
        let after = try FileManager.default.subpathsOfDirectory(atPath: fixture.archive).sorted()
        #expect(after == before)
    }

    @Test("an export to what is no directory is refused in the system's words")
    func exportPlace() throws {
        let fixture = try MountFixture()
        for place in ["/dev/null", "/dev/null/below"] {
            let outcome = try fixture.run("export", fixture.archive, "default", place, "--index", fixture.index)
            #expect(outcome.status == ProgramExit.cannotCreate.rawValue)
            #expect(outcome.error.hasSuffix("ot a directory\n") || outcome.error.contains("not a directory;"))
        }
    }

    @Test("a folder that cannot be read is said by index and export alike, with EX_IOERR, and the rest is done")
    func unreadable() throws {
        let fixture = try MountFixture()
        // Deeper than the system takes in one call: such a folder is closed to root too.
        let name = String(repeating: "d", count: 250)
        var directory = open(fixture.archive, O_RDONLY | O_DIRECTORY)
        for _ in 0..<17 {
            mkdirat(directory, name, 0o755)
            let next = openat(directory, name, O_RDONLY | O_DIRECTORY)
            close(directory)
            directory = next
        }
        close(directory)
        let export = fixture.place.appending(path: "export").path
        for command in [["index", fixture.archive], ["export", fixture.archive, "default", export]] {
            let outcome = try Program.run(command + ["--index", fixture.index])
            #expect(outcome.status == ProgramExit.inputOutput.rawValue, "\(command): \(outcome.error)")
            #expect(outcome.error.contains("File name too long") && outcome.error.contains("could not be read"))
            #expect(outcome.output.contains("42"))
        }
        let process = try Process.run(URL(filePath: "/bin/rm"), arguments: ["-rf", "\(fixture.archive)/\(name)"])
        process.waitUntilExit()
    }

    @Test("damaged instances and what is unconverted are named, with keywords beside tags")
    func named() throws {
        let fixture = try MountFixture()
        let slice = try #require(try fixture.archiveFiles().first { $0.contains("axial") })
        let bytes = try Data(contentsOf: URL(filePath: slice))
        try bytes.prefix(bytes.count - 9).write(to: URL(filePath: slice))
        let outcome = try fixture.run("index", fixture.archive, "--index", fixture.index)
        #expect(outcome.output.contains("damaged    1 instance broken off"), "\(outcome.output)")
        let damaged = outcome.output.split(separator: "\n").first { $0.hasPrefix("      \(slice): ") }
        #expect(damaged != nil, "\(outcome.output)")
        let json = try fixture.run("index", fixture.archive, "--index", fixture.index, "--json")
        let report = try JSONDecoder().decode(StatusReport.self, from: Data(json.output.utf8))
        #expect(report.files.damagedFiles.map(\.path) == [slice])
        for note in report.notes { #expect(note.noted.count == note.instances, "\(note)") }
        for file in report.unconverted {
            guard let tag = file.tag else { continue }
            #expect(file.reason.components(separatedBy: tag).count <= 2, "\(file.reason)")
        }
    }

    /// The names in a list as "uid=N, ro".
    private func optionNames(_ list: Substring) -> [String] {
        list.split(separator: ",").map { option in
            String(option.prefix { $0 != "=" }).trimmingCharacters(in: .whitespacesAndNewlines)
        }
    }

    @Test(
        "manual, --help and parser have the same mount options; the manual names every command and every option of each"
    )
    func manual() throws {
        let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let manual = try String(contentsOf: repository.appending(path: "docs/dicomviewfs.1"), encoding: .utf8)
            .replacing("\\-", with: "-").replacing("\\fB", with: "").replacing("\\fR", with: "")
            .replacing("\\fI", with: "")
        let help = try Program.run(["mount", "--help"]).output
        let parsed = Set(MountOptionName.allCases.map(\.rawValue))
        // Of the manual: the line behind each .TP of the section.
        let section =
            manual.components(separatedBy: ".SH MOUNT OPTIONS").last?.components(separatedBy: ".SH").first ?? ""
        let described = section.components(separatedBy: ".TP\n").dropFirst()
            .compactMap { $0.split(separator: "\n").first }.flatMap(optionNames)
        #expect(Set(described) == parsed, "the manual")
        // Of --help: what stands between the colon and the semicolon.
        let words = help.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        let list = words.components(separatedBy: "Options (-o):").last?.components(separatedBy: ";").first ?? ""
        let listed = list.replacing(#/\([^)]*\)/#, with: "").replacing(" or ", with: ", ")
        #expect(Set(optionNames(Substring(listed))) == parsed, "--help")
        for indexing in MountOptions.Indexing.allCases {
            #expect(section.contains("index=\(indexing.rawValue)") && list.contains("index=\(indexing.rawValue)"))
        }
        func says(_ text: String, _ word: some StringProtocol) -> Bool {
            text.split { !($0.isLetter || $0.isNumber || $0 == "_" || $0 == "-") }.contains { $0 == word }
        }
        let commands = try Program.run(["--help"]).output.components(separatedBy: "SUBCOMMANDS:").last ?? ""
        // "  mount      Mount an archive ..."; a text's further lines are indented more.
        let names = commands.split(separator: "\n").filter { $0.hasPrefix("  ") && !$0.hasPrefix("   ") }
            .compactMap { $0.split(separator: " ").first.map(String.init) }
        try #require(names.contains("mount") && names.contains("demo"))
        for name in names where name != "See" {
            #expect(manual.contains("dicomviewfs \(name) "), "the manual lacks \(name)")
            let words = try Program.run([name, "--help"]).output.split { !($0.isLetter || $0 == "-") }
            for option in Set(words.filter { $0.hasPrefix("--") && $0.count > 3 }) where option != "--version" {
                #expect(says(manual, option), "the manual lacks \(option) of \(name)")
            }
        }
    }

    @Test("a demo that is not looked at suggests nothing to try, says which directory it made, and removes it")
    func demo() throws {
        try #require(Program.canMount)
        let place = FileManager.default.temporaryDirectory.appending(path: "demo-\(UUID().uuidString)").path
        let outcome = try Program.run(["demo", place])
        #expect(outcome.status == 0, "\(outcome.error)")
        #expect(outcome.output.contains("Made the directory \(place)"))
        #expect(outcome.output.contains("enhanced/") && !outcome.output.contains("Try:"))
        #expect(!FileManager.default.fileExists(atPath: place))
    }
}
