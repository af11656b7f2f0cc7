import Archive
import Foundation
import Testing

@testable import ViewTree

/// Trees in an index in a temporary directory, written to as `Views` does.
final class TreeFixture {
    let directory: URL
    let index: IndexStore
    let writer: TreeWriter
    private var patients: [String: Int64] = [:]

    init(template: NameTemplate = .default, idBits: Int = 62) throws {
        directory = FileManager.default.temporaryDirectory.appending(path: "tree-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        index = try IndexStore(path: directory.appending(path: "index.sqlite").path, archiveID: "test")
        writer = TreeWriter(template: template, idBits: idBits)
        try index.write { (transaction) throws(IndexError) in try writer.prepare(in: transaction) }
    }

    deinit {
        try? index.close()
        try? FileManager.default.removeItem(at: directory)
    }

    /// Makes `rows` all instances of the patient in the default view.
    func set(_ rows: [ViewInstanceRow], patient: Int64) throws {
        try index.write { (transaction) throws(IndexError) in
            let changes = try transaction.replaceViewInstances(ofPatient: patient, view: .default, rows: rows)
            try writer.viewInstancesChanged(changes, in: transaction)
        }
    }

    /// Every node as a line, by path; what a `find -printf` would see, and the sums behind it.
    func listing() throws -> [String] {
        try index.read { (snapshot) throws(IndexError) in
            var lines: [String] = []
            var stack: [(UInt64, String)] = [(1, "")]
            while let (parent, path) = stack.popLast() {
                for row in try snapshot.children(of: parent) {
                    let name = "\(path)/\(String(decoding: row.name, as: UTF8.self))"
                    let time = "\(row.modificationTime.seconds).\(row.modificationTime.nanoseconds)"
                    let change = "\(row.changeTime.seconds).\(row.changeTime.nanoseconds)"
                    lines.append("\(name) \(row.id) \(row.size) \(time) \(change) \(row.entryDigest) \(row.kind)")
                    stack.append((row.id, name))
                }
            }
            if let root = try snapshot.node(id: 1) {
                lines.append("/ \(root.modificationTime) \(root.entryDigest)")
            }
            return lines.sorted()
        }
    }
}

/// An instance as `Views` would store it. Numbers say what differs.
func instance(
    patient: Int64, study: Int = 1, series: Int = 1, number: Int, size: UInt64 = 1000, seconds: Int64? = nil
) -> ViewInstanceRow {
    var attributes = NamingAttributes()
    attributes[.patientID] = "P\(patient)"
    attributes[.studyDate] = "2004010\(study)"
    attributes[.seriesNumber] = "\(series)"
    attributes[.modality] = "CT"
    attributes[.instanceNumber] = "\(number)"
    let seriesUID = "1.\(patient).\(study).\(series)"
    let seconds = seconds ?? Int64(1_000_000 + number)
    return ViewInstanceRow(
        view: .default, patientRowID: patient, sopInstanceUID: "\(seriesUID).\(number)", sopClassUID: "1.2",
        studyInstanceUID: "1.\(patient).\(study)", seriesInstanceUID: seriesUID, form: .asReceived,
        sourceFileIDs: [Int64(number)], size: size, modificationTime: FileTime(seconds: seconds, nanoseconds: 5),
        changeTime: FileTime(seconds: seconds, nanoseconds: 5), attributes: attributes)
}
