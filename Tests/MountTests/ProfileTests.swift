import Foundation
import Testing

@testable import dicomviewfs

@Suite(.serialized, .enabled(if: Program.canMount, Comment(rawValue: Program.cannotMount)), .timeLimit(.minutes(5)))
struct ProfileTests {
    private func profile(_ fixture: MountFixture, _ text: String, named name: String = "profile.yaml") throws -> String
    {
        let path = fixture.place.appending(path: name).path
        try Data(text.utf8).write(to: URL(filePath: path))
        return path
    }

    private static var shipped: URL {
        URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Mounts/profiles")
    }

    @Test("the profile for legacy tools shows classic/ alone, in File ID names of PS3.10 that hold the same files")
    func legacy() throws {
        let fixture = try MountFixture()
        try fixture.mount()
        let plain = try Set(fixture.files(of: "classic").map { try fixture.bytes($0) })
        try fixture.unmount()
        try fixture.mount("--profile", Self.shipped.appending(path: "legacy.yaml").path)
        #expect(try FileManager.default.contentsOfDirectory(atPath: fixture.mountpoint) == ["classic"])
        var status = stat()
        #expect(stat("\(fixture.mountpoint)/default", &status) == -1 && errno == ENOENT)
        let root = "\(fixture.mountpoint)/classic"
        let paths = try FileManager.default.subpathsOfDirectory(atPath: root)
        for path in paths {
            let components = path.split(separator: "/")
            #expect(components.count <= 8)
            for component in components {
                #expect((1...8).contains(component.utf8.count))
                #expect(component.allSatisfy { $0.isASCII && ($0.isUppercase || $0.isNumber || $0 == "_") }, "\(path)")
            }
        }
        let files = paths.filter { $0.split(separator: "/").count == 4 }.map { "\(root)/\($0)" }
        #expect(try Set(files.map { try Data(contentsOf: URL(filePath: $0)) }) == plain)
        try fixture.unmount()
    }

    @Test("a profile that is not there is named by path, or by where its name was looked for")
    func missing() throws {
        let fixture = try MountFixture()
        func refusal(_ profile: String) throws -> String {
            let outcome = try fixture.run(
                "mount", fixture.archive, fixture.mountpoint, "--index", fixture.index, "--profile", profile)
            #expect(outcome.status == 66)
            return outcome.error
        }
        let path = fixture.place.appending(path: "mine.yaml").path
        let byPath = try refusal(path)
        #expect(byPath.contains("\(path): there is no such profile") && byPath.contains("as mine, is looked for in"))
        let byName = try refusal("mine")
        #expect(byName.contains("no profile mine is installed") && byName.contains("/etc/dicomviewfs/mine.yaml"))
        #expect(byName.contains("share/dicomviewfs/profiles/mine.yaml") && byName.contains("Mounts/profiles/mine.yaml"))
        let folder = try refusal(fixture.place.path)
        #expect(folder.contains("\(fixture.place.path): the profile cannot be read: it is a folder"))
    }

    @Test("each profile that comes with the program mounts, names every file anew, and goes back to the same tree")
    func shippedProfiles() throws {
        let fixture = try MountFixture()
        try fixture.mount()
        let before = try fixture.listing()
        try fixture.unmount()
        let names = try FileManager.default.contentsOfDirectory(atPath: Self.shipped.path).sorted()
        #expect(names == ["backup.yaml", "legacy.yaml", "research.yaml"])
        for name in names {
            try fixture.mount("--profile", Self.shipped.appending(path: name).path, "-o", "views=default,umask=0")
            let renamed = try fixture.listing()
            let files = renamed.filter { ["100444", "100644"].contains($0.split(separator: " ").last) }
            #expect(files.count == (try fixture.archiveFiles().count), "\(name)")
            #expect(Set(renamed).isDisjoint(with: before.filter { $0.hasPrefix("default/") }), "\(name)")
            try fixture.unmount()
        }
        try fixture.mount()
        #expect(try fixture.listing() == before)
        try fixture.unmount()
    }

