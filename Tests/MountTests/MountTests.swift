import Foundation
import Testing

@testable import dicomviewfs

@Suite(.serialized, .enabled(if: Program.canMount, Comment(rawValue: Program.cannotMount)), .timeLimit(.minutes(5)))
struct MountTests {
    @Test(
        "the three views and the drop box are listed and nothing else, and the hidden directory can be entered",
        arguments: [false, true])
    func root(isReadOnly: Bool) throws {
        let fixture = try MountFixture()
        if isReadOnly { try fixture.mount("--read-only") } else { try fixture.mount() }
        let names = try FileManager.default.contentsOfDirectory(atPath: fixture.mountpoint).sorted()
        #expect(names == ["classic", "default", "enhanced"] + (isReadOnly ? [] : ["import"]))
        #expect(FileManager.default.fileExists(atPath: "\(fixture.mountpoint)/.dicomviewfs/status.json"))
        try fixture.unmount()
    }

    @Test("default/ holds every file of the archive byte for byte")
    func passedThrough() throws {
        let fixture = try MountFixture()
        try fixture.mount()
        let shown = try fixture.files(of: "default").map { try fixture.bytes($0) }
        let received = try fixture.archiveFiles().map { try Data(contentsOf: URL(filePath: $0)) }
        #expect(shown.count == received.count)
        #expect(Set(shown) == Set(received))
        try fixture.unmount()
    }

    @Test("the enhanced view has fewer and the classic view more files, each as long as stat says")
    func converted() throws {
        let fixture = try MountFixture()
        try fixture.mount()
        let received = try fixture.files(of: "default").count
        #expect(try fixture.files(of: "enhanced").count < received)
        #expect(try fixture.files(of: "classic").count > received)
        for path in try fixture.files(of: "enhanced") + fixture.files(of: "classic") {
            var status = stat()
            #expect(stat("\(fixture.mountpoint)/\(path)", &status) == 0)
            #expect(try fixture.bytes(path).count == Int(status.st_size))
        }
        try fixture.unmount()
    }

    @Test("names are safe, and a name that is not there is ENOENT")
    func names() throws {
        let fixture = try MountFixture()
        try fixture.mount()
        for path in try FileManager.default.subpathsOfDirectory(atPath: fixture.mountpoint) {
            for component in path.split(separator: "/") {
                #expect(component.utf8.count <= 64)
                #expect(component.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "_.-".contains($0)) })
            }
        }
        var status = stat()
        #expect(stat("\(fixture.mountpoint)/default/none", &status) == -1)
        #expect(errno == ENOENT)
        try fixture.unmount()
    }

    @Test(
        "every change is refused with EROFS: everywhere if read-only, in what is derived always",
        arguments: [true, false])
    func readOnly(isReadOnly: Bool) throws {
        let fixture = try MountFixture()
        if isReadOnly { try fixture.mount("-o", "ro") } else { try fixture.mount() }
        let view = isReadOnly ? "default" : "classic"
        let file = try "\(fixture.mountpoint)/" + #require(try fixture.files(of: view).first)
        let directory = "\(fixture.mountpoint)/classic"
        let attempts: [(String, () -> Int32)] = [
            ("open", { open(file, O_WRONLY) }), ("create", { open("\(directory)/new", O_WRONLY | O_CREAT, 0o644) }),
            ("mkdir", { mkdir("\(directory)/new", 0o755) }), ("unlink", { unlink(file) }),
            ("rename", { rename(file, "\(directory)/new") }), ("truncate", { truncate(file, 0) }),
            ("chmod", { chmod(file, 0o600) }), ("symlink", { symlink("x", "\(directory)/new") }),
        ]
        for (name, attempt) in attempts {
            #expect(attempt() == -1, "\(name)")
            #expect(errno == EROFS, "\(name)")
        }
        try fixture.unmount()
    }

    @Test("names, inodes, sizes and times are the same after a remount and with an index made anew")
    func determinism() throws {
        let fixture = try MountFixture()
        try fixture.mount()
        let before = try fixture.listing()
        #expect(before.count > 100)
        try fixture.unmount()
        try fixture.mount()
        #expect(try fixture.listing() == before)
        try fixture.unmount()
        try FileManager.default.removeItem(atPath: fixture.index)
        try fixture.mount()
        #expect(try fixture.listing() == before)
        try fixture.unmount()
    }

