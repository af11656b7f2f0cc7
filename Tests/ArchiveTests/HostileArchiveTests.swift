import Glibc
import Testing

@testable import Archive

@Suite("Files that mean harm or cannot be read")
struct HostileArchiveTests {
    @Test("links are followed within the archive and never out of it")
    func links() throws {
        let files = try TestArchive()
        let outside = try TestArchive()
        try outside.write("secret", instanceFile("6.6"))
        try outside.write("dir/secret", instanceFile("6.7"))
        try files.write("sub/x", instanceFile("1.1"))
        symlink(outside.root + "/secret", files.root + "/absolute")
        symlink("../../../" + outside.root + "/secret", files.root + "/relative")
        symlink(outside.root + "/dir", files.root + "/directory")
        symlink("sub/x", files.root + "/within")
        symlink("../within", files.root + "/sub/twice")
        symlink("loop", files.root + "/loop")
        symlink("sub", files.root + "/subdirectory")
        symlink("nowhere", files.root + "/dangling")
        let (archive, store) = try files.open()
        _ = try ArchiveScan(archive: archive, store: store, summarizer: CountingSummarizer()).run()
        #expect(try store.shown() == ["1.1": "sub/twice"])
        let (counts, skipped) = try store.read { (snapshot) throws(IndexError) in
            (try snapshot.archiveCounts(), try snapshot.skippedFiles())
        }
        #expect(counts.duplicates == 2)
        #expect(skipped.count == 6)
        #expect(skipped.allSatisfy { $0.skipReason?.code == .symbolicLink })
    }

    @Test("a link to outside that takes an indexed file's place is not served")
    func swapped() throws {
        let files = try TestArchive()
        let outside = try TestArchive()
        try outside.write("secret", instanceFile("1.1"))
        try files.write("x", instanceFile("1.1"))
        let (archive, store) = try files.open()
        _ = try ArchiveScan(archive: archive, store: store, summarizer: CountingSummarizer()).run()
        let row = try #require(
            try store.read { (snapshot) throws(IndexError) in try snapshot.file(path: Array("x".utf8)) })
        files.remove("x")
        symlink(outside.root + "/secret", files.root + "/x")
        #expect(throws: StoreError.unreadable(path: archive.path + "/x", errno: EXDEV)) {
            _ = try SourceFile(row, in: archive)
        }
    }

    @Test("names of any bytes are kept as they are")
    func names() throws {
        let files = try TestArchive()
        let names: [[UInt8]] = [
            [0xFF, 0xFE, 0x80], Array("a\nb\t;rm -rf".utf8), Array(" ".utf8), Array("-x".utf8), Array("日本".utf8),
            Array(repeating: 0x61, count: 255), Array("'\"$(x)`".utf8), [0x01],
        ]
        for (index, name) in names.enumerated() { try files.write(name, instanceFile("1.\(index)")) }
        let (archive, store) = try files.open()
        let scan = ArchiveScan(archive: archive, store: store, summarizer: CountingSummarizer())
        _ = try scan.run()
        for (index, name) in names.enumerated() {
            let row = try store.read { (snapshot) throws(IndexError) in
                try snapshot.instance(sopInstanceUID: "1.\(index)")
            }
            #expect(row?.file.path == name)
            if let row { _ = try SourceFile(row.file, in: archive) }
        }
        #expect(try scan.run().unchanged == names.count)
    }

    @Test(
        "a file that may not be read is reported, and read when it may",
        .enabled(if: geteuid() != 0, "root may read all"))
    func unreadable() throws {
        let files = try TestArchive()
        try files.write("x", instanceFile("1.1"))
        chmod(files.root + "/x", 0)
        let (archive, store) = try files.open()
        let scan = ArchiveScan(archive: archive, store: store, summarizer: CountingSummarizer())
        _ = try scan.run()
        let skipped = try store.read { (snapshot) throws(IndexError) in try snapshot.skippedFiles() }
        #expect(skipped.map(\.skipReason?.code) == [.unreadable])
        chmod(files.root + "/x", 0o644)
        _ = try scan.run()
        #expect(try store.shown() == ["1.1": "x"])
    }

    @Test("a file that the system cannot read is reported by name with the system's words")
    func failing() throws {
        // A path longer than the system takes in one call is such a file for root too.
        let files = try TestArchive()
        let name = String(repeating: "d", count: 250)
        var directory = Glibc.open(files.root, O_RDONLY | O_DIRECTORY)
        for _ in 0..<17 {
            mkdirat(directory, name, 0o755)
            let next = openat(directory, name, O_RDONLY | O_DIRECTORY)
            close(directory)
            directory = next
        }
        close(directory)
        try files.write("x", instanceFile("1.1"))
        let (archive, store) = try files.open()
        let report = try ArchiveScan(archive: archive, store: store, summarizer: CountingSummarizer()).run()
        #expect(report.failures.count == 1)
        #expect(report.failures.first.map { $0.hasSuffix(": File name too long") } == true)
        #expect(try store.shown() == ["1.1": "x"])
        system("rm -rf '\(files.root)'/d*")
    }

    @Test("headers of random bytes never end the scan")
    func random() throws {
        let files = try TestArchive()
        var state: UInt64 = 42
        for number in 0..<200 {
            var bytes = instanceFile("1.\(number)")
            for _ in 0..<(number % 20) {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                bytes[Int(state >> 33) % bytes.count] = UInt8(truncatingIfNeeded: state >> 20)
            }
            try files.write("f\(number)", bytes)
        }
        let (archive, store) = try files.open()
        let report = try ArchiveScan(archive: archive, store: store, summarizer: CountingSummarizer()).run()
        #expect(report.isComplete && report.added == 200)
    }
}
