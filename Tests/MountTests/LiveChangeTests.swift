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

    @Test("chmod and a hard link of a source disturb no reader and change no listing")
    func linked() throws {
        let fixture = try MountFixture()
        try fixture.mount("-o", "settle_time=0.5")
        let before = try fixture.listing()
        let (file, bytes) = (try combined(fixture), try fixture.bytes(combined(fixture)))
        for (number, slice) in try slices(fixture).enumerated() {
            try manager.linkItem(atPath: slice, toPath: "\(fixture.place.path)/backup-\(number)")
            try manager.setAttributes([.posixPermissions: 0o600], ofItemAtPath: slice)
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