    @Test("SIGTERM unmounts and ends the process", arguments: [SIGTERM, SIGINT])
    func signal(_ signal: Int32) throws {
        let fixture = try MountFixture()
        try fixture.mount()
        let pid = try fixture.pid()
        kill(pid, signal)
        #expect(Program.wait(seconds: 20) { !fixture.isMounted && !isRunning(pid) })
    }

    @Test("a mount left by a killed process is cleaned up by the next")
    func stale() throws {
        let fixture = try MountFixture()
        try fixture.mount()
        let pid = try fixture.pid()
        kill(pid, SIGKILL)
        #expect(Program.wait(seconds: 20) { !isRunning(pid) })
        // stat(2) may be answered from the kernel's cache.
        var facts = statvfs()
        #expect(statvfs(fixture.mountpoint, &facts) == -1)
        try fixture.mount()
        #expect(try fixture.files(of: "default").count == fixture.archiveFiles().count)
        try fixture.unmount()
    }

    @Test("a second mount of one index is refused, naming the process")
    func secondMount() throws {
        let fixture = try MountFixture()
        try fixture.mount()
        let other = fixture.place.appending(path: "other").path
        try FileManager.default.createDirectory(atPath: other, withIntermediateDirectories: true)
        let outcome = try fixture.run("mount", fixture.archive, other, "--index", fixture.index)
        #expect(outcome.status == ProgramExit.temporaryFailure.rawValue)
        #expect(outcome.error.contains("process \(try fixture.pid())"))
        try fixture.unmount()
    }

    @Test("a mountpoint inside the archive, or that is not there, is refused with what to do")
    func refused() throws {
        let fixture = try MountFixture()
        let inside = try fixture.run("mount", fixture.archive, "\(fixture.archive)/ct", "--index", fixture.index)
        #expect(inside.status == ProgramExit.usage.rawValue)
        #expect(inside.error.contains("outside the archive"))
        let missing = try fixture.run("mount", fixture.archive, "\(fixture.place.path)/none", "--index", fixture.index)
        #expect(missing.status == ProgramExit.noInput.rawValue)
        #expect(missing.error.contains("Create the directory"))
        #expect(try fixture.run("mount", fixture.archive).status == 64)
        #expect(try fixture.run("mount", fixture.archive, fixture.mountpoint, "-o", "nonsense").status == 64)
    }

    @Test("a refused mount or export leaves nothing behind")
    func refusedWithoutTrace() throws {
        let fixture = try MountFixture()
        let before = try FileManager.default.subpathsOfDirectory(atPath: fixture.place.path).sorted()
        let inside = "\(fixture.archive)/ct"
        for arguments in [
            ["mount", fixture.archive, inside],
            ["mount", fixture.archive, fixture.mountpoint, "--index", "\(inside)/index"],
            ["mount", fixture.archive, fixture.mountpoint, "--index", "\(fixture.mountpoint)/index"],
            ["export", fixture.archive, "classic", "\(fixture.archive)/new"], ["mount", "", fixture.mountpoint],
            ["mount", fixture.archive, ""], ["export", fixture.archive, "classic", ""],
        ] {
            let outcome = try Program.run(arguments) { fixture.clear() }
            #expect(outcome.status != 0, "\(arguments)")
            #expect(!outcome.error.isEmpty)
        }
        #expect(try FileManager.default.subpathsOfDirectory(atPath: fixture.place.path).sorted() == before)
    }

    @Test("a second archive is not mounted over a mounted one")
    func overMounted() throws {
        let (fixture, other) = (try MountFixture(), try MountFixture())
        try fixture.mount()
        let outcome = try fixture.run("mount", other.archive, fixture.mountpoint, "--index", other.index)
        #expect(outcome.status == ProgramExit.temporaryFailure.rawValue)
        #expect(outcome.error.contains("unmount it first"))
        try fixture.unmount()
    }

