import Foundation
import Testing

@testable import dicomviewfs

@Suite(.serialized, .enabled(if: Program.canMount, Comment(rawValue: Program.cannotMount)), .timeLimit(.minutes(5)))
struct BeingMountedTests {
    private static let isRoot = geteuid() == 0
    /// As udev has it on ordinary machines: anyone may open the device, and fusermount3 decides.
    private static var isOpenToAll: Bool {
        var status = stat()
        return stat("/dev/fuse", &status) == 0 && status.st_mode & 0o006 == 0o006
    }
    private static var repository: URL {
        URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    }

    /// Runs another program to its end.
    private func shell(_ words: String..., environment: [String: String] = [:]) throws -> (status: Int32, text: String)
    {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = words
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardInput = FileHandle.nullDevice
        let path = FileManager.default.temporaryDirectory.appending(path: "shell-\(UUID().uuidString)")
        try Data().write(to: path)
        defer { try? FileManager.default.removeItem(at: path) }
        let output = try FileHandle(forWritingTo: path)
        process.standardOutput = output
        process.standardError = output
        try process.run()
        if !Program.wait(seconds: 60, until: { !process.isRunning }) { kill(process.processIdentifier, SIGKILL) }
        process.waitUntilExit()
        return (process.terminationStatus, try String(contentsOf: path, encoding: .utf8))
    }

    @Test("unmounted by fusermount3, it can be mounted again at once")
    func mountedAgain() throws {
        let fixture = try MountFixture()
        for _ in 0..<5 {
            try fixture.mount()
            #expect(try shell("fusermount3", "-u", fixture.mountpoint).status == 0)
        }
        try fixture.mount()
        #expect(try fixture.files(of: "default").isEmpty == false)
        try fixture.unmount()
    }

