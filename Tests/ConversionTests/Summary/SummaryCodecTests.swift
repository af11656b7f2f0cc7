import DICOM
import Testing

@testable import Conversion

struct SummaryCodecTests {
    private var samples: [InstanceSummary] {
        var slice = Fixture.slice("1.2.840.113619.2.5.1762583153.215519.978957063.101", z: -12.5, number: -3) {
            $0.echoTime = 4.6
            $0.triggerTime = .greatestFiniteMagnitude
            $0.imageType = "ORIGINAL\\PRIMARY\\M_FFE\\é"
            $0.gradientOrientation = [0.5, -0.5, 0.7]
        }
        slice.references = [InstanceReference(sopInstanceUID: "1.2.840.113619.2.5.1", frameNumbers: [1, 300])]
        slice.seriesReferences = ["1.2.840.113619", "1.3"]
        slice.conversionSource = ConversionSource(sopClassUID: "1.2", sopInstanceUID: "1.3", frameNumber: 4)
        slice.hardKey = .max
        var legacy = Fixture.legacy("3.1", sources: ["7.1", nil, "7.2"], originalSeries: "7.9")
        legacy.obstacle = ConversionReason(.missingAttribute, tag: Tag(rawValue: 0xFFFF_FFFF), "why")
        legacy.isDamaged = true
        legacy.describesPETSeries = true
        legacy.isOfOurMaking = true
        legacy.frameReferences = [NamedInstance(sopInstanceUID: "1.9", sopClassUID: "1.2.840")]
        return [slice, legacy, Fixture.other(""), Fixture.other("2.1", references: ["1.1", "2.2"])]
    }

    @Test("a summary is read as it was written")
    func roundTrip() throws {
        for sample in samples { #expect(try InstanceSummary(decoding: sample.encoded()) == sample) }
    }

    @Test("a cut or lengthened form is an error")
    func truncation() {
        for sample in samples {
            let bytes = sample.encoded()
            for count in 0..<bytes.count {
                #expect(throws: SummaryDecodingError.self) { try InstanceSummary(decoding: Array(bytes.prefix(count))) }
            }
            #expect(throws: SummaryDecodingError.self) { try InstanceSummary(decoding: bytes + [0]) }
        }
    }

    @Test("changed bytes give another summary or an error, and what is read can be written and planned")
    func fuzz() {
        var random = PlanInvariantTests.Generator(state: 42)
        var readable: [InstanceSummary] = []
        for sample in samples {
            let original = sample.encoded()
            for _ in 0..<3000 {
                var bytes = original
                for _ in 0...Int.random(in: 0...3, using: &random) {
                    bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(
                        in: .min ... .max, using: &random)
                }
                if let summary = try? InstanceSummary(decoding: bytes) {
                    #expect(!summary.encoded().isEmpty)
                    if summary.numberOfFrames < 1000, readable.count < 500 { readable.append(summary) }
                }
            }
        }
        for index in readable.indices { readable[index].sopInstanceUID = "1.\(index)" }
        #expect(PatientPlanner.plan(summaries: readable).default.instances.count == readable.count)
    }

    @Test("a slice takes a few hundred bytes")
    func size() {
        #expect(samples[0].encoded().count < 500)
    }
}
