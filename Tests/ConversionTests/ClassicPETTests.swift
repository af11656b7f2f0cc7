import Conversion
import DICOM
import Testing

@Suite("Classic PET of Enhanced PET")
struct ClassicPETTests {
    /// Two positions at each of two times.
    private func fixture() -> ClassicFixture {
        var fixture = ClassicFixture(ConversionFamily.pet.enhanced, modality: "PT", frameCount: 4)
        for (tag, text) in [
            (Tag.seriesDate, "20240102"), (.seriesTime, "102959"), (.countsSource, "EMISSION"),
            (.decayCorrected, "YES"), (.attenuationCorrected, "YES"), (.scatterCorrected, "NO"),
            (.decayCorrectionDateTime, "20240102093000"),
        ] {
            fixture.topLevel.set(tag, text)
        }
        fixture.topLevel.setMacro(.radiopharmaceuticalInformationSequence) {
            $0.set(.radiopharmaceuticalStartDateTime, "20240102093000.00")
        }
        fixture.shared.setMacro(.pixelValueTransformationSequence) {
            $0.set(.rescaleSlope, "1")
            $0.set(.rescaleIntercept, "0")
            $0.set(.rescaleType, "US")
        }
        fixture.shared.setMacro(.frameVOILUTSequence) {
            $0.set(.windowCenter, "100")
            $0.set(.windowWidth, "200")
        }
        fixture.shared.setMacro(.realWorldValueMappingSequence) {
            $0.set(.realWorldValueSlope, [2.5])
            $0.set(.realWorldValueIntercept, [0.0])
            $0.setMacro(.measurementUnitsCodeSequence) { $0.set(.codeValue, "Bq/ml") }
        }
        for frameIndex in 0..<4 {
            fixture.perFrame[frameIndex].setMacro(.planePositionSequence) {
                $0.set(.imagePositionPatient, "0\\0\\\(frameIndex % 2 == 0 ? 6 : 3)")
            }
            fixture.perFrame[frameIndex].setMacro(.frameContentSequence) {
                $0.set(.temporalPositionIndex, frameIndex / 2 + 1)
                $0.set(.frameAcquisitionDateTime, "20240102103000.5")
                $0.set(.frameReferenceDateTime, "2024010210300\(frameIndex / 2 + 1)")
                $0.set(.frameAcquisitionDuration, [1500.4])
            }
        }
        return fixture
    }

    @Test("series type, counts and image index describe one array")
    func array() throws {
        let source = try #require(try fixture().materialization())
        let frames = try (0..<4).map { try source.classic(frameIndex: $0).dataSet }
        #expect(frames[0].strings(.seriesType) == ["DYNAMIC", "IMAGE"])
        #expect(frames[0].integer(.numberOfSlices) == 2)
        #expect(frames[0].integer(.numberOfTimeSlices) == 2)
        #expect(frames.map { $0.integer(.imageIndex) } == [2, 1, 4, 3])
        #expect(frames.map { $0.double(.frameReferenceTime) } == [2000, 2000, 3000, 3000])
        #expect(frames[0].integer(.actualFrameDuration) == 1500)
    }

    @Test("without Series Date and Time the earliest frame begins the series of all")
    func seriesStart() throws {
        var fixture = fixture()
        fixture.topLevel.remove(.seriesDate)
        fixture.topLevel.remove(.seriesTime)
        for frameIndex in 0..<4 {
            fixture.perFrame[frameIndex].setMacro(.frameContentSequence) {
                $0.set(.frameAcquisitionDateTime, "2024010210300\(3 - frameIndex)")
                $0.set(.frameReferenceDateTime, "2024010210300\(5 - frameIndex)")
                $0.set(.frameAcquisitionDuration, [1000.0])
            }
        }
        let source = try #require(try fixture.materialization())
        let frames = try (0..<4).map { try source.classic(frameIndex: $0).dataSet }
        #expect(frames.allSatisfy { $0.string(.seriesDate) == "20240102" && $0.string(.seriesTime) == "103000" })
        #expect(frames.map { $0.double(.frameReferenceTime) } == [5000, 4000, 3000, 2000])
    }

    @Test("units, rescaling and window agree")
    func units() throws {
        let source = try #require(try fixture().materialization())
        let dataSet = try source.classic(frameIndex: 0).dataSet
        #expect(dataSet.string(.units) == "BQML")
        #expect(dataSet.doubles(.rescaleSlope) == [2.5])
        #expect(dataSet.doubles(.windowCenter) == [250])
        #expect(dataSet.doubles(.windowWidth) == [500])
    }

    @Test("corrections are said as classic PET says them")
    func corrections() throws {
        let source = try #require(try fixture().materialization())
        let dataSet = try source.classic(frameIndex: 0).dataSet
        #expect(dataSet.strings(.correctedImage) == ["DECY", "ATTN"])
        #expect(dataSet.string(.decayCorrection) == "ADMIN")
        let isotope = dataSet.items(.radiopharmaceuticalInformationSequence).first
        #expect(isotope?.string(.radiopharmaceuticalStartTime) == "093000.00")
    }

    @Test("without units there is no classic PET")
    func withoutUnits() throws {
        var fixture = fixture()
        fixture.shared.remove(.realWorldValueMappingSequence)
        let source = try #require(try fixture.materialization())
        #expect(throws: SynthesisFailure.self) { try source.file(frameIndex: 0) }
    }
}
