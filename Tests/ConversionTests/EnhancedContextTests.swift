import Conversion
import DICOM
import Testing

/// Attributes that stand in two places, or that readers take for more than a classic image says.
@Suite("Attributes of enhanced instances that must stand in one place alone")
struct EnhancedContextTests {
    /// The classic files that come back of an enhanced one.
    private func back(_ result: EnhancedResult) throws -> [DataSet] {
        let source = try #require(try ClassicMaterialization(result.bytes))
        return try result.frames.indices.map { try source.classic(frameIndex: $0).dataSet }
    }

    private static func reference(_ uid: String) -> DataSetBuilder {
        var item = DataSetBuilder()
        item.set(.referencedSOPClassUID, ConversionFamily.ct.classic)
        item.set(.referencedSOPInstanceUID, uid)
        return item
    }

    @Test("Laterality does not stand beside Frame Laterality, and comes back (PS3.3 C.7.3.1)")
    func laterality() throws {
        var fixture = EnhancedFixture(2)
        for index in 0...1 {
            fixture.slices[index].set(.bodyPartExamined, "KNEE")
            fixture.slices[index].set(.laterality, "L")
        }
        let result = try fixture.synthesize()
        #expect(result.dataSet[.laterality] == nil)
        #expect(result.shared.firstItem(.frameAnatomySequence)?.string(.frameLaterality) == "L")
        #expect(try back(result).map { $0.string(.laterality) } == ["L", "L"])
        #expect(try back(result).allSatisfy { $0[.imageLaterality] == nil })
    }

    @Test("without a known body part there is no Frame Laterality, and Laterality says it, empty if unknown")
    func lateralityOfUnknownPart() throws {
        var fixture = EnhancedFixture(1)
        fixture.slices[0].remove(.bodyPartExamined)
        #expect(try fixture.synthesize().dataSet[.laterality]?.isEmpty == true)
        fixture.slices[0].set(.laterality, "R")
        #expect(try fixture.synthesize().dataSet.string(.laterality) == "R")
    }

    @Test("codes of a contrast agent are no Enhanced agent; whole ones with their use in each frame are (T-1)")
    func contrastAgent() throws {
        var fixture = EnhancedFixture(2)
        var agent = TrueEnhancedTests.code("C-B0322", "SRT")
        for index in 0...1 {
            fixture.slices[index].set(.contrastBolusAgent, "Iohexol")
            fixture.slices[index].set(.contrastBolusAgentSequence, items: [agent])
        }
        let parked = try fixture.synthesize()
        #expect(parked.dataSet.string(.contrastBolusAgent) == "Iohexol")
        #expect(parked.dataSet[.contrastBolusAgentSequence] == nil)
        #expect(parked.unassignedShared.items(.contrastBolusAgentSequence).count == 1)
        let classic = try back(parked)
        #expect(classic.allSatisfy { $0.firstItem(.contrastBolusAgentSequence)?.string(.codeValue) == "C-B0322" })

        agent.set(.contrastBolusAgentNumber, 1)
        agent.set(.contrastBolusAdministrationRouteSequence, items: [TrueEnhancedTests.code("47625008", "SCT")])
        agent.set(.contrastBolusIngredientCodeSequence, items: [])
        agent.setEmpty(.contrastBolusVolume)
        agent.setEmpty(.contrastBolusIngredientConcentration)
        var usage = DataSetBuilder()
        usage.set(.contrastBolusAgentNumber, 1)
        usage.set(.contrastBolusAgentAdministered, "YES")
        usage.setEmpty(.contrastBolusAgentDetected)
        for index in 0...1 { fixture.slices[index].set(.contrastBolusAgentSequence, items: [agent]) }
        #expect(try fixture.synthesize().dataSet[.contrastBolusAgentSequence] == nil)
        for index in 0...1 { fixture.slices[index].set(.contrastBolusUsageSequence, items: [usage]) }
        #expect(try fixture.synthesize().dataSet.items(.contrastBolusAgentSequence).count == 1)
    }

