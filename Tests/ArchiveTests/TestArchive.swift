import DICOM
import Foundation
import Glibc
import Synchronization

@testable import Archive

typealias Tag = DICOM.Tag

/// An archive in a temporary directory, removed with it.
final class TestArchive {
    let root: String
    let indexDirectory: String

    init() throws {
        var template = Array("/tmp/archive-test-XXXXXX".utf8CString)
        guard let made = mkdtemp(&template) else { throw POSIXError(.EIO) }
        let base = String(cString: made)
        root = base + "/archive"
        indexDirectory = base + "/index"
        mkdir(root, 0o755)
        mkdir(indexDirectory, 0o755)
    }

    deinit {
        _ = chmod(root, 0o755)
        try? FileManager.default.removeItem(atPath: (root as NSString).deletingLastPathComponent)
    }

    func open() throws -> (archive: ArchiveDirectory, store: IndexStore) {
        let archive = try ArchiveDirectory(path: root, ruleset: "1")
        let location = try IndexLocation(of: archive, requested: indexDirectory)
        let store = try IndexStore(path: location.databasePath, archiveID: archive.identity.archiveID)
        return (archive, store)
    }

    func write(_ path: String, _ bytes: [UInt8]) throws {
        try write(Array(path.utf8), bytes)
    }

    func write(_ path: [UInt8], _ bytes: [UInt8]) throws {
        var made = root
        let parts = path.split(separator: UInt8(ascii: "/"))
        for part in parts.dropLast() {
            made += "/" + String(decoding: part, as: UTF8.self)
            mkdir(made, 0o755)
        }
        let file = Glibc.open(cPath(path), O_WRONLY | O_CREAT | O_TRUNC, 0o644)
        guard file >= 0 else { throw POSIXError(POSIXError.Code(rawValue: errno) ?? .EIO) }
        defer { close(file) }
        guard Glibc.write(file, bytes, bytes.count) == bytes.count else { throw POSIXError(.EIO) }
    }

    func remove(_ path: String) { unlink(root + "/" + path) }

    /// Moves the modification time by whole seconds, so that a change is one whatever the clock's grain.
    func touch(_ path: String, seconds: Int) {
        var times = [timespec(tv_sec: seconds, tv_nsec: 7), timespec(tv_sec: seconds, tv_nsec: 7)]
        utimensat(AT_FDCWD, root + "/" + path, &times, 0)
    }

    func cPath(_ path: [UInt8]) -> [CChar] {
        (Array((root + "/").utf8) + path + [0]).map { CChar(bitPattern: $0) }
    }
}

/// Says how often it was asked, and gives back what tells two files apart.
final class CountingSummarizer: InstanceSummarizer {
    let version: Int
    private let calls = Atomic(0)

    init(version: Int = 1) { self.version = version }

    var count: Int { calls.load(ordering: .relaxed) }

    func summarize(_ file: DICOMFile, facts: FileFacts) -> [UInt8] {
        calls.add(1, ordering: .relaxed)
        return Array("v\(version) \(file.dataSet.string(Tag(0x0008, 0x0018)) ?? "") \(facts.size)".utf8)
    }
}

/// The bytes of a small image.
func instanceFile(
    _ uid: String, patientID: String = "P1", patientName: String = "Doe^Jane", sopClass: String = ctImageStorage,
    series: String = "1.2.3.4", pixels: [UInt8] = [1, 2, 3, 4], leavingOut: [Tag] = [],
    change: (inout DataSetBuilder) -> Void = { _ in }
) -> [UInt8] {
    var data = DataSetBuilder()
    data.set(Tag(0x0008, 0x0016), sopClass)
    data.set(Tag(0x0008, 0x0018), uid)
    data.set(Tag(0x0008, 0x0060), "CT")
    data.set(Tag(0x0010, 0x0010), patientName)
    data.set(Tag(0x0010, 0x0020), patientID)
    data.set(Tag(0x0020, 0x000D), "1.2.3")
    data.set(Tag(0x0020, 0x000E), series)
    data.set(Tag(0x0020, 0x0013), "7")
    data.set(Tag(0x7FE0, 0x0010), vr: .OW, bytes: pixels)
    for tag in leavingOut { data.remove(tag) }
    change(&data)
    let header = FileHeader.encode(
        mediaStorageSOPClassUID: sopClass, mediaStorageSOPInstanceUID: uid,
        transferSyntax: TransferSyntax(uid: "1.2.840.10008.1.2.1"), implementationClassUID: "1.2.3.9",
        implementationVersionName: "TEST")
    return header + Encoder.encode(data)
}

let ctImageStorage = "1.2.840.10008.5.1.4.1.1.2"

/// All that an index says of an archive but ids and what depends on when it was made.
func content(_ store: IndexStore) throws -> [String] {
    try store.read { (snapshot) throws(IndexError) in
        var lines: [String] = []
        let rows = try snapshot.connection.all("SELECT id FROM file ORDER BY path") { $0.integer(0) }
        for id in rows {
            guard let file = try snapshot.file(id: id) else { continue }
            var line =
                "\(String(decoding: file.path, as: UTF8.self)) \(file.facts.size) \(file.skipReason?.description ?? "")"
            if let row = try snapshot.instance(fileID: id) {
                let patient = try snapshot.patient(id: row.patientRowID)
                line += " \(row.sopInstanceUID) \(row.isShown) \(row.hasSameDataSet.map { "\($0)" } ?? "-")"
                line +=
                    " \(patient?.patientID ?? "?") \(row.attributes.bytes) \(String(decoding: row.summary, as: UTF8.self))"
            }
            lines.append(line)
        }
        return lines
    }
}

extension IndexStore {
    func shown() throws -> [String: String] {
        try read { (snapshot) throws(IndexError) in
            var paths: [String: String] = [:]
            for patient in try snapshot.patients() {
                for row in try snapshot.instances(ofPatient: patient.id) {
                    paths[row.sopInstanceUID] = String(decoding: row.file.path, as: UTF8.self)
                }
            }
            return paths
        }
    }

    /// Says that all view instances follow from the instances.
    func settleAll() throws {
        try write { (transaction) throws(IndexError) in
            for patient in try transaction.snapshot.dirtyPatients(deriver: "test") {
                try transaction.settlePatient(id: patient.id, revision: patient.revision, deriver: "test")
            }
        }
    }

    func dirty() throws -> [String] {
        try read { (snapshot) throws(IndexError) in try snapshot.dirtyPatients(deriver: "test").map(\.patientID) }
    }
}
