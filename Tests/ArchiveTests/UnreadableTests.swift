import Foundation
import Testing

@testable import Archive

@Suite("What the system does not let us read")
struct UnreadableTests {
    private func scan(_ archive: ArchiveDirectory, _ store: IndexStore) throws -> ScanReport {
        try ArchiveScan(archive: archive, store: store, summarizer: CountingSummarizer()).run()
    }

    private func follow(_ archive: ArchiveDirectory, _ store: IndexStore, _ path: String) throws -> ScanReport {
        try ArchiveScan(archive: archive, store: store, summarizer: CountingSummarizer())
            .run(paths: [Array(path.utf8)]).report
    }

    @Test("a file and a folder that were indexed keep what is indexed of them, and are named with the system's words")
    func indexed() throws {
        let files = try TestArchive()
        try files.write("file", instanceFile("1.1"))
        try files.write("folder/one", instanceFile("1.2"))
        try files.write("folder/two", instanceFile("1.3"))
        try files.asOrdinaryUser {
            let (archive, store) = try files.open()
            #expect(try scan(archive, store).failures.isEmpty)
            let before = try content(store)
            for isWhole in [true, false] {
                chmod(files.root + "/file", 0)
                chmod(files.root + "/folder", 0)
                let failures =
                    try isWhole
                    ? scan(archive, store).failures
                    : follow(archive, store, "file").failures + follow(archive, store, "folder").failures
                let expected = ["file", "folder"].map { "\(archive.path)/\($0): Permission denied" }
                #expect(Set(failures) == Set(expected) && failures.count == 2, "\(failures)")
                #expect(try content(store) == before)
                chmod(files.root + "/file", 0o644)
                chmod(files.root + "/folder", 0o755)
                #expect(try scan(archive, store).failures.isEmpty)
                #expect(try content(store) == before)
            }
        }
    }

    @Test("a new file that cannot be read is named at every scan, and is no change at the second")
    func new() throws {
        let files = try TestArchive()
        try files.write("file", instanceFile("1.1"))
        chmod(files.root + "/file", 0)
        try files.asOrdinaryUser {
            let (archive, store) = try files.open()
            for number in 1...3 {
                let report = try scan(archive, store)
                #expect(report.failures == ["\(archive.path)/file: Permission denied"])
                #expect(report.hasChanges == (number == 1))
            }
            let skipped = try store.read { (snapshot) throws(IndexError) in try snapshot.skippedFiles() }
            #expect(skipped.map(\.skipReason) == [SkipReason(.unreadable, "Permission denied")])
            chmod(files.root + "/file", 0o644)
            #expect(try scan(archive, store).failures.isEmpty)
            #expect(try store.shown() == ["1.1": "file"])
        }
    }

    @Test("sockets, pipes and links are no faults when all is read again")
    func verified() throws {
        let files = try TestArchive()
        try files.write("file", instanceFile("1.1"))
        symlink("file", files.root + "/link")
        mkfifo(files.root + "/pipe", 0o644)
        let listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(listener) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let place = Array((files.root + "/socket").utf8)
        try #require(place.count < 100)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: place) }
        let bound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        try #require(bound == 0)
        let (archive, store) = try files.open()
        #expect(try scan(archive, store).failures.isEmpty)
        var faults: [String] = []
        try FileVerification(archive: archive, store: store, summarizer: CountingSummarizer())
            .run(progress: { _ in true }, report: { faults.append("\($0): \($1)") })
        #expect(faults == [])
    }

    @Test("a source that was removed or rewritten is not kept open, one with another link is")
    func kept() throws {
        let files = try TestArchive()
        for name in ["removed", "rewritten", "linked", "left"] {
            try files.write(name, instanceFile("1.\(name.count)"))
        }
        let (archive, store) = try files.open()
        _ = try scan(archive, store)
        let descriptors = SourceDescriptors(archive: archive)
        for name in ["removed", "rewritten", "linked", "left"] {
            let row = try store.read { (snapshot) throws(IndexError) in try snapshot.file(path: Array(name.utf8)) }
            _ = try descriptors.source(try #require(row))
        }
        descriptors.forgetGone()
        #expect(descriptors.count == 4)
        files.remove("removed")
        try files.write("rewritten", instanceFile("1.99"))
        link(files.root + "/linked", files.root + "/other")
        descriptors.forgetGone()
        #expect(descriptors.count == 2)
        // What opening does when no descriptor is left.
        #expect(archive.closeIdle())
        #expect(descriptors.count == 0)
        #expect(!archive.closeIdle())
    }
}
