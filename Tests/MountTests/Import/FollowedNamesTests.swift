import Foundation
import Testing

@testable import dicomviewfs

/// Names in `import/` whose files are changed behind the mount.
@Suite(.serialized, .enabled(if: Program.canMount, Comment(rawValue: Program.cannotMount)), .timeLimit(.minutes(5)))
struct FollowedNamesTests {
    private func data(_ path: String) -> Data? { try? Data(contentsOf: URL(filePath: path)) }

    /// Drops slices with `rsync -a`; their paths, and where the archive has each.
    private func rsynced(_ fixture: ImportFixture) throws -> [(source: String, name: String, stored: String)] {
        let slices = try fixture.dropped { $0.contains("axial") }
        try fixture.sh("rsync", "-a", URL(filePath: slices[0]).deletingLastPathComponent().path + "/", fixture.drop(""))
        return try slices.map {
            let name = URL(filePath: $0).lastPathComponent
            #expect(fixture.outcome(name) == "stored")
            return ($0, name, try #require(try fixture.imports()["import/\(name)"]?[2]))
        }
    }

    private func names(_ fixture: ImportFixture) throws -> Set<String> {
        try Set(FileManager.default.contentsOfDirectory(atPath: fixture.drop("")))
    }

    @Test(
        "touched, renamed and moved with its folder, a file is found by its content; the name reads on, also after a remount"
    )
    func moved() throws {
        let fixture = try ImportFixture()
        try fixture.mount("-o", "settle_time=0.3")
        let files = try rsynced(fixture)
        try fixture.sh("touch", files[0].stored)
        try fixture.sh("mv", files[1].stored, "\(fixture.archive)/renamed.dcm")
        try fixture.sh("touch", "\(fixture.archive)/renamed.dcm")
        for isRemounted in [false, true] {
            if isRemounted {
                try fixture.unmount()
                // While nobody looks, all of it goes elsewhere.
                try fixture.sh("mv", "\(fixture.archive)/imported", "\(fixture.archive)/elsewhere")
                try fixture.mount("-o", "settle_time=0.3")
            }
            #expect(
                Program.wait(seconds: 20) {
                    let place = try? fixture.imports()["import/\(files[2].name)"]?[2]
                    return place?.contains("/elsewhere/") == isRemounted
                })
            for file in files {
                #expect(
                    Program.wait(seconds: 20) { data(fixture.drop(file.name)) == data(file.source) }, "\(file.name)")
                let place = try #require(try fixture.imports()["import/\(file.name)"]?[2])
                #expect(data(place) == data(file.source))
            }
            #expect(try fixture.imports()["import/\(files[1].name)"]?[2] == "\(fixture.archive)/renamed.dcm")
            #expect(try names(fixture).count == files.count)
        }
        // The names have what was dropped: nothing to do.
        let folder = URL(filePath: files[0].source).deletingLastPathComponent().path
        #expect(try fixture.sh("rsync", "-ai", "\(folder)/", fixture.drop("")) == "")
        try fixture.unmount()
    }

    @Test("what was removed while nothing was mounted has no name for the first who looks, however long settling takes")
    func goneBeforeMounting() throws {
        let fixture = try ImportFixture()
        try fixture.mount("-o", "settle_time=0.3")
        let files = try rsynced(fixture)
        try fixture.unmount()
        try FileManager.default.removeItem(atPath: files[0].stored)
        try fixture.mount("-o", "settle_time=600")
        #expect(try names(fixture) == Set(files.dropFirst().map(\.name)))
        let folder = URL(filePath: files[0].source).deletingLastPathComponent().path
        try fixture.sh("rsync", "-a", "\(folder)/", fixture.drop(""))
        #expect(fixture.outcome(files[0].name) == "stored")
        try fixture.unmount()
    }

    @Test("what the archive has no more, or with other bytes, goes from import/; a second rsync restores it")
    func gone() throws {
        let fixture = try ImportFixture()
        try fixture.mount("-o", "settle_time=0.3")
        let files = try rsynced(fixture)
        let folder = URL(filePath: files[0].source).deletingLastPathComponent().path
        for isRemounted in [false, true] {
            if isRemounted { try fixture.unmount() }
            #expect(unlink(files[0].stored) == 0)
            var bytes = try #require(data(files[1].source))
            bytes[bytes.count - 1] ^= 1
            try bytes.write(to: URL(filePath: files[1].stored))
            if isRemounted { try fixture.mount("-o", "settle_time=0.3") }
            let rest = Set(files.dropFirst(2).map(\.name))
            #expect(Program.wait(seconds: 20) { (try? names(fixture)) == rest })
            #expect(access(fixture.drop(files[0].name), F_OK) == -1 && errno == ENOENT)
            #expect(try fixture.imports()["import/\(files[0].name)"] == nil)
            try bytes.write(to: URL(filePath: files[1].stored))
            #expect(unlink(files[1].stored) == 0)
            #expect(Program.wait(seconds: 20) { (try? fixture.files(of: "default").count) == files.count - 2 })
            try fixture.sh("rsync", "-a", "\(folder)/", fixture.drop(""))
            #expect(fixture.outcome(files[0].name) == "stored" && fixture.outcome(files[1].name) == "stored")
            #expect(data(files[0].stored) == data(files[0].source) && data(files[1].stored) == data(files[1].source))
            #expect(try fixture.files(of: "default").count == files.count)
        }
        try fixture.unmount()
    }

    @Test("right after a file was removed, its name can be written anew")
    func writtenAnew() throws {
        let fixture = try ImportFixture()
        try fixture.mount("-o", "settle_time=5")
        let files = try rsynced(fixture)
        #expect(unlink(files[0].stored) == 0)
        #expect(Program.wait(seconds: 20) { (try? fixture.files(of: "default").count) == files.count - 1 })
        #expect(try names(fixture).contains(files[0].name))
        try fixture.sh("cp", files[0].source, fixture.drop(files[0].name))
        #expect(Program.wait(seconds: 20) { data(files[0].stored) == data(files[0].source) })
        #expect(data(fixture.drop(files[0].name)) == data(files[0].source))
        try fixture.unmount()
    }
}
