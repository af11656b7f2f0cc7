import Archive
import DICOM
import Foundation
import GRDB
import Glibc
import Views

/// An archive of CT slices made in code in a temporary directory, its index, and its views.
final class ViewedArchive {
    let root: String
    let archive: ArchiveDirectory
    let store: IndexStore
    private let location: IndexLocation
    private let limits: ArchiveViews.Limits
    private(set) var views: ArchiveViews

    /// Pixels of slice n are rows * columns words of value n.
    static let side = 8

    init(limits: ArchiveViews.Limits = ArchiveViews.Limits()) throws {
        var template = Array("/tmp/views-test-XXXXXX".utf8CString)
        guard let made = mkdtemp(&template) else { throw POSIXError(.EIO) }
        let base = String(cString: made)
        root = base + "/archive"
        mkdir(root, 0o755)
        archive = try ArchiveDirectory(path: root, ruleset: "1")
        self.limits = limits
        location = try IndexLocation(of: archive, requested: base + "/index")
        store = try IndexStore(path: location.databasePath, archiveID: archive.identity.archiveID)
        views = try ArchiveViews(
            archive: archive, index: store, location: location, observer: nil, deriver: "test", limits: limits)
    }

    /// Goes on as another program would, with nothing in memory.
    func reopen(deriver: String = "test") throws {
        views = try ArchiveViews(
            archive: archive, index: store, location: location, observer: nil, deriver: deriver, limits: limits)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: (root as NSString).deletingLastPathComponent)
    }

    func scan() throws {
        _ = try ArchiveScan(archive: archive, store: store, summarizer: views.summarizer).run()
    }

    func settle() throws {
        try scan()
        try views.settle()
    }

    /// Runs `sql` on the index from outside, as damage would.
    func changeIndex(_ sql: String) throws {
        try DatabaseQueue(path: store.path).write { try $0.execute(sql: sql) }
    }

    /// Runs `sql` on the headers that are kept beside the index.
    func changeHeaders(_ sql: String) throws {
        try DatabaseQueue(path: location.directory + "/headers.sqlite").write { try $0.execute(sql: sql) }
    }

    func rows(_ view: ViewCode) throws -> [ViewInstanceRow] {
        try store.read { (snapshot) throws(IndexError) in
            var rows: [ViewInstanceRow] = []
            for patient in try snapshot.patients() {
                rows += try snapshot.viewInstances(ofPatient: patient.id, view: view)
            }
            return rows
        }
    }

    /// All bytes of a file of a view, read in steps of `step` bytes.
    func bytes(of row: ViewInstanceRow, step: Int = 1 << 16) throws -> [UInt8] {
        try bytes(of: views.open(row), step: step)
    }

    func bytes(of file: ViewFile, step: Int = 1 << 16) throws -> [UInt8] {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: step)
        while true {
            let offset = UInt64(bytes.count)
            let count = try buffer.withUnsafeMutableBytes { try file.read(into: $0, at: offset) }
            if count == 0 { return bytes }
            bytes.append(contentsOf: buffer[..<count])
        }
    }

    func write(_ name: String, _ bytes: [UInt8], modified: Int = 1_700_000_000) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: root + "/" + name))
        var times = [timespec(tv_sec: modified, tv_nsec: 0), timespec(tv_sec: modified, tv_nsec: 0)]
        utimensat(AT_FDCWD, root + "/" + name, &times, 0)
    }

    /// The file of slice `number`, `missing` bytes short.
    ///
    /// - Parameter change: last changes to the slice.
    static func slice(
        _ number: Int, missing: Int = 0, patientName: String = "Test^Name",
        _ change: (inout DataSetBuilder) -> Void = { _ in }
    ) -> [UInt8] {
        var slice = DataSetBuilder()
        let texts: [(Tag, String)] = [
            (.sopClassUID, "1.2.840.10008.5.1.4.1.1.2"), (.sopInstanceUID, "1.2.3.\(number)"),
            (.imageType, "ORIGINAL\\PRIMARY\\AXIAL"), (.contentDate, "20200102"), (.contentTime, "100000"),
            (.seriesDate, "20200101"), (.seriesTime, "090000"), (.modality, "CT"), (.manufacturer, "Maker"),
            (.patientName, patientName), (.patientID, "P1"), (.sliceThickness, "1.0"),
            (.studyInstanceUID, "1.2.3.100"), (.seriesInstanceUID, "1.2.3.200"), (.seriesNumber, "7"),
            (.instanceNumber, "\(number)"), (.imagePositionPatient, "0\\0\\\(number)"),
            (.imageOrientationPatient, "1\\0\\0\\0\\1\\0"), (.frameOfReferenceUID, "1.2.3.300"),
            (.photometricInterpretation, "MONOCHROME2"), (.pixelSpacing, "0.5\\0.5"), (.rescaleIntercept, "-1024"),
            (.rescaleSlope, "1"),
        ]
        for (tag, text) in texts { slice.set(tag, text) }
        let numbers: [(Tag, Int)] = [
            (.samplesPerPixel, 1), (.rows, side), (.columns, side), (.bitsAllocated, 16), (.bitsStored, 12),
            (.highBit, 11), (.pixelRepresentation, 0),
        ]
        for (tag, number) in numbers { slice.set(tag, number) }
        slice.set(.pixelData, vr: .OW, bytes: pixels(number))
        change(&slice)
        let header = FileHeader.encode(
            mediaStorageSOPClassUID: "1.2.840.10008.5.1.4.1.1.2", mediaStorageSOPInstanceUID: "1.2.3.\(number)",
            transferSyntax: .explicitVRLittleEndian, implementationClassUID: "1.4", implementationVersionName: "TEST")
        return (header + Encoder.encode(slice)).dropLast(missing)
    }

    /// A file of `slice` with its data set deflated (PS3.5 A.5), in stored blocks.
    static func deflated(_ slice: [UInt8]) throws -> [UInt8] {
        let file = try DICOMFile(header: MemoryByteSource(slice))
        var bytes = FileHeader.encode(
            mediaStorageSOPClassUID: file.fileMeta.string(.mediaStorageSOPClassUID) ?? "",
            mediaStorageSOPInstanceUID: file.fileMeta.string(.mediaStorageSOPInstanceUID) ?? "",
            transferSyntax: .deflatedExplicitVRLittleEndian, implementationClassUID: "1.4",
            implementationVersionName: "TEST")
        let dataSet = slice[file.dataSetOffset...]
        for start in stride(from: dataSet.startIndex, to: dataSet.endIndex, by: 50_000) {
            let block = dataSet[start..<min(start + 50_000, dataSet.endIndex)]
            let count = UInt16(block.count)
            bytes.append(block.endIndex == dataSet.endIndex ? 1 : 0)
            for word in [count, ~count] { bytes += [UInt8(word & 0xFF), UInt8(word >> 8)] }
            bytes += block
        }
        return bytes
    }

    static func pixels(_ number: Int) -> [UInt8] {
        (0..<side * side).flatMap { _ in [UInt8(number), 1] }
    }
}
