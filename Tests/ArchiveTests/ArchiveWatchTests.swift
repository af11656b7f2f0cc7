import Foundation
import Testing

@testable import Archive

struct ArchiveWatchTests {
    /// What a watch told, and a directory to change.
    private final class Watched {
        let place: URL
        let told = Monitor<(paths: [String], gaps: [ArchiveWatch.Gap], isWatching: Bool)>(([], [], false))
        /// While true, the watch's thread stands still at what it tells next.
        let isHeld = Monitor(false)
        private(set) var watch: ArchiveWatch?

        /// - Parameter isOrdinaryUser: May look into what modes say, though root runs the test.
        init(isOrdinaryUser: Bool = false, _ prepare: (URL) throws -> Void = { _ in }) throws {
            place = FileManager.default.temporaryDirectory.appending(path: "watch-\(UUID().uuidString)")
            try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
            try prepare(place)
            let archive = try ArchiveDirectory(path: place.path, ruleset: "1")
            let watch = ArchiveWatch(
                archive, watching: { [told] in told.change { $0.isWatching = true } },
                changed: { [told, isHeld] paths in
                    isHeld.await { $0 ? nil : () }
                    told.change { $0.paths += paths.map { String(decoding: $0, as: UTF8.self) } }
                }, needsScan: { [told] gap in told.change { $0.gaps.append(gap) } })
            self.watch = watch
            // The thread that is started has the file system's user of this one.
            if isOrdinaryUser { becomeFileUser(ordinaryUser) }
            watch.start()
            if isOrdinaryUser { becomeFileUser(0) }
            told.await { $0.isWatching ? () : nil }
        }

        deinit {
            watch?.stop()
            try? FileManager.default.removeItem(at: place)
        }

        /// Waits until exactly these were told, and takes them.
        func expect(_ paths: [String], seconds: Double = 10) {
            let end = MonotonicClock.now() + seconds
            let found = told.await({ Set($0.paths) == Set(paths) ? $0.paths : nil }, deadline: { _ in end })
            #expect(found != nil, "told \(told.change { $0.paths })")
            told.change { $0.paths = [] }
        }

        func write(_ name: String, _ text: String = "x") throws {
            try Data(text.utf8).write(to: place.appending(path: name))
        }
    }

    @Test("files that are written, renamed, changed in time or mode, linked or removed are told by path")
    func files() throws {
        let watched = try Watched {
            try FileManager.default.createDirectory(at: $0.appending(path: "a"), withIntermediateDirectories: false)
        }
        try watched.write("a/one")
        watched.expect(["a/one"])
        #expect(rename(watched.place.appending(path: "a/one").path, watched.place.appending(path: "two").path) == 0)
        watched.expect(["a/one", "two"])
        #expect(chmod(watched.place.appending(path: "two").path, 0o600) == 0)
        watched.expect(["two"])
        #expect(link(watched.place.appending(path: "two").path, watched.place.appending(path: "a/three").path) == 0)
        // The kernel tells of the new name alone.
        watched.expect(["a/three"])
        #expect(truncate(watched.place.appending(path: "two").path, 0) == 0)
        watched.expect(["two"])
        #expect(unlink(watched.place.appending(path: "two").path) == 0)
        watched.expect(["two"])
    }

