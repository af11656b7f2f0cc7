import Foundation
import Testing

@testable import dicomviewfs

/// Frames and metadata of instances, in directories that can be entered but are not listed.
@Suite(.serialized, .enabled(if: Program.canMount, Comment(rawValue: Program.cannotMount)), .timeLimit(.minutes(5)))
struct HiddenDirectoryTests {
    private let manager = FileManager.default

    /// The directory of the Series that has the only multi-frame file of `view` whose name of a Series has `text` in it.
    private func image(_ fixture: MountFixture, _ view: String, _ text: String) throws -> (series: String, stem: String)
    {
        let path = try #require(try fixture.files(of: view).first { $0.contains(text) && !$0.contains("/.") })
        let name = (path as NSString).lastPathComponent
        return ("\(fixture.mountpoint)/\((path as NSString).deletingLastPathComponent)", String(name.dropLast(4)))
    }

    private func facts(_ path: String) throws -> String {
        var status = stat()
        guard lstat(path, &status) == 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
        let times = [status.st_mtim, status.st_ctim].map { "\($0.tv_sec).\($0.tv_nsec)" }
        return "\(status.st_ino) \(status.st_size) \(times) \(status.st_mode) \(status.st_nlink)"
    }

    private func error(_ path: String) -> Int32 {
        var status = stat()
        return lstat(path, &status) == 0 ? 0 : errno
    }

    @Test("no walk through the trees meets them, yet whoever names them finds frames and metadata")
    func unlisted() throws {
        let fixture = try MountFixture()
        try fixture.mount()
        let paths = try manager.subpathsOfDirectory(atPath: fixture.mountpoint)
        #expect(!paths.contains { $0.split(separator: "/").contains { $0.hasPrefix(".") } })
        let (series, stem) = try image(fixture, "enhanced", "_CT_Axial")
        #expect(try manager.contentsOfDirectory(atPath: "\(series)/.frames") == [stem])
        #expect(try manager.contentsOfDirectory(atPath: "\(series)/.metadata") == ["\(stem).json"])
        let frames = try manager.contentsOfDirectory(atPath: "\(series)/.frames/\(stem)").sorted()
        #expect(frames.first == "0001.dcm")
        #expect(frames.count > 5)
        for name in frames {
            let path = "\(series)/.frames/\(stem)/\(name)"
            let data = try Data(contentsOf: URL(filePath: path))
            #expect(Int(try #require(manager.attributesOfItem(atPath: path)[.size] as? UInt64)) == data.count)
            #expect(data[128..<132].elementsEqual("DICM".utf8))
        }
        let json = try Data(contentsOf: URL(filePath: "\(series)/.metadata/\(stem).json"))
        let object = try #require(try JSONSerialization.jsonObject(with: json) as? [String: [String: Any]])
        #expect(object["00080018"]?["vr"] as? String == "UI")
        try fixture.unmount()
    }

    @Test("frames can be named as a list; what is no list of frames is not there")
    func lists() throws {
        let fixture = try MountFixture()
        try fixture.mount()
        let (series, stem) = try image(fixture, "enhanced", "_CT_Axial")
        let directory = "\(series)/.frames/\(stem)"
        let some = try Data(contentsOf: URL(filePath: "\(directory)/1-3.dcm"))
        #expect(try Data(contentsOf: URL(filePath: "\(directory)/3,1,2.dcm")) == some)
        #expect(try facts("\(directory)/1-3.dcm") == facts("\(directory)/1,2,3.dcm"))
        #expect(try facts("\(directory)/1.dcm") == facts("\(directory)/0001.dcm"))
        #expect(try facts("\(directory)/1-3.dcm") != facts("\(directory)/1-2.dcm"))
        #expect(try Data(contentsOf: URL(filePath: "\(directory)/1-5+2.dcm")) != some)
        for name in ["0.dcm", "9999.dcm", "3-1.dcm", "1-3", "x.dcm"] {
            #expect(error("\(directory)/\(name)") == ENOENT)
        }
        for path in [".frames/x", ".metadata/x.json", ".metadata/\(stem)", ".metadata/\(stem).dcm", ".other"] {
            #expect(error("\(series)/\(path)") == ENOENT)
        }
        #expect(error("\(directory)/0001.dcm/x") == ENOTDIR)
        try fixture.unmount()
    }

