import Glibc
import Testing

@testable import Archive

@Suite("The archive's directory")
struct ArchiveDirectoryTests {
    @Test("an archive keeps its identity and ruleset")
    func identity() throws {
        let files = try TestArchive()
        let first = try ArchiveDirectory(path: files.root, ruleset: "1")
        let second = try ArchiveDirectory(path: files.root + "/.", ruleset: "2")
        #expect(first.identity == second.identity)
        #expect(second.identity.ruleset == "1")
        #expect(second.isWritable)
    }

    @Test("a read-only archive has the identity of its path, and its index in the state directory")
    func readOnly() throws {
        let files = try TestArchive()
        let first = try ArchiveDirectory(path: files.root, ruleset: "1", readOnly: true)
        let second = try ArchiveDirectory(path: files.root, ruleset: "1", readOnly: true)
        #expect(first.identity == second.identity)
        #expect(!first.isWritable)
        #expect(access(files.root + "/.dicomviewfs", F_OK) != 0)
        let location = try IndexLocation(of: first, environment: ["XDG_STATE_HOME": files.indexDirectory])
        #expect(location.directory == "\(files.indexDirectory)/dicomviewfs/\(first.identity.archiveID)")
        #expect(access(location.directory, W_OK) == 0)
    }

    @Test("the index of an archive that can be written lies in it, and an index asked for elsewhere does")
    func location() throws {
        let files = try TestArchive()
        let archive = try ArchiveDirectory(path: files.root, ruleset: "1")
        #expect(try IndexLocation(of: archive).directory == archive.path + "/.dicomviewfs")
        let requested = try IndexLocation(of: archive, requested: files.indexDirectory)
        #expect(requested.directory == "\(files.indexDirectory)/\(archive.identity.archiveID)")
    }

    @Test("what is ours in the archive is not indexed")
    func privateDirectory() throws {
        let files = try TestArchive()
        try files.write(".dicomviewfs/staging/x", instanceFile("1.1"))
        let (archive, store) = try files.open()
        let report = try ArchiveScan(archive: archive, store: store, summarizer: CountingSummarizer()).run()
        #expect(report.progress.files == 0)
        #expect(try store.shown().isEmpty)
    }

    @Test("a mountpoint in the archive, and an archive in the mountpoint, are refused", arguments: ["", "/sub", "/.."])
    func overlap(place: String) throws {
        let files = try TestArchive()
        mkdir(files.root + "/sub", 0o755)
        let archive = try ArchiveDirectory(path: files.root, ruleset: "1")
        #expect(throws: ArchiveError.self) { try archive.refuseOverlap(withMountpoint: files.root + place) }
        try archive.refuseOverlap(withMountpoint: files.indexDirectory)
    }

    @Test("a .dicomviewfs that is a symbolic link is refused, and nothing is written where it leads")
    func linkedPrivateDirectory() throws {
        let files = try TestArchive()
        symlink(files.indexDirectory, files.root + "/.dicomviewfs")
        #expect(throws: ArchiveError.self) { _ = try ArchiveDirectory(path: files.root, ruleset: "1") }
        #expect(access(files.indexDirectory + "/archive.json", F_OK) != 0)
    }

    @Test("an archive.json that is not ours is an error and is not replaced")
    func badIdentity() throws {
        let files = try TestArchive()
        try files.write(".dicomviewfs/archive.json", Array("{\"archive\": \"../../etc\", \"ruleset\": \"1\"}".utf8))
        #expect(throws: ArchiveError.self) { _ = try ArchiveDirectory(path: files.root, ruleset: "1") }
    }

    @Test("a source is refused when size or modification time changed, and read otherwise")
    func source() throws {
        let files = try TestArchive()
        let bytes = instanceFile("1.1")
        try files.write("x", bytes)
        let (archive, store) = try files.open()
        _ = try ArchiveScan(archive: archive, store: store, summarizer: CountingSummarizer()).run()
        let row = try #require(
            try store.read { (snapshot) throws(IndexError) in try snapshot.instance(sopInstanceUID: "1.1")?.file })
        let descriptors = SourceDescriptors(archive: archive, limit: 2)
        let source = try descriptors.source(row)
        #expect(source === (try descriptors.source(row)))
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 100, alignment: 1)
        defer { buffer.deallocate() }
        let offset = UInt64(bytes.count - 60)
        #expect(try source.read(into: buffer, at: offset) == 60)
        #expect(Array(buffer[..<60]) == Array(bytes[(bytes.count - 60)...]))
        #expect(try source.read(into: buffer, at: .max) == 0)
        files.touch("x", seconds: 3)
        #expect(throws: StoreError.changed(path: archive.path + "/x")) { _ = try descriptors.source(row) }
        files.remove("x")
        #expect(throws: StoreError.missing(path: archive.path + "/x")) { _ = try descriptors.source(row) }
    }

    @Test("descriptors are bounded, and one in use stays open")
    func bounded() throws {
        let files = try TestArchive()
        for number in 0..<50 { try files.write("\(number)", instanceFile("1.\(number)")) }
        let (archive, store) = try files.open()
        _ = try ArchiveScan(archive: archive, store: store, summarizer: CountingSummarizer()).run()
        let rows = try store.read { (snapshot) throws(IndexError) in
            var rows: [FileRow] = []
            for patient in try snapshot.patients() { rows += try snapshot.instances(ofPatient: patient.id).map(\.file) }
            return rows
        }
        let descriptors = SourceDescriptors(archive: archive, limit: 8)
        let held = try descriptors.source(rows[0])
        for row in rows { _ = try descriptors.source(row) }
        #expect(descriptors.count <= 8)
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 4, alignment: 1)
        defer { buffer.deallocate() }
        #expect(try held.read(into: buffer, at: 128) == 4)
        #expect(Array(buffer) == Array("DICM".utf8))
    }
}
