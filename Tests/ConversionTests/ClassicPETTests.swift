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
            $0.set(.realWorldValueFirstValueMapped, 0, vr: .US)
            $0.set(.realWorldValueLastValueMapped, 4095, vr: .US)
            $0.setMacro(.measurementUnitsCodeSequence) {
                $0.set(.codeValue, "Bq/ml")
                $0.set(.codingSchemeDesignator, "UCUM")
            }
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

    private func changingMappings(_ change: (Int, inout DataSetBuilder) -> Void) -> ClassicFixture {
        var fixture = fixture()
        fixture.shared.remove(.realWorldValueMappingSequence)
        for frameIndex in 0..<4 {
            fixture.perFrame[frameIndex].setMacro(.realWorldValueMappingSequence) {
                $0.set(.realWorldValueSlope, [2.5])
                $0.set(.realWorldValueIntercept, [0.0])
                $0.set(.realWorldValueFirstValueMapped, 0, vr: .US)
                $0.set(.realWorldValueLastValueMapped, 4095, vr: .US)
                $0.setMacro(.measurementUnitsCodeSequence) {
                    $0.set(.codeValue, "Bq/ml")
                    $0.set(.codingSchemeDesignator, "UCUM")
                }
                change(frameIndex, &$0)
            }
        }
        return fixture
    }

    private func failure(_ fixture: ClassicFixture) throws -> ConversionReason? {
        let source = try #require(try fixture.materialization())
        do {
            _ = try source.file(frameIndex: 0)
            return nil
        } catch let failure as SynthesisFailure {
            return failure.reason
        }
    }

    @Test("a mapping gives units where it is linear, of UCUM, and holds for all that pixels can be")
    func mappings() throws {
        #expect(try failure(changingMappings { _, _ in }) == nil)
        let partial = changingMappings { _, item in item.set(.realWorldValueLastValueMapped, 100, vr: .US) }
        #expect(try failure(partial)?.tag == .units)
        var smaller = partial
        smaller.topLevel.set(.smallestImagePixelValue, 0, vr: .US)
        smaller.topLevel.set(.largestImagePixelValue, 90, vr: .US)
        #expect(try failure(smaller) == nil)
        let table = changingMappings { _, item in
            item.remove(.realWorldValueSlope)
            item.remove(.realWorldValueIntercept)
            item.set(.realWorldValueLUTData, [0.0, 10], vr: .FD)
        }
        #expect(try failure(table)?.tag == .units)
        let foreign = changingMappings { _, item in
            item.setMacro(.measurementUnitsCodeSequence) {
                $0.set(.codeValue, "Bq/ml")
                $0.set(.codingSchemeDesignator, "99HERE")
            }
        }
        #expect(try failure(foreign)?.tag == .units)
    }

    @Test("a Series has one unit: frames of several have no classic Series")
    func differingUnits() throws {
        let source = changingMappings { frameIndex, item in
            item.setMacro(.measurementUnitsCodeSequence) {
                $0.set(.codeValue, frameIndex == 2 ? "{counts}/s" : "Bq/ml")
                $0.set(.codingSchemeDesignator, "UCUM")
            }
        }
        #expect(try failure(source)?.tag == .units)
        let slopes = changingMappings { frameIndex, item in
            item.set(.realWorldValueSlope, [Double(frameIndex + 1)])
        }
        #expect(try failure(slopes) == nil)
    }

    @Test("an intercept, which classic PET does not have, is kept with a note")
    func intercept() throws {
        let source = try #require(
            try changingMappings { _, item in item.set(.realWorldValueIntercept, [-5.0]) }.materialization())
        let file = try source.file(frameIndex: 0)
        #expect(file.notes.map(\.code) == [.doubtfulValue])
    }

    @Test("all frames have one zero of time: the earliest that any was acquired, where the Series says none (G-7)")
    func seriesTime() throws {
        var fixture = fixture()
        fixture.topLevel.remove(.seriesDate)
        fixture.topLevel.remove(.seriesTime)
        for (frameIndex, time) in ["103002", "103001.5", "103004", "103003"].enumerated() {
            fixture.perFrame[frameIndex].setMacro(.frameContentSequence) {
                $0.set(.temporalPositionIndex, frameIndex / 2 + 1)
                $0.set(.frameAcquisitionDateTime, "20240102\(time)")
                $0.set(.frameReferenceDateTime, "20240102\(time)")
            }
        }
        let source = try #require(try fixture.materialization())
        let frames = try (0..<4).map { try source.classic(frameIndex: $0).dataSet }
        #expect(Set(frames.map { $0.string(.seriesTime) }) == ["103001.5"])
        #expect(frames.map { $0.double(.frameReferenceTime) } == [500, 0, 2500, 1500])
        // Acquired earlier, in another time zone.
        fixture.topLevel.set(.timezoneOffsetFromUTC, "+0100")
        fixture.topLevel.set(.acquisitionDateTime, "20240102093000+0000")
        let zoned = try #require(try fixture.materialization())
        #expect(try zoned.classic(frameIndex: 2).dataSet.string(.seriesTime) == "103000.000000")
    }

    @Test("of several images in one Series none tells how the slices of all follow each other: they stay as received")
    func severalInOneSeries() throws {
        func summary(_ uid: String, _ change: (inout ClassicFixture) -> Void = { _ in }) throws -> InstanceSummary {
            var fixture = fixture()
            fixture.topLevel.set(.sopInstanceUID, uid)
            change(&fixture)
            return InstanceSummary(file: try DICOMFile(header: MemoryByteSource(fixture.bytes)))
        }
        let (first, second) = (try summary("1.2.3.1"), try summary("1.2.3.5"))
        let one = PatientPlanner.plan(summaries: [first]).classic
        #expect(one.instances.count == 4 && one.reasons.isEmpty)
        let two = PatientPlanner.plan(summaries: [first, second]).classic
        #expect(two.instances.map(\.sopInstanceUID) == ["1.2.3.1", "1.2.3.5"])
        #expect(two.reasons.values.allSatisfy { $0.tag == .seriesType } && two.reasons.count == 2)
        let elsewhere = try summary("1.2.3.5") { $0.topLevel.set(.seriesInstanceUID, "1.2.3.9") }
        #expect(PatientPlanner.plan(summaries: [first, elsewhere]).classic.instances.count == 8)
        // What keeps the Series values of the classic images it was made of does not describe another.
        func kept(_ uid: String) throws -> InstanceSummary {
            try summary(uid) { fixture in
                fixture.topLevel.set(.sopClassUID, ConversionFamily.pet.legacyConverted)
                for frameIndex in 0..<4 {
                    fixture.perFrame[frameIndex].setMacro(.unassignedPerFrameConvertedAttributesSequence) {
                        $0.set(.seriesType, "STATIC\\IMAGE")
                        $0.set(.imageIndex, frameIndex + 1)
                    }
                }
            }
        }
        #expect(try kept("1.2.3.1").describesPETSeries == false)
        #expect(
            PatientPlanner.plan(summaries: [try kept("1.2.3.1"), try kept("1.2.3.5")]).classic.reasons.isEmpty)
    }

    @Test("values corrected to a time that classic images cannot name are not taken for another's (digest 2.5)")
    func otherDecayCorrection() throws {
        var fixture = fixture()
        func decayCorrection(_ frameIndex: Int = 0) throws -> String? {
            try #require(try fixture.materialization()).classic(frameIndex: frameIndex).dataSet.string(.decayCorrection)
        }
        #expect(try decayCorrection() == "ADMIN")
        // The start of the acquisition, not that of the frame.
        for frameIndex in 0..<4 {
            fixture.perFrame[frameIndex].setMacro(.frameContentSequence) {
                $0.set(.frameAcquisitionDateTime, "202401021\(frameIndex / 2)3000.5")
                $0.set(.temporalPositionIndex, frameIndex / 2 + 1)
            }
        }
        fixture.topLevel.set(.decayCorrectionDateTime, "20240102103000")
        #expect(try (0..<4).map { try decayCorrection($0) } == ["START", "START", "START", "START"])
        fixture.topLevel.set(.decayCorrectionDateTime, "20240102102959")
        #expect(try decayCorrection() == "START")
        for (text, code) in [("20240102083000", ConversionReason.Code.unsupportedValue), ("", .missingAttribute)] {
            fixture.topLevel.set(.decayCorrectionDateTime, text)
            do {
                _ = try decayCorrection()
                Issue.record("a claim that nobody made")
            } catch let failure as SynthesisFailure {
                #expect(failure.reason.code == code && failure.reason.tag == .decayCorrectionDateTime)
            }
        }
    }
}
