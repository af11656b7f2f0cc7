import Foundation
import Testing

@testable import dicomviewfs

@Suite(.serialized, .enabled(if: Program.canMount, Comment(rawValue: Program.cannotMount)), .timeLimit(.minutes(5)))
struct ImportTests {
    @Test(
        "what is copied into import/ is in default/ at once, is stored bit for bit, and converted when it has settled")
    func copy() throws {
        let fixture = try ImportFixture()
        try fixture.mount("-o", "settle_time=1")
        let slices = try fixture.dropped { $0.contains("axial") }
        // As long as it is open nothing settles, however long the copies take.
        let held = open(fixture.drop("held"), O_WRONLY | O_CREAT, 0o644)
        try #require(held >= 0)
        for slice in slices { try fixture.sh("cp", slice, "\(fixture.mountpoint)/import/") }
        #expect(try fixture.files(of: "default").count == slices.count)
        #expect(try fixture.files(of: "enhanced").isEmpty)
        let shown = try fixture.files(of: "default").map { try fixture.bytes($0) }
        #expect(try Set(shown) == Set(slices.map { try Data(contentsOf: URL(filePath: $0)) }))
        #expect(close(held) == 0)
        #expect(Program.wait(seconds: 20) { (try? fixture.files(of: "enhanced").count) == 1 })
        for slice in slices {
            let name = URL(filePath: slice).lastPathComponent
            #expect(try fixture.bytes("import/\(name)") == Data(contentsOf: URL(filePath: slice)))
        }
        try fixture.unmount()
        #expect(try fixture.archiveFiles().count == slices.count)
    }

    @Test(
        "a folder imported has the views of that folder mounted, names and bytes; rsync finds nothing to do, remounted too"
    )
    func rsync() throws {
        let fixture = try ImportFixture()
        try fixture.mount("-o", "settle_time=0.2")
        let target = "\(fixture.mountpoint)/import/"
        try fixture.sh("rsync", "-a", "\(fixture.source)/", target)
        #expect(try fixture.sh("rsync", "-ai", "\(fixture.source)/", target) == "")
        #expect(Program.wait(seconds: 30) { (try? fixture.status().files.instances) == (try? fixture.dropped().count) })
        try fixture.unmount()
        try fixture.mount("-o", "settle_time=0.2")
        #expect(try fixture.sh("rsync", "-ai", "\(fixture.source)/", target) == "")
        try fixture.sh("diff", "-r", fixture.source, target)
        let imported = try fixture.viewFiles()
        try fixture.unmount()
        let direct = try MountFixture()
        try direct.mount("-o", "ro")
        #expect(try direct.viewFiles() == imported)
        try direct.unmount()
    }
}
