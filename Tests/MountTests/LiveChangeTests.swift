import Foundation
import Testing

@testable import dicomviewfs

/// What changes in the archive behind the mount.
@Suite(.serialized, .enabled(if: Program.canMount, Comment(rawValue: Program.cannotMount)), .timeLimit(.minutes(5)))
struct LiveChangeTests {
    private let manager = FileManager.default

    /// The slices of the CT series, and where their combined file is.
    private func slices(_ fixture: MountFixture) throws -> [String] {
        try fixture.archiveFiles().filter { $0.contains("/ct/") && !$0.contains("localizer") }
    }

    /// Path, inode number and size of all that is there: what tells files apart, without the change times, which say that a
    /// converted file has other sources now.
    private func names(_ fixture: MountFixture) throws -> Set<String> {
        Set(
            try fixture.listing().map {
                $0.split(separator: " ", omittingEmptySubsequences: false).prefix(3).joined(separator: " ")
            })
    }

    private func combined(_ fixture: MountFixture) throws -> String {
        try #require(try fixture.files(of: "enhanced").first { $0.contains("_CT_Axial") })
    }

    @Test(
        "a file that comes is in default/ and, when its patient has settled, in the other views, with nobody asked to look",
        arguments: [true, false])
    func comes(isReadOnly: Bool) throws {
        let fixture = try MountFixture()
        let slice = try #require(try slices(fixture).last)
        let aside = fixture.place.appending(path: "aside").path
        try manager.moveItem(atPath: slice, toPath: aside)
        try fixture.mount("-o", "settle_time=0.5" + (isReadOnly ? ",ro" : ""))
        let before = try fixture.files(of: "default")
        let size = try fixture.bytes(combined(fixture)).count
        try manager.copyItem(atPath: aside, toPath: slice)
        #expect(Program.wait(seconds: 20) { (try? fixture.files(of: "default").count) == before.count + 1 })
        #expect(Program.wait(seconds: 20) { (try? fixture.bytes(combined(fixture)).count) ?? 0 > size })
        try fixture.unmount()
    }