    @Test(
        "mount(8) mounts it through its helper, with options of fstab, and umount(8) unmounts it", .enabled(if: isRoot))
    func helper() throws {
        let fixture = try MountFixture()
        // A helper of our own beside mount(8)'s, taken away again.
        let helper = "/sbin/mount.fuse.dicomviewfs"
        try #require(!FileManager.default.fileExists(atPath: helper), "\(helper) is in the way")
        try FileManager.default.createSymbolicLink(atPath: helper, withDestinationPath: Program.path)
        defer { unlink(helper) }
        let mounted = try shell(
            "mount", "-t", "fuse.dicomviewfs", fixture.archive, fixture.mountpoint, "-o",
            "ro,_netdev,nofail,x-systemd.automount,uid=daemon,index_dir=\(fixture.index),umask=022")
        #expect(mounted.status == 0, "\(mounted.text)")
        let found = try shell("findmnt", "-n", "-o", "SOURCE,FSTYPE,OPTIONS", fixture.mountpoint).text
        #expect(
            found.contains(fixture.archive) && found.contains("fuse.dicomviewfs") && found.contains("ro,"), "\(found)")
        #expect(found.contains("default_permissions"))
        var status = stat()
        #expect(stat("\(fixture.mountpoint)/default", &status) == 0)
        #expect(status.st_uid == 1 && status.st_mode & 0o777 == 0o555)
        let pid = try fixture.pid()
        #expect(try shell("umount", fixture.mountpoint).status == 0)
        #expect(Program.wait(seconds: 20) { !fixture.isMounted && !isRunning(pid) })
        let wrong = try shell(
            "mount", "-t", "fuse.dicomviewfs", fixture.archive, fixture.mountpoint, "-o", "nonsense")
        #expect(wrong.status != 0 && wrong.text.contains("nonsense: no such option"), "\(wrong.text)")
    }

    @Test("what mount(8) says becomes what we say")
    func translation() {
        func translated(_ words: String...) -> [String]? {
            MountProgramArguments.translated(name: "/sbin/mount.fuse.dicomviewfs", words)
        }
        #expect(translated("/a", "/m", "-o", "rw,uid=1") == ["mount", "/a", "/m", "-o", "rw,uid=1"])
        #expect(
            translated("/a", "/m", "-s", "-v", "-n", "-o", "ro", "-t", "fuse.dicomviewfs", "-N", "/proc/1/ns/mnt")
                == ["mount", "/a", "/m", "-o", "ro"])
        #expect(translated("/a", "/m", "-fv", "-o", "rw") == nil)
        let direct = MountProgramArguments.translated(name: "dicomviewfs", ["/a", "/m", "-o", "rw"])
        #expect(direct == ["mount", "/a", "/m", "-o", "rw"])
        #expect(MountProgramArguments.translated(name: "dicomviewfs", ["index", "/a"]) == ["index", "/a"])
    }

    @Test(
        "another user mounts with fusermount3 what it may read, and others do not see it",
        .enabled(if: isRoot && isOpenToAll, "needs root, and /dev/fuse open to all users"))
    func unprivileged() throws {
        let fixture = try MountFixture()
        chmod(fixture.place.path, 0o755)
        chown(fixture.mountpoint, 65534, 65534)
        let home = fixture.place.appending(path: "home").path
        try FileManager.default.createDirectory(atPath: home, withIntermediateDirectories: true)
        chown(home, 65534, 65534)
        let user = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"]
        func asUser(_ words: String...) throws -> (status: Int32, text: String) {
            let process = user + words
            return try shell(
                "sh", "-c", process.map { "'\($0)'" }.joined(separator: " "),
                environment: ["HOME": home, "XDG_STATE_HOME": ""])
        }
        // The program may lie where another user cannot reach it.
        let program = fixture.place.appending(path: "dicomviewfs").path
        try FileManager.default.copyItem(atPath: Program.path, toPath: program)
        let refused = try asUser(program, "mount", fixture.archive, fixture.mountpoint, "-o", "allow_other")
        #expect(
            refused.status == ProgramExit.noPermission.rawValue && refused.text.contains("user_allow_other"),
            "\(refused.text)")
        let mounted = try asUser(program, "mount", fixture.archive, fixture.mountpoint)
        #expect(mounted.status == 0, "\(mounted.text)")
        let listed = try asUser("find", "\(fixture.mountpoint)/default", "-type", "f")
        #expect(listed.text.split(separator: "\n").count == (try fixture.archiveFiles().count), "\(listed.text)")
        let first = try #require(listed.text.split(separator: "\n").first)
        #expect(try asUser("md5sum", String(first)).status == 0)
        // Not even root.
        var status = stat()
        #expect(stat("\(fixture.mountpoint)/default", &status) == -1 && errno == EACCES)
        // The archive is not the user's: nothing was written into it, the index lies in the user's home.
        #expect(!FileManager.default.fileExists(atPath: "\(fixture.archive)/.dicomviewfs"))
        #expect(FileManager.default.fileExists(atPath: "\(home)/.local/state/dicomviewfs"))
        let unmounted = try asUser(program, "unmount", fixture.mountpoint)
        #expect(unmounted.status == 0, "\(unmounted.text)")
        #expect(!fixture.isMounted)
    }

    /// Others get as far as the directory for temporary files.
    private static var isReachable: Bool {
        var status = stat()
        var path = FileManager.default.temporaryDirectory.standardizedFileURL.path
        while stat(path, &status) == 0, status.st_mode & 0o001 != 0 {
            if path == "/" { return true }
            path = URL(filePath: path).deletingLastPathComponent().path
        }
        return false
    }

    @Test(
        "under allow_other others see nothing unless a mask lets them",
        .enabled(if: isRoot && isReachable, "needs root, and a directory for temporary files that others can enter"))
    func allowOther() throws {
        let fixture = try MountFixture()
        chmod(fixture.place.path, 0o755)
        func canRead() throws -> Bool {
            try shell(
                "setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", "find",
                "\(fixture.mountpoint)/default", "-name", "*.dcm", "-exec", "head", "-c", "1", "{}", "+"
            ).status == 0
        }
        try fixture.mount()
        #expect(try !canRead())
        try fixture.unmount()
        try fixture.mount("-o", "allow_other")
        #expect(try !canRead())
        var status = stat()
        #expect(stat("\(fixture.mountpoint)/classic", &status) == 0 && status.st_mode & 0o777 == 0o550)
        #expect(stat("\(fixture.mountpoint)/default", &status) == 0 && status.st_mode & 0o777 == 0o750)
        try fixture.unmount()
        try fixture.mount("-o", "allow_other,umask=022")
        #expect(try canRead())
        try fixture.unmount()
    }

    @Test(
        "an archive on a read-only file system is mounted, its index elsewhere, and nothing is written",
        .enabled(if: isRoot))
    func readOnlyArchive() throws {
        let fixture = try MountFixture()
        let readOnly = fixture.place.appending(path: "read-only").path
        try FileManager.default.createDirectory(atPath: readOnly, withIntermediateDirectories: true)
        #expect(try shell("mount", "--bind", fixture.archive, readOnly).status == 0)
        defer { umount2(readOnly, Int32(MNT_DETACH)) }
        #expect(try shell("mount", "-o", "remount,bind,ro", readOnly).status == 0)
        let state = fixture.place.appending(path: "state").path
        let outcome = try shell(
            Program.path, "mount", readOnly, fixture.mountpoint, environment: ["XDG_STATE_HOME": state])
        #expect(outcome.status == 0, "\(outcome.text)")
        #expect(try fixture.files(of: "default").count == fixture.archiveFiles().count)
        #expect(FileManager.default.fileExists(atPath: "\(state)/dicomviewfs"))
        try fixture.unmount()
        #expect(!FileManager.default.fileExists(atPath: "\(fixture.archive)/.dicomviewfs"))
    }

    @Test(
        "an archive on a file system that is not local, here another mount, is served; its index lies in the state directory"
    )
    func remoteArchive() throws {
        let (fixture, upper) = (try MountFixture(), try MountFixture())
        try fixture.mount("-o", "ro")
        let state = upper.place.appending(path: "state").path
        let mounted = try shell(
            Program.path, "mount", "\(fixture.mountpoint)/default", upper.mountpoint,
            environment: ["XDG_STATE_HOME": state])
        #expect(mounted.status == 0, "\(mounted.text)")
        let indexes = try FileManager.default.subpathsOfDirectory(atPath: state).filter { $0.hasSuffix("index.sqlite") }
        #expect(indexes.count == 1)
        #expect(try upper.viewFiles() == fixture.viewFiles())
        // Nothing can be stored there.
        var status = stat()
        #expect(stat("\(upper.mountpoint)/import", &status) == -1 && errno == ENOENT)
        try upper.unmount()
        try fixture.unmount()
    }

    @Test("statfs tells of the archive's file system")
    func statfs() throws {
        let fixture = try MountFixture()
        try fixture.mount()
        var (mounted, archive) = (statvfs(), statvfs())
        #expect(statvfs(fixture.mountpoint, &mounted) == 0 && statvfs(fixture.archive, &archive) == 0)
        #expect(mounted.f_blocks * mounted.f_frsize == archive.f_blocks * archive.f_frsize)
        #expect(mounted.f_files == archive.f_files && mounted.f_namemax == 255)
        #expect(mounted.f_bavail > 0)
        try fixture.unmount()
    }

    @Test("-o inode32 gives inode numbers of 32 bits, in listings as in stat, and the same files")
    func inode32() throws {
        let fixture = try MountFixture()
        try fixture.mount("-o", "inode32")
        let stream = try #require(opendir("\(fixture.mountpoint)/default"))
        var count = 0
        while let entry = readdir(stream) {
            #expect(entry.pointee.d_ino <= UInt64(UInt32.max))
            count += 1
        }
        closedir(stream)
        #expect(count > 3)
        for path in try FileManager.default.subpathsOfDirectory(atPath: fixture.mountpoint) {
            var status = stat()
            #expect(stat("\(fixture.mountpoint)/\(path)", &status) == 0 && status.st_ino <= UInt64(UInt32.max))
        }
        #expect(try fixture.files(of: "default").count == fixture.archiveFiles().count)
        try fixture.unmount()
    }

    @Test("SIGTERM ends a mount in use in bounded time, and what is open reads on until then", .timeLimit(.minutes(1)))
    func busy() throws {
        let fixture = try MountFixture()
        try fixture.mount()
        let pid = try fixture.pid()
        let path = try #require(try fixture.files(of: "enhanced").first)
        let file = open("\(fixture.mountpoint)/\(path)", O_RDONLY)
        defer { close(file) }
        var byte: UInt8 = 0
        #expect(file >= 0 && pread(file, &byte, 1, 0) == 1)
        let start = ProcessInfo.processInfo.systemUptime
        kill(pid, SIGTERM)
        #expect(Program.wait(seconds: 5) { !fixture.isMounted })
        #expect(pread(file, &byte, 1, 200) == 1)
        #expect(Program.wait(seconds: 20) { !isRunning(pid) })
        #expect(ProcessInfo.processInfo.systemUptime - start < 20)
    }

    @Test("two mounts of one archive, each with its own index, are the same tree; the first has the drop box")
    func twice() throws {
        let fixture = try MountFixture()
        try fixture.mount()
        let listing = try fixture.listing()
        let second = fixture.place.appending(path: "second").path
        try FileManager.default.createDirectory(atPath: second, withIntermediateDirectories: true)
        defer { umount2(second, Int32(MNT_DETACH)) }
        let outcome = try fixture.run("mount", fixture.archive, second, "--index", fixture.index + "2")
        #expect(outcome.status == 0, "\(outcome.error)")
        let names = try FileManager.default.subpathsOfDirectory(atPath: second).sorted()
        let first = try FileManager.default.subpathsOfDirectory(atPath: fixture.mountpoint).sorted()
        #expect(first.contains("import") && names == first.filter { $0 != "import" })
        #expect(try fixture.run("unmount", second).status == 0)
        #expect(try fixture.listing() == listing)
        try fixture.unmount()
    }

    @Test("systemd is told of readiness, state and the end")
    func systemd() throws {
        let fixture = try MountFixture()
        let path = fixture.place.appending(path: "notify").path
        let listener = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        defer { close(listener) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
        let length = socklen_t(MemoryLayout<sockaddr_un>.size)
        let bound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(listener, $0, length) }
        }
        try #require(bound == 0)
        let process = Process()
        process.executableURL = URL(filePath: Program.path)
        process.arguments = [
            "mount", fixture.archive, fixture.mountpoint, "--index", fixture.index, "--foreground", "-o", "",
        ]
        process.environment = ProcessInfo.processInfo.environment.merging(["NOTIFY_SOCKET": path]) { $1 }
        process.standardError = FileHandle.nullDevice
        try process.run()
        func messages(until word: String) -> String {
            var text = ""
            Program.wait(seconds: 30) {
                var buffer = [UInt8](repeating: 0, count: 4096)
                let count = recv(listener, &buffer, buffer.count, Int32(MSG_DONTWAIT))
                if count > 0 { text += String(decoding: buffer[..<count], as: UTF8.self) + "\n" }
                return text.contains(word)
            }
            return text
        }
        let beginning = messages(until: "READY=1")
        #expect(beginning.contains("STATUS=Scanning") && beginning.contains("EXTEND_TIMEOUT_USEC="))
        #expect(beginning.contains("READY=1") && beginning.contains("STATUS=Serving \(fixture.archive)"))
        #expect(beginning.contains("MAINPID=\(process.processIdentifier)"))
        #expect(try !fixture.files(of: "default").isEmpty)
        process.terminate()
        #expect(messages(until: "STOPPING=1").contains("STOPPING=1"))
        #expect(Program.wait(seconds: 20) { !process.isRunning })
        #expect(process.terminationStatus == 0)
    }

    @Test("systemd finds nothing wrong with the unit")
    func unit() throws {
        try #require(FileManager.default.fileExists(atPath: "/usr/bin/systemd-analyze"), "needs systemd-analyze")
        let place = FileManager.default.temporaryDirectory.appending(path: "unit-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: place) }
        let unit = Self.repository.appending(path: "Mounts/dicomviewfs@.service")
        let text = try String(contentsOf: unit, encoding: .utf8)
            .replacing("/usr/local/bin/dicomviewfs", with: Program.path)
        let path = place.appending(path: "dicomviewfs@.service").path
        try Data(text.utf8).write(to: URL(filePath: path))
        let outcome = try shell(
            "systemd-analyze", "verify", "--man=no", place.appending(path: "dicomviewfs@archive.service").path)
        #expect(outcome.status == 0, "\(outcome.text)")
        #expect(!outcome.text.contains("dicomviewfs@"), "\(outcome.text)")
        for line in ["Type=notify", "ExecReload=/bin/kill -HUP $MAINPID", "CapabilityBoundingSet=CAP_SYS_ADMIN"] {
            #expect(text.contains(line))
        }
        for line in ["ProtectSystem", "PrivateTmp", "ProtectHome", "PrivateDevices"] {
            #expect(!text.contains("\n\(line)"))
        }
    }

    @Test("unmount --stale removes a dead mount and leaves a living one")
    func stale() throws {
        let fixture = try MountFixture()
        try fixture.mount()
        #expect(try fixture.run("unmount", "--stale", fixture.mountpoint).status == 0)
        #expect(fixture.isMounted)
        let pid = try fixture.pid()
        kill(pid, SIGKILL)
        #expect(Program.wait(seconds: 20) { !isRunning(pid) })
        // The process is gone before all that it had open is: until then the mount lives.
        #expect(
            Program.wait(seconds: 20) {
                (try? fixture.run("unmount", "--stale", fixture.mountpoint).status) == 0 && !fixture.isMounted
            })
        #expect(try fixture.run("unmount", "--stale", fixture.mountpoint).status == 0)
    }
}
