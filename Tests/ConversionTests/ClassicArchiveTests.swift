import ByteLayout
import Conversion
import DICOM
import Foundation
import Testing

/// Frames of real multi-frame files. DICOMVIEWFS_TESTDATA names the directory they are in; with DICOMVIEWFS_CLASSIC_OUTPUT
/// the classic files are written there, for other programs to judge.
@Suite("Classic instances of real files", .enabled(if: testDataDirectory != nil))
struct ClassicArchiveTests {
    static let output = ProcessInfo.processInfo.environment["DICOMVIEWFS_CLASSIC_OUTPUT"]
    static let folders = [
        "mr-enhanced-", "enhanced-ct-mr-transfer-syntaxes", "derived-pixelmed-", "ct-ge-lightspeed-3slice-seg-legacyct",
    ]

    @Test("every frame of every multi-frame file becomes a classic file that reads back, or there is a reason")
    func everyFrame() throws {
        let root = try #require(testDataDirectory)
        var converted = 0
        for path in FileManager.default.enumerator(atPath: root).map(Array.init) ?? [] {
            guard let path = path as? String, Self.folders.contains(where: path.hasPrefix),
                let data = FileManager.default.contents(atPath: root + "/" + path), data.count > 132,
                let source = try? ClassicMaterialization(Array(data))
            else { continue }
            do {
                converted += try convert(source, path: path)
            } catch let failure as SynthesisFailure {
                print("\(path): \(failure.reason)")
            }
        }
        #expect(converted > 1000)
    }

    private func convert(_ source: ClassicMaterialization, path: String) throws -> Int {
        let prepared = try ClassicSource(source.instance)
        for frameIndex in 0..<source.frameCount {
            let planned = source.planned(frameIndex: frameIndex)
            let file = try prepared.synthesize(planned, references: ReferenceMap(view: .classic))
            let bytes = source.materialize(file)
            #expect(UInt64(bytes.count) == file.layout.size)
            let classic = try DICOMFile(header: MemoryByteSource(bytes))
            #expect(classic.damage == nil && classic.pixelData != nil)
            #expect(classic.dataSet.string(.sopInstanceUID) == planned.sopInstanceUID)
            guard let output = Self.output else { continue }
            let name = path.replacing("/", with: "_") + "-\(frameIndex + 1).dcm"
            try Data(bytes).write(to: URL(fileURLWithPath: output + "/" + name))
        }
        return source.frameCount
    }
}

private let testDataDirectory = ProcessInfo.processInfo.environment["DICOMVIEWFS_TESTDATA"]