    @Test(
        "SIGHUP reads the profile again: names and views change under a mount in use; a wrong profile changes nothing")
    func reread() throws {
        let fixture = try MountFixture()
        let path = try profile(fixture, "names: \"{Modality}/{InstanceCode}.dcm\"\n")
        try fixture.mount("--profile", path)
        let top = { try FileManager.default.contentsOfDirectory(atPath: "\(fixture.mountpoint)/default") }
        #expect(try top().contains("CT"))
        let pid = try fixture.pid()
        let file = try #require(try fixture.files(of: "default").first)
        let open = try FileHandle(forReadingFrom: URL(filePath: "\(fixture.mountpoint)/\(file)"))
        let bytes = try fixture.bytes(file)

        _ = try profile(fixture, "names: \"{Modality|lower}/{InstanceCode}.dcm\"\nviews: [default]\n")
        kill(pid, SIGHUP)
        #expect(Program.wait(seconds: 20) { (try? top().contains("ct")) == true })
        #expect(
            Program.wait(seconds: 20) {
                (try? FileManager.default.contentsOfDirectory(atPath: fixture.mountpoint).sorted()) == [
                    "default", "import",
                ]
            })
        #expect(try !top().contains("CT"))
        var status = stat()
        #expect(stat("\(fixture.mountpoint)/\(file)", &status) == -1 && errno == ENOENT)
        // What was open goes on.
        #expect(try open.readToEnd() == bytes)
        try open.close()

        _ = try profile(fixture, "names: \"{Nonsense}\"\n")
        kill(pid, SIGHUP)
        let log = try #require(try fixture.status().mount?.log)
        #expect(
            Program.wait(seconds: 20) {
                ((try? String(contentsOfFile: log, encoding: .utf8)) ?? "").contains("{Nonsense}")
            })
        #expect(try top().contains("ct"))
        try fixture.unmount()
    }

    @Test(
        "a wrong profile is refused with its file, line and key",
        arguments: [
            ("description: x\nstyle: fancy\n", ":2: style: say portable or file-id"),
            ("names:\n  - \"{PatientID}\"\n  - \"{InstanceNumber}.dcm\"\n", ":3: names: \"{InstanceNumber}.dcm\""),
            ("views: [default, old]\n", ":1: views: say default, classic"),
            ("\n\ncolour: red\n", ":3: colour: no such option"),
            ("umask: 0999\n", ":1: umask: say permission bits in octal"),
            ("views: [default]\nviews: [classic]\n", "said twice: views"),
            ("names: [\"x\n", ": no YAML"),
            ("- a\n- b\n", ":1: a profile is a list"),
        ])
    func refused(_ text: String, _ message: String) throws {
        let fixture = try MountFixture()
        let path = try profile(fixture, text)
        let outcome = try fixture.run(
            "mount", fixture.archive, fixture.mountpoint, "--index", fixture.index, "--profile", path)
        #expect(outcome.status == ProgramExit.dataError.rawValue)
        #expect(outcome.error.contains(path) && outcome.error.contains(message), "\(outcome.error)")
        #expect(!fixture.isMounted)
    }

    @Test("-o has the last word over the profile, and an export has the profile's names")
    func precedence() throws {
        let fixture = try MountFixture()
        let path = try profile(fixture, "names: \"{Modality}/{InstanceCode}.dcm\"\nuid: 77\nfmask: 0333\n")
        try fixture.mount("-o", "profile=\(path),uid=78")
        let file = try #require(try fixture.files(of: "default").first)
        var status = stat()
        #expect(stat("\(fixture.mountpoint)/\(file)", &status) == 0)
        #expect(status.st_uid == 78 && status.st_mode & 0o777 == 0o444)
        let mounted = try fixture.files(of: "default").map { String($0.dropFirst("default/".count)) }
        try fixture.unmount()
        let destination = fixture.place.appending(path: "export").path
        let outcome = try fixture.run(
            "export", fixture.archive, "default", destination, "--index", fixture.index, "--profile", path)
        #expect(outcome.status == 0, "\(outcome.error)")
        let exported = try FileManager.default.subpathsOfDirectory(atPath: destination).filter { $0.hasSuffix(".dcm") }
        #expect(exported.sorted() == mounted)
    }
}