    @Test("who cannot be settled is listed once, until it can be, and not among what could not be looked into")
    func unsettled() throws {
        let fixture = try MountFixture()
        try fixture.mount("-o", "settle_time=0.2")
        try fixture.changeIndex(
            """
            CREATE TRIGGER contradiction BEFORE INSERT ON view_instance WHEN NEW.form = 1
            BEGIN SELECT RAISE(ABORT, 'a contradiction'); END
            """)
        try manager.removeItem(atPath: try #require(try slices(fixture).last))
        #expect(Program.wait(seconds: 20) { (try? fixture.status().unsettled.count) == 1 })
        // A look through all meets it too.
        kill(try fixture.pid(), SIGHUP)
        usleep(1_500_000)
        let report = try fixture.status()
        #expect(report.unsettled.map(\.patientID) == ["DEMO-CT"])
        #expect(report.unsettled.first?.reason.contains("a contradiction") == true)
        #expect(report.mount?.unread == [] && report.mount?.settling.waiting == 1)
        let lines = try fixture.run("status", fixture.mountpoint).output.split(separator: "\n")
        #expect(lines.filter { $0.contains("a contradiction") }.count == 1, "\(lines)")
        try fixture.changeIndex("DROP TRIGGER contradiction")
        #expect(Program.wait(seconds: 40) { (try? fixture.status().unsettled.isEmpty) == true })
        #expect(try fixture.status().mount?.unread == [])
        try fixture.unmount()
    }

    @Test("a file that goes is gone from the listings, and a combined file that it was part of is made without it")
    func goes() throws {
        let fixture = try MountFixture()
        try fixture.mount("-o", "settle_time=0.5")
        let before = try fixture.files(of: "default")
        let size = try fixture.bytes(combined(fixture)).count
        try manager.removeItem(atPath: try #require(try slices(fixture).last))
        #expect(Program.wait(seconds: 20) { (try? fixture.files(of: "default").count) == before.count - 1 })
        #expect(
            Program.wait(seconds: 20) {
                let now = (try? fixture.bytes(combined(fixture)).count) ?? 0
                return now > 0 && now < size
            })
        try fixture.unmount()
    }

    @Test("renaming a folder renames and renumbers no file of the trees; removing one removes what was in it")
    func folders() throws {
        let fixture = try MountFixture()
        try fixture.mount("-o", "settle_time=0.5")
        let before = try names(fixture)
        try manager.moveItem(atPath: "\(fixture.archive)/ct", toPath: "\(fixture.archive)/computed")
        let file = try #require(try fixture.files(of: "default").first { $0.contains("_CT_Localizer") })
        // Its source has moved: whoever opens it gets the bytes, at the latest when the watch has told.
        #expect(Program.wait(seconds: 20) { (try? fixture.bytes(file)) != nil })
        #expect(Program.wait(seconds: 20) { (try? fixture.bytes(combined(fixture))) != nil })
        #expect(try names(fixture) == before)
        try manager.removeItem(atPath: "\(fixture.archive)/computed")
        #expect(Program.wait(seconds: 20) { (try? fixture.listing())?.contains { $0.contains("_CT_") } == false })
        try fixture.unmount()
    }

    @Test(
        "a file that changes has its new bytes in default/, and who reads what was made of the old ones gets those or ESTALE",
        arguments: [true, false])
    func changes(inPlace: Bool) throws {
        let fixture = try MountFixture()
        try fixture.mount("-o", "settle_time=0.5,nopassthrough")
        let slice = try #require(try slices(fixture).first)
        let old = try Data(contentsOf: URL(filePath: slice))
        let shown = try #require(try fixture.files(of: "default").first { try fixture.bytes($0) == old })
        let path = try combined(fixture)
        let before = try fixture.bytes(path)
        let reader = open("\(fixture.mountpoint)/\(path)", O_RDONLY)
        // The pixels alone, all of them.
        var new = old
        new.replaceSubrange(old.count - 4096..<old.count, with: Data(repeating: 0x5A, count: 4096))
        if inPlace {
            let file = try FileHandle(forWritingTo: URL(filePath: slice))
            try file.write(contentsOf: new)
            try file.close()
        } else {
            try new.write(to: URL(filePath: slice), options: .atomic)
        }
        let end = ProcessInfo.processInfo.systemUptime + 20
        var isShown = false
        while !isShown, ProcessInfo.processInfo.systemUptime < end {
            var buffer = [UInt8](repeating: 0, count: before.count)
            // Whatever the kernel does not have must be asked for.
            posix_fadvise(reader, 0, 0, POSIX_FADV_DONTNEED)
            let count = pread(reader, &buffer, buffer.count, 0)
            if count < 0 {
                #expect(errno == ESTALE)
            } else {
                #expect(Data(buffer[..<count]) == before.prefix(count))
            }
            let now = try? fixture.bytes(combined(fixture))
            isShown = (try? fixture.bytes(shown)) == new && now != nil && now != before
            usleep(20_000)
        }
        close(reader)
        #expect(isShown)
        let after = try fixture.bytes(combined(fixture))
        #expect(after.range(of: Data(repeating: 0x5A, count: 4096)) != nil)
        try fixture.unmount()
    }

    @Test("a listing that is under way across an import repeats and misses nothing, and the next one has what came")
    func listingAcrossImport() throws {
        let fixture = try ImportFixture()
        try fixture.mount("-o", "settle_time=0.5")
        let slices = try fixture.dropped { $0.contains("/ct/") && !$0.contains("localizer") }
        let late = try #require(slices.last)
        for (number, slice) in slices.dropLast().enumerated() { try fixture.sh("cp", slice, fixture.drop("\(number)")) }
        let folder = try #require(try fixture.files(of: "default").first).split(separator: "/").dropLast()
            .joined(separator: "/")
        // Entry by entry: a listing is asked for in pieces of the size that getdents64(2) is given room for.
        let text = """
            import ctypes, os, shutil, sys, time
            folder, late, drop = sys.argv[1:]
            libc = ctypes.CDLL(None, use_errno=True)
            stream = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
            room, names = ctypes.create_string_buffer(120), []
            def piece():
                count = libc.syscall(217 if os.uname().machine == "x86_64" else 61, stream, room, len(room))
                assert count >= 0, os.strerror(ctypes.get_errno())
                place = 0
                while place < count:
                    length = int.from_bytes(room.raw[place + 16:place + 18], sys.byteorder)
                    names.append(room.raw[place + 19:place + length].split(b"\\0")[0])
                    place += length
                return count
            before = set(os.listdir(os.fsencode(folder)))
            for _ in range(5): assert piece()
            shutil.copyfile(late, drop)
            while len(os.listdir(folder)) == len(before): time.sleep(0.01)
            while piece(): pass
            assert len(set(names)) == len(names), names
            assert before <= set(names), before - set(names)
            assert len(os.listdir(folder)) == len(before) + 1
            """
        try fixture.sh("python3", "-c", text, "\(fixture.mountpoint)/\(folder)", late, fixture.drop("late"))
        try fixture.unmount()
    }

    @Test("chmod, chown and a hard link of a source disturb no reader and change no listing")
    func linked() throws {
        let fixture = try MountFixture()
        try fixture.mount("-o", "settle_time=0.5")
        let before = try fixture.listing()
        let (file, bytes) = (try combined(fixture), try fixture.bytes(combined(fixture)))
        for (number, slice) in try slices(fixture).enumerated() {
            try manager.linkItem(atPath: slice, toPath: "\(fixture.place.path)/backup-\(number)")
            try manager.setAttributes([.posixPermissions: 0o600], ofItemAtPath: slice)
            // Who is not root has no other group for certain: the own one changes the file's change time alone.
            #expect(chown(slice, geteuid(), geteuid() == 0 ? 1 : getegid()) == 0)
        }
        for _ in 0..<20 {
            #expect(try fixture.bytes(file) == bytes)
            usleep(100_000)
        }
        #expect(try fixture.listing() == before)
        try fixture.unmount()
    }

    @Test("a mount with a complete index answers before the archive was looked through, and follows soon")
    func served() throws {
        let fixture = try MountFixture()
        try fixture.run("index", fixture.archive, "--index", fixture.index)
        let slice = try #require(try slices(fixture).last)
        try manager.removeItem(atPath: slice)
        try fixture.mount("-o", "settle_time=0.5")
        #expect(Program.wait(seconds: 20) { (try? fixture.status().views["default"]?.instances) == 41 })
        try fixture.unmount()
        let other = try MountFixture()
        try other.run("index", other.archive, "--index", other.index)
        try manager.removeItem(atPath: try #require(try slices(other).last))
        try other.mount("-o", "index=complete")
        #expect(try other.files(of: "default").count == 41)
        try other.unmount()
    }
}
