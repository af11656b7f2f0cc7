import ByteLayout
import Conversion
import DICOM
import Foundation
import Testing

/// Makes the enhanced instances of real series for tools that know nothing of this software (dciodvfy, pydicom, ...) to judge.
/// Runs where ENHANCED_TEST_SERIES names directories (colon-separated) and ENHANCED_TEST_OUTPUT where to write to.
@Suite("Enhanced instances of real series")
struct EnhancedArchiveTests {
    static let environment = ProcessInfo.processInfo.environment

    @Test(
        "every planned enhanced instance can be synthesized and written",
        .enabled(if: environment["ENHANCED_TEST_SERIES"] != nil))
    func writesEnhancedInstances() throws {
        let output = URL(fileURLWithPath: try #require(Self.environment["ENHANCED_TEST_OUTPUT"]))
        for directory in try #require(Self.environment["ENHANCED_TEST_SERIES"]).split(separator: ":") {
            try write(series: URL(fileURLWithPath: String(directory)), to: output)
        }
    }

    private func write(series: URL, to output: URL) throws {
        var sources: [SourceInstance] = []
        var contents: [[UInt8]] = []
        let paths = (FileManager.default.enumerator(at: series, includingPropertiesForKeys: nil)?.allObjects ?? [])
            .compactMap { $0 as? URL }.sorted { $0.path < $1.path }
        for path in paths {
            guard let data = try? Data(contentsOf: path),
                let file = try? DICOMFile(header: MemoryByteSource(Array(data)))
            else { continue }
            sources.append(SourceInstance(file: file))
            contents.append(Array(data))
        }
        let summaries = sources.map { InstanceSummary(file: $0.file) }
        var exclusions: [Int: ConversionReason] = [:]
        var files: [(PlannedInstance, SynthesizedFile)] = []
        while let failed = synthesize(sources, summaries, exclusions, into: &files) {
            print("  excluded: \(paths[failed.0].lastPathComponent): \(failed.1)")
            exclusions[failed.0] = failed.1
        }
        for (planned, file) in files {
            let folder = output.appendingPathComponent(series.lastPathComponent)
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            let name = folder.appendingPathComponent("\(planned.sopInstanceUID).dcm")
            try Data(file.materialized(planned.sources.map { contents[$0] })).write(to: name)
            print("  \(name.path) \(file.notes)")
        }
        print("\(series.lastPathComponent): \(files.count) enhanced of \(sources.count) instances")
    }

    /// The instance that is at fault and why, nil if all could be made.
    private func synthesize(
        _ sources: [SourceInstance], _ summaries: [InstanceSummary], _ exclusions: [Int: ConversionReason],
        into files: inout [(PlannedInstance, SynthesizedFile)]
    ) -> (Int, ConversionReason)? {
        let plan = PatientPlanner.plan(summaries: summaries, exclusions: exclusions).enhanced
        files = []
        for planned in plan.instances {
            guard case .enhanced = planned.form else { continue }
            do throws(SynthesisFailure) {
                let start = ContinuousClock.now
                let file = try EnhancedSynthesis.synthesize(
                    planned, sources: planned.sources.map { sources[$0] }, references: plan.references)
                print("  \(planned.sources.count) frames in \(ContinuousClock.now - start)")
                files.append((planned, file))
            } catch {
                return (error.source.map { planned.sources[$0] } ?? planned.sources[0], error.reason)
            }
        }
        for (index, reason) in plan.reasons.sorted(by: { $0.key < $1.key }) {
            print("  as received: \(summaries[index].sopInstanceUID): \(reason)")
        }
        return nil
    }
}
