import DICOM
import Foundation
import Testing

@testable import Conversion

/// Plans real archives, where they lie beside the package (or where DICOMVIEWFS_TEST_DATA says); each folder is a Patient.
struct RealDataTests {
    private static let root: String? = {
        if let path = ProcessInfo.processInfo.environment["DICOMVIEWFS_TEST_DATA"] { return path }
        let unpack = URL(filePath: #filePath).appending(path: "../../../../../shared/data/unpack").standardizedFileURL
        guard FileManager.default.isExecutableFile(atPath: unpack.path()) else { return nil }
        let process = Process()
        process.executableURL = unpack
        let pipe = Pipe()
        process.standardOutput = pipe
        guard (try? process.run()) != nil else { return nil }
        process.waitUntilExit()
        let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        return process.terminationStatus == 0 ? output.trimmingCharacters(in: .whitespacesAndNewlines) : nil
    }()

    private static func folders() -> [String] {
        guard let root, let names = try? FileManager.default.contentsOfDirectory(atPath: root) else {
            print("RealDataTests: no real data beside the package, nothing tested")
            return []
        }
        return names.filter { (try? FileManager.default.contentsOfDirectory(atPath: root + "/" + $0)) != nil }.sorted()
    }

    private static func files(in folder: String) -> [DICOMFile] {
        guard let root, let paths = FileManager.default.enumerator(atPath: root + "/" + folder) else { return [] }
        return paths.compactMap { $0 as? String }.sorted().compactMap { path in
            guard let data = FileManager.default.contents(atPath: "\(root)/\(folder)/\(path)") else { return nil }
            guard let file = try? DICOMFile(header: MemoryByteSource(Array(data))) else { return nil }
            // DICOMDIRs are no instances.
            return file.dataSet.string(Tag(0x0008, 0x0018)) == nil ? nil : file
        }
    }

    /// The shapes of the groups in the enhanced view: positions x sizes of the axes.
    private static func shapes(_ plan: ViewPlan) -> [String] {
        plan.groups.map { group in
            let positions = group.frames.map(\.inStackPositionNumber).max() ?? 0
            let axes = group.axes.indices.map { axis in
                "\(group.axes[axis].rawValue) \(group.frames.map { $0.axisIndices[axis] }.max() ?? 0)"
            }
            return (["\(positions)"] + axes).joined(separator: " x ")
        }
    }

    @Test("every folder of real data is planned whole, and known ones as they are known", arguments: folders())
    func plan(folder: String) throws {
        let files = Self.files(in: folder)
        let start = ContinuousClock.now
        let summaries = files.map { InstanceSummary(file: $0) }
        let time = ContinuousClock.now - start
        let size = summaries.map { $0.encoded().count }
        let plans = PatientPlanner.plan(summaries: summaries)
        for summary in summaries { #expect(try InstanceSummary(decoding: summary.encoded()) == summary) }
        for view in View.allCases {
            let plan = plans[view]
            let shown = Set(plan.instances.flatMap(\.sources)).union(plan.hidden)
            #expect(shown == Set(summaries.indices))
        }
        let shapes = Self.shapes(plans.enhanced)
        let reasons = Dictionary(
            grouping: plans.enhanced.reasons.values.map { "\($0.code.rawValue) \($0.tag.map { "\($0)" } ?? "")" },
            by: { $0 }
        ).map { "\($0.value.count) \($0.key)" }.sorted()
        let classicReasons = Dictionary(
            grouping: plans.classic.reasons.values.map { "\($0.code.rawValue) \($0.tag.map { "\($0)" } ?? "")" },
            by: { $0 }
        ).map { "\($0.value.count) \($0.key)" }.sorted()
        print(
            "\(folder): \(files.count) files, \(shapes.count) groups [\(shapes.prefix(12).joined(separator: "; "))],",
            "enhanced \(plans.enhanced.instances.count) \(reasons), classic \(plans.classic.instances.count) \(classicReasons),",
            "\(time / max(1, files.count)) and \(size.reduce(0, +) / max(1, files.count)) bytes a file")
        if let known = Self.known[folder] { #expect(shapes.sorted() == known.sorted()) }
        for (part, code) in Self.unconverted where folder.contains(part) {
            #expect(shapes.isEmpty)
            #expect(plans.enhanced.reasons.values.contains { $0.code == code })
        }
    }

    private static let known: [String: [String]] = [
        "mr-ge-architect-fmri-4d-100": ["10 x temporalPosition 10"],
        "mr-ge-pioneer-dwi-14": Array(repeating: "2", count: 7),
        "mr-toshiba-galan-dti-ax30-520": ["40 x diffusionGradientOrientation 13"],
        "mr-ge-genesis-16": ["16"],
        "refs-adc-series-for-paramap": ["20"],
    ]

    private static let unconverted: [(String, ConversionReason.Code)] = [
        ("mosaic", .mosaic), ("vframe", .mosaic),
    ]

    @Test("a survey of three orientations in one Series is three stacks")
    func survey() {
        guard Self.root != nil else { return }
        let summaries = Self.files(in: "mr-philips-gyroscan-survey-3-orientations").map { InstanceSummary(file: $0) }
        #expect(PatientPlanner.plan(summaries: summaries).enhanced.groups.count == 3)
    }

    @Test("both forms of a pair are converted, each into the other view")
    func pair() {
        guard Self.root != nil else { return }
        let summaries = Self.files(in: "mr-enhanced-philips-elition-PAIR-3dpcasl").map { InstanceSummary(file: $0) }
        let plans = PatientPlanner.plan(summaries: summaries)
        #expect(plans.classic.instances.count == 40 + 40 + 1)
        #expect(plans.enhanced.groups.reduce(0) { $0 + $1.frames.count } == 40)
    }
}
