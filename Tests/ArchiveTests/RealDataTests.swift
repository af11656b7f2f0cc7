import Foundation
import Testing

@testable import Archive

/// Where real files are, if they are on this machine: beside the project they are packed, `unpack` lays them out.
private let realData: String? = {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
    let unpack = root.appendingPathComponent("shared/data/unpack").path
    guard FileManager.default.isExecutableFile(atPath: unpack) else { return nil }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: unpack)
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return nil }
    let bytes = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
    return process.terminationStatus == 0 ? lines.last.map(String.init) : nil
}()

@Suite("Real files", .enabled(if: realData != nil, "the real files are not beside the project"))
struct RealDataTests {
    /// The folders of odd and broken files; the others are whole series of good ones.
    private static let folders = [
        "misc-dcm4che", "misc-fo-dicom", "misc-pydicom", "charset-pydicom", "charset-fo-dicom",
    ]

    @Test(
        "every file is an instance, a duplicate, or skipped with a reason that its bytes bear out", arguments: folders)
    func counts(folder: String) throws {
        let root = try #require(realData) + "/" + folder
        let files = try TestArchive()
        let archive = try ArchiveDirectory(path: root, ruleset: "1", readOnly: true)
        let store = try IndexStore(path: files.indexDirectory + "/x.sqlite", archiveID: archive.identity.archiveID)
        let report = try ArchiveScan(archive: archive, store: store, summarizer: CountingSummarizer()).run()
        #expect(report.isComplete && report.failures.isEmpty)
        let (counts, skipped) = try store.read { (snapshot) throws(IndexError) in
            (try snapshot.archiveCounts(), try snapshot.skippedFiles())
        }
        let hasFileMeta = try fileMeta(root)
        #expect(counts.files == hasFileMeta.count)
        #expect(counts.instances + counts.duplicates + skipped.count == hasFileMeta.count)
        // What has File Meta is DICOM, and is left out only as a DICOMDIR or for want of a UID.
        for row in skipped where hasFileMeta[String(decoding: row.path, as: UTF8.self)] == true {
            let code = try #require(row.skipReason?.code)
            #expect(
                code == .mediaStorageDirectory || code == .missingIdentification,
                "\(String(decoding: row.path, as: UTF8.self)): \(row.skipReason.map { "\($0)" } ?? "")")
        }
        #expect(counts.instances > 0)
    }

    /// All files below `root` but ours, and whether each has prefix and File Meta (PS3.10 7.1).
    private func fileMeta(_ root: String) throws -> [String: Bool] {
        var found: [String: Bool] = [:]
        let enumerator = try #require(FileManager.default.enumerator(atPath: root))
        for case let path as String in enumerator where !path.contains(ArchiveDirectory.privateName) {
            var isDirectory: ObjCBool = false
            guard FileManager.default.fileExists(atPath: root + "/" + path, isDirectory: &isDirectory) else { continue }
            if isDirectory.boolValue { continue }
            let file = try #require(FileHandle(forReadingAtPath: root + "/" + path))
            let head = try file.read(upToCount: 134) ?? Data()
            found[path] = head.count == 134 && head.suffix(6) == Data("DICM".utf8) + [2, 0]
        }
        return found
    }
}