    @Test("sequences of references without items are not among the functional groups, and come back")
    func emptyReferences() throws {
        var fixture = EnhancedFixture(3)
        fixture.slices[0].set(.referencedImageSequence, items: [])
        fixture.slices[0].set(.sourceImageSequence, items: [])
        fixture.slices[2].set(.sourceImageSequence, items: [])
        // The block of another owner stays his.
        fixture.slices[2].setPrivate("ACME", group: 0x0009, element: 1, .value(.LO, Array("x".utf8)))
        let result = try fixture.synthesize()
        for frameIndex in 0...2 {
            #expect(result.unassigned(frameIndex)[.referencedImageSequence] == nil)
            #expect(result.unassigned(frameIndex)[.sourceImageSequence] == nil)
        }
        #expect(result.dataSet[.referencedImageEvidenceSequence] == nil)
        let classic = try back(result)
        #expect(classic.map { $0[.referencedImageSequence] != nil } == [true, false, false])
        #expect(classic.map { $0[.sourceImageSequence] != nil } == [true, false, true])
        #expect(classic.map { $0.filter { $0.tag.group == 0x0009 }.count } == [0, 0, 2])
        #expect(classic[2].privateElement(group: 0x0009, creator: "ACME", element: 1)?.string == "x")
    }

    @Test("what is referred to within other sequences is evidence too, and the macro stands without items")
    func nestedReferences() throws {
        var fixture = EnhancedFixture(2)
        for index in 0...1 {
            var series = DataSetBuilder()
            series.set(.studyInstanceUID, "1.2.9")
            series.set(.seriesInstanceUID, "1.2.9.1")
            series.set(.referencedImageSequence, items: [Self.reference("1.2.9.1.\(index)")])
            fixture.slices[index].set(.relatedSeriesSequence, items: [series])
        }
        let result = try fixture.synthesize()
        #expect(result.shared[.referencedImageSequence]?.itemCount == 0)
        let evidence = result.dataSet.items(.referencedImageEvidenceSequence)
            .flatMap { $0.items(.referencedSeriesSequence) }.flatMap { $0.items(.referencedSOPSequence) }
        #expect(evidence.map { $0.string(.referencedSOPInstanceUID) } == ["1.2.9.1.0", "1.2.9.1.1"])
        for dataSet in try back(result) {
            #expect(dataSet[.referencedImageSequence] == nil)
            #expect(dataSet.firstItem(.relatedSeriesSequence)?.items(.referencedImageSequence).count == 1)
        }
    }

    @Test("a mapping to real-world values without units is no macro, and comes back")
    func incompleteMapping() throws {
        var fixture = EnhancedFixture(1, modality: .mr)
        let planned = fixture.plan(sopClassUID: ConversionFamily.mr.legacyConverted)
        var mapping = DataSetBuilder()
        mapping.set(.realWorldValueFirstValueMapped, 0, vr: .US)
        mapping.set(.realWorldValueLastValueMapped, 4095, vr: .US)
        mapping.set(.realWorldValueIntercept, 0.0)
        mapping.set(.realWorldValueSlope, 2.0)
        mapping.set(.lutLabel, "L")
        mapping.set(.lutExplanation, "E")
        fixture.slices[0].set(.realWorldValueMappingSequence, items: [mapping])
        let parked = try fixture.synthesize(planned)
        #expect(parked.frames[0][.realWorldValueMappingSequence] == nil)
        #expect(try back(parked)[0].firstItem(.realWorldValueMappingSequence)?.double(.realWorldValueSlope) == 2)
        mapping.set(.measurementUnitsCodeSequence, items: [TrueEnhancedTests.code("1", "UCUM")])
        fixture.slices[0].set(.realWorldValueMappingSequence, items: [mapping])
        #expect(try fixture.synthesize(planned).frames[0].items(.realWorldValueMappingSequence).count == 1)
    }
}
