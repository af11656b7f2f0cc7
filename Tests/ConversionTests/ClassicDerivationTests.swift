import Conversion
import DICOM
import Testing

@Suite("Derivations and comments of frames")
struct ClassicDerivationTests {
    private static func derivation(_ description: String, code: String, source: String) -> DataSetBuilder {
        var reference = DataSetBuilder()
        reference.set(.referencedSOPClassUID, ConversionFamily.ct.classic)
        reference.set(.referencedSOPInstanceUID, source)
        reference.set(.purposeOfReferenceCodeSequence, items: [TrueEnhancedTests.code("121322")])
        var item = DataSetBuilder()
        item.set(.derivationDescription, description)
        item.set(.derivationCodeSequence, items: [TrueEnhancedTests.code(code)])
        item.set(.sourceImageSequence, items: [reference])
        return item
    }

    private func classic(_ fixture: ClassicFixture) throws -> DataSet {
        try #require(try fixture.materialization()).classic(frameIndex: 0).dataSet
    }

    @Test(
        "several derivations stay a sequence that says which sources are whose; beside it stand all sources and codes (C-6)"
    )
    func severalDerivations() throws {
        var fixture = ClassicFixture(ConversionFamily.ct.enhanced, modality: "CT", frameCount: 1)
        fixture.topLevel.set(.rescaleSlope, "1")
        fixture.topLevel.set(.rescaleIntercept, "0")
        fixture.perFrame[0].set(
            .derivationImageSequence,
            items: [
                Self.derivation("first step", code: "113040", source: "1.2.8.1"),
                Self.derivation("second step", code: "113076", source: "1.2.8.2"),
            ])
        let dataSet = try classic(fixture)
        let derivations = dataSet.items(.derivationImageSequence)
        #expect(derivations.map { $0.string(.derivationDescription) } == ["first step", "second step"])
        #expect(
            derivations.map { $0.firstItem(.sourceImageSequence)?.string(.referencedSOPInstanceUID) } == [
                "1.2.8.1", "1.2.8.2",
            ])
        #expect(
            dataSet.items(.sourceImageSequence).map { $0.string(.referencedSOPInstanceUID) } == ["1.2.8.1", "1.2.8.2"])
        #expect(dataSet.items(.derivationCodeSequence).map { $0.string(.codeValue) } == ["113040", "113076"])
    }

    @Test("a slice with several derivations gives the frame all of them, and comes back")
    func severalDerivationsToEnhanced() throws {
        var fixture = EnhancedFixture(1)
        let steps = [
            Self.derivation("first step", code: "113040", source: "1.2.8.1"),
            Self.derivation("second step", code: "113076", source: "1.2.8.2"),
        ]
        fixture.slices[0].set(.derivationImageSequence, items: steps)
        fixture.slices[0].set(.derivationDescription, "second step")
        let result = try fixture.synthesize()
        let macro = result.shared.items(.derivationImageSequence)
        #expect(macro.map { $0.string(.derivationDescription) } == ["first step", "second step"])
        #expect(result.dataSet[.sourceImageEvidenceSequence] != nil)
        let source = try #require(try ClassicMaterialization(result.bytes))
        let dataSet = try source.classic(frameIndex: 0).dataSet
        #expect(dataSet.items(.derivationImageSequence).count == 2)
        #expect(dataSet.string(.derivationDescription) == "second step")
        #expect(dataSet[.sourceImageSequence] == nil && dataSet[.derivationCodeSequence] == nil)
    }

    @Test("comments on the whole image and on the frame are both kept (C-4), and come back")
    func comments() throws {
        var fixture = ClassicFixture(ConversionFamily.ct.enhanced, modality: "CT", frameCount: 1)
        fixture.topLevel.set(.rescaleSlope, "1")
        fixture.topLevel.set(.rescaleIntercept, "0")
        fixture.perFrame[0].setMacro(.frameContentSequence) { $0.set(.frameComments, "of the frame") }
        #expect(try classic(fixture).string(.imageComments) == "of the frame")
        fixture.topLevel.set(.imageComments, "of the image")
        let dataSet = try classic(fixture)
        #expect(dataSet.string(.imageComments) == "of the image")
        #expect(dataSet.string(.frameComments) == "of the frame")

        var slices = EnhancedFixture(2)
        slices.slices[0].set(.imageComments, "of the image")
        for index in 0...1 { slices.slices[index].set(.frameComments, "of frame \(index)") }
        let result = try slices.synthesize()
        #expect(
            result.frames.map { $0.firstItem(.frameContentSequence)?.string(.frameComments) } == [
                "of frame 0", "of frame 1",
            ])
        let source = try #require(try ClassicMaterialization(result.bytes))
        let back = try (0...1).map { try source.classic(frameIndex: $0).dataSet }
        #expect(back.map { $0.string(.imageComments) } == ["of the image", nil])
        #expect(back.map { $0.string(.frameComments) } == ["of frame 0", "of frame 1"])
    }
}