    @Test("directories that come are watched with all below them; where they went from they are watched no more")
    func directories() throws {
        let watched = try Watched()
        let outside = FileManager.default.temporaryDirectory.appending(path: "outside-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: outside) }
        try FileManager.default.createDirectory(at: outside.appending(path: "b/c"), withIntermediateDirectories: true)
        try Data("x".utf8).write(to: outside.appending(path: "b/c/file"))
        try FileManager.default.moveItem(at: outside, to: watched.place.appending(path: "in"))
        watched.expect(["in"])
        try watched.write("in/b/c/other")
        watched.expect(["in/b/c/other"])
        #expect(rename(watched.place.appending(path: "in/b").path, watched.place.appending(path: "moved").path) == 0)
        watched.expect(["in/b", "moved"])
        try watched.write("moved/c/other", "more")
        watched.expect(["moved/c/other"])
        try FileManager.default.removeItem(at: watched.place.appending(path: "moved"))
        watched.expect(["moved/c/file", "moved/c/other", "moved/c", "moved"])
    }

    @Test("a file is told when its writer closes it, not before; one that is kept open when it has come to rest")
    func writing() throws {
        let watched = try Watched()
        let path = watched.place.appending(path: "slow").path
        close(open(path, O_WRONLY | O_CREAT, 0o644))
        watched.expect(["slow"])
        let file = try FileHandle(forWritingTo: URL(filePath: path))
        for _ in 0..<5 {
            try file.write(contentsOf: Data("part".utf8))
            usleep(100_000)
            #expect(watched.told.change { $0.paths } == [])
        }
        watched.expect(["slow"], seconds: 2 + RestingPaths.afterTouch)
        try file.write(contentsOf: Data("end".utf8))
        try file.close()
        watched.expect(["slow"], seconds: RestingPaths.afterTouch - 0.5)
    }

    @Test("a folder that was closed to us is told and watched when it is opened, and told when it is closed")
    func closed() throws {
        let watched = try Watched(isOrdinaryUser: true) {
            try FileManager.default.createDirectory(at: $0.appending(path: "a/b"), withIntermediateDirectories: true)
            #expect(chmod($0.appending(path: "a").path, 0) == 0)
        }
        let folder = watched.place.appending(path: "a").path
        #expect(chmod(folder, 0o755) == 0)
        watched.expect(["a"])
        try watched.write("a/b/file")
        watched.expect(["a/b/file"])
        #expect(chmod(folder, 0o700) == 0)
        watched.expect(geteuid() == 0 ? ["a"] : [])
        #expect(chmod(folder, 0o755) == 0)
        watched.expect(geteuid() == 0 ? ["a"] : [])
        // Times are none of this: whoever copies trees sets them, and nothing below has to be looked at for that.
        #expect(utimensat(AT_FDCWD, folder, nil, 0) == 0)
        try watched.write("a/b/other")
        watched.expect(["a/b/other"])
    }

    @Test("what lies below a closed folder is watched when that is opened, though nobody told when it changed itself")
    func belowClosed() throws {
        let watched = try Watched(isOrdinaryUser: true) {
            try FileManager.default.createDirectory(at: $0.appending(path: "a/b"), withIntermediateDirectories: true)
            #expect(chmod($0.appending(path: "a/b").path, 0) == 0)
            #expect(chmod($0.appending(path: "a").path, 0o311) == 0)
        }
        // Nothing in "a" is watched, so nobody tells of "b".
        #expect(chmod(watched.place.appending(path: "a/b").path, 0o755) == 0)
        usleep(200_000)
        #expect(watched.told.change { $0.paths } == [])
        watched.watch?.watchAgain()
        #expect(chmod(watched.place.appending(path: "a").path, 0o755) == 0)
        watched.expect(["a"])
        watched.watch?.watchAgain()
        try watched.write("a/b/file")
        watched.expect(["a/b/file"])
    }

    @Test("what is ours in the archive is not told")
    func ours() throws {
        let watched = try Watched()
        try watched.write(".dicomviewfs/x")
        try watched.write("file")
        watched.expect(["file"])
    }

    @Test("more events than the kernel keeps are told as a gap, and watching goes on")
    func overflow() throws {
        let text = try String(contentsOfFile: "/proc/sys/fs/inotify/max_queued_events", encoding: .utf8)
        let limit = try #require(Int(text.trimmingCharacters(in: .whitespacesAndNewlines)))
        try #require(limit <= 100_000, "the limit is too high to reach in a test")
        let watched = try Watched()
        watched.isHeld.change { $0 = true }
        let source = watched.place.appending(path: "source").path
        close(open(source, O_WRONLY | O_CREAT, 0o644))
        usleep(500_000)
        for number in 0...limit {
            let path = "\(source)\(number % 7)"
            _ = link(source, path)
            _ = unlink(path)
        }
        watched.isHeld.change { $0 = false }
        let end = MonotonicClock.now() + 20
        _ = watched.told.await({ $0.gaps.isEmpty ? nil : () }, deadline: { _ in end })
        #expect(watched.told.change { $0.gaps.first } == .overflow)
        watched.told.change { $0.paths = [] }
        usleep(3_000_000)
        watched.told.change { $0.paths = [] }
        try watched.write("after")
        watched.expect(["after"])
    }
}