    @Test("a single-frame instance is its own frame, in each of the views that has it")
    func single() throws {
        let fixture = try MountFixture()
        try fixture.mount()
        for view in ["default", "classic"] {
            let (series, stem) = try image(fixture, view, "_CT_Localizer")
            let file = try Data(contentsOf: URL(filePath: "\(series)/\(stem).dcm"))
            #expect(try manager.contentsOfDirectory(atPath: "\(series)/.frames/\(stem)") == ["0001.dcm"])
            #expect(try Data(contentsOf: URL(filePath: "\(series)/.frames/\(stem)/0001.dcm")) == file)
        }
        try fixture.unmount()
    }

    @Test("nothing can be changed in them, in default/ neither")
    func readOnly() throws {
        let fixture = try MountFixture()
        try fixture.mount()
        let (series, stem) = try image(fixture, "default", "_CT_Localizer")
        for path in [".frames/new", ".metadata/new", ".frames/\(stem)/new.dcm"] {
            #expect(open("\(series)/\(path)", O_WRONLY | O_CREAT, 0o644) == -1)
            #expect(errno == EROFS)
            #expect(mkdir("\(series)/\(path)", 0o755) == -1)
            #expect(errno == EROFS)
        }
        #expect(open("\(series)/.frames/\(stem)/0001.dcm", O_WRONLY) == -1)
        #expect(errno == EROFS)
        try fixture.unmount()
    }

    @Test("stat says the same after a remount and after indexing anew, and handles lead to the same files")
    func stable() throws {
        let fixture = try MountFixture()
        func look() throws -> [String: String] {
            var seen: [String: String] = [:]
            for (view, text) in [("enhanced", "_CT_Axial"), ("default", "_CT_Localizer"), ("classic", "_MR_")] {
                let (series, stem) = try image(fixture, view, text)
                for path in [
                    ".frames", ".metadata", ".frames/\(stem)", ".frames/\(stem)/0001.dcm", ".metadata/\(stem).json",
                ] {
                    seen["\(series)/\(path)"] = try facts("\(series)/\(path)")
                }
                if view == "enhanced" { seen["list"] = try facts("\(series)/.frames/\(stem)/1,3.dcm") }
            }
            return seen
        }
        try fixture.mount()
        let first = try look()
        let numbers = first.values.map { $0.split(separator: " ")[0] }
        #expect(Set(numbers).count == numbers.count)
        try fixture.unmount()
        try fixture.mount()
        #expect(try look() == first)
        try fixture.unmount()
        try manager.removeItem(atPath: fixture.index)
        try fixture.mount()
        #expect(try look() == first)
        try fixture.unmount()
    }

    @Test("list_hidden lists them, with everything found by a walk that stat finds by name")
    func listed() throws {
        let fixture = try MountFixture()
        try fixture.mount("-o", "list_hidden")
        let names = try manager.contentsOfDirectory(atPath: fixture.mountpoint)
        #expect(names.contains(".dicomviewfs"))
        let (series, stem) = try image(fixture, "enhanced", "_CT_Axial")
        #expect(
            try manager.contentsOfDirectory(atPath: series).sorted() == [".frames", ".metadata", "\(stem).dcm"])
        let found = try manager.subpathsOfDirectory(atPath: "\(fixture.mountpoint)/enhanced")
        #expect(found.contains { $0.hasSuffix(".frames/\(stem)/0002.dcm") })
        #expect(found.contains { $0.hasSuffix(".metadata/\(stem).json") })
        try fixture.unmount()
    }

    @Test("when a slice comes, the frames and metadata of what is made of it are the new ones")
    func live() throws {
        let fixture = try MountFixture()
        let slice = try #require(
            try fixture.archiveFiles().filter { $0.contains("/ct/") && !$0.contains("localizer") }.last)
        let aside = fixture.place.appending(path: "aside").path
        try manager.moveItem(atPath: slice, toPath: aside)
        try fixture.mount("-o", "settle_time=0.5")
        let (series, stem) = try image(fixture, "enhanced", "_CT_Axial")
        let before = try manager.contentsOfDirectory(atPath: "\(series)/.frames/\(stem)").count
        #expect(try manager.contentsOfDirectory(atPath: "\(series)/.metadata") == ["\(stem).json"])
        try manager.moveItem(atPath: aside, toPath: slice)
        #expect(
            Program.wait(seconds: 20) {
                guard let now = try? image(fixture, "enhanced", "_CT_Axial") else { return false }
                return (try? manager.contentsOfDirectory(atPath: "\(now.series)/.frames/\(now.stem)").count) == before
                    + 1
            })
        let now = try image(fixture, "enhanced", "_CT_Axial")
        #expect(try manager.contentsOfDirectory(atPath: "\(now.series)/.metadata") == ["\(now.stem).json"])
        #expect(now.stem == stem || error("\(series)/.frames/\(stem)") == ENOENT)
        try fixture.unmount()
    }
}