    @Test("an index damaged since it was made is made anew by whoever meets the damage")
    func damagedIndex() throws {
        let fixture = try MountFixture()
        #expect(try fixture.run("index", fixture.archive, "--index", fixture.index).status == 0)
        let expected = try fixture.run("index", fixture.archive, "--index", fixture.index, "--json").output
        let name = try #require(
            try FileManager.default.subpathsOfDirectory(atPath: fixture.index).first { $0.hasSuffix("index.sqlite") })
        let path = "\(fixture.index)/\(name)"
        for suffix in ["-wal", "-shm"] { unlink(path + suffix) }
        var bytes = try Data(contentsOf: URL(filePath: path))
        #expect(bytes.count > 40 * 4096)
        for page in stride(from: 30 * 4096, to: bytes.count, by: 4096) { bytes[page] = 0xA5 }
        try bytes.write(to: URL(filePath: path))
        let outcome = try fixture.run("index", fixture.archive, "--index", fixture.index, "--json")
        #expect(outcome.status == 0, "\(outcome.error)")
        #expect(outcome.output == expected)
        try fixture.mount()
        #expect(try fixture.files(of: "enhanced").count == 4)
        try fixture.unmount()
    }

    @Test("status counts what is there and lists what is skipped")
    func statusReport() throws {
        let fixture = try MountFixture()
        try Data("no DICOM".utf8).write(to: URL(filePath: "\(fixture.archive)/notes.txt"))
        try fixture.mount()
        let status = try fixture.status()
        #expect(status.archive == fixture.archive)
        #expect(status.ruleset == "1")
        #expect(status.views["default"]?.instances == status.files.instances)
        #expect(status.files.skipped.map(\.path) == ["\(fixture.archive)/notes.txt"])
        #expect(status.mount?.mountpoint == fixture.mountpoint)
        #expect((status.operations["getattr"]?.count ?? 0) + (status.operations["lookup"]?.count ?? 0) > 0)
        #expect(try fixture.run("status", fixture.mountpoint).output.contains("notDICOM"))
        try fixture.unmount()
    }

    @Test("what comes into the archive is seen after SIGHUP, in listings that were read before too")
    func rescan() throws {
        let fixture = try MountFixture()
        let aside = fixture.place.appending(path: "aside.dcm").path
        let file = try #require(try fixture.archiveFiles().first { $0.contains("axial") })
        try FileManager.default.moveItem(atPath: file, toPath: aside)
        try fixture.mount()
        let before = try fixture.files(of: "default").count
        try FileManager.default.moveItem(atPath: aside, toPath: file)
        kill(try fixture.pid(), SIGHUP)
        #expect(Program.wait(seconds: 20) { (try? fixture.files(of: "default").count) == before + 1 })
        try fixture.unmount()
    }

    @Test(
        "an export has the names, bytes and times of the mounted view", arguments: ["default", "classic", "enhanced"])
    func export(_ view: String) throws {
        let fixture = try MountFixture()
        let destination = fixture.place.appending(path: "export").path
        let outcome = try fixture.run("export", fixture.archive, view, destination, "--index", fixture.index)
        #expect(outcome.status == 0, "\(outcome.error)")
        try fixture.mount()
        let mounted = try FileManager.default.subpathsOfDirectory(atPath: "\(fixture.mountpoint)/\(view)").sorted()
        #expect(try FileManager.default.subpathsOfDirectory(atPath: destination).sorted() == mounted)
        for path in mounted {
            var (left, right) = (stat(), stat())
            #expect(
                stat("\(destination)/\(path)", &left) == 0 && stat("\(fixture.mountpoint)/\(view)/\(path)", &right) == 0
            )
            #expect(left.st_mtim.tv_sec == right.st_mtim.tv_sec && left.st_mtim.tv_nsec == right.st_mtim.tv_nsec)
            if path.hasSuffix(".dcm") {
                let exported = try Data(contentsOf: URL(filePath: "\(destination)/\(path)"))
                #expect(try exported == fixture.bytes("\(view)/\(path)"))
            }
        }
        try fixture.unmount()
        let again = try fixture.run("export", fixture.archive, view, destination, "--index", fixture.index)
        #expect(again.status == ProgramExit.cannotCreate.rawValue)
    }

    @Test("options of mount(8) are accepted, masks and owners are followed")
    func options() throws {
        let fixture = try MountFixture()
        try fixture.mount(
            "-o", "rw,noauto,_netdev,x-systemd.automount,nofail", "-o", "uid=1234,gid=4321,fmask=0111,dmask=077")
        var status = stat()
        #expect(stat("\(fixture.mountpoint)/classic", &status) == 0)
        #expect(status.st_uid == 1234 && status.st_gid == 4321)
        #expect(status.st_mode & 0o777 == 0o500)
        // It takes drops.
        #expect(stat("\(fixture.mountpoint)/default", &status) == 0)
        #expect(status.st_mode & 0o777 == 0o700)
        try fixture.unmount()
    }
}
