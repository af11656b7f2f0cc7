import ByteLayout
import Conversion
import DICOM
import Testing

@Suite("Classic instances of frames")
struct ClassicSynthesisTests {
    static let enhancedMR = ConversionFamily.mr.enhanced
    static let enhancedCT = ConversionFamily.ct.enhanced

    private func classic(
        _ fixture: ClassicFixture, frameIndex: Int = 0, references: ReferenceMap = ReferenceMap(view: .classic)
    ) throws -> DataSet {
        let source = try #require(try fixture.materialization())
        return try source.classic(frameIndex: frameIndex, references: references).dataSet
    }

    // MARK: Identity

    @Test("a frame says what it was made from, by what, and in which view")
    func identity() throws {
        var fixture = ClassicFixture(Self.enhancedMR, modality: "MR", frameCount: 3)
        fixture.topLevel.setMacro(.contributingEquipmentSequence) { $0.set(.manufacturer, "Scanner") }
        let dataSet = try classic(fixture, frameIndex: 1)
        #expect(dataSet.string(.sopClassUID) == "1.2.840.10008.5.1.4.1.1.4")
        #expect(dataSet.string(.queryRetrieveView) == "CLASSIC")
        let origin = dataSet.items(.conversionSourceAttributesSequence)
        #expect(origin.count == 1)
        #expect(origin.first?.string(.referencedSOPClassUID) == Self.enhancedMR)
        #expect(origin.first?.string(.referencedSOPInstanceUID) == "1.2.3.1")
        #expect(origin.first?.integers(.referencedFrameNumber) == [2])
        let equipment = dataSet.items(.contributingEquipmentSequence)
        #expect(equipment.map { $0.string(.manufacturer) } == ["Scanner", "DICOMViewFS"])
        #expect(equipment.last?.string(.contributionDescription) == "Classic Image created from Enhanced Image")
        #expect(equipment.last?[.contributionDateTime] == nil)
        #expect(dataSet.string(.instanceNumber) == "2")
        #expect(dataSet.string(.seriesInstanceUID) != "1.2.3.3")
    }

    @Test("what only makes sense beside other frames stays behind")
    func exclusions() throws {
        var fixture = ClassicFixture(Self.enhancedMR, modality: "MR", frameCount: 2)
        fixture.topLevel.setMacro(.referencedImageEvidenceSequence) { $0.set(.studyInstanceUID, "1.2") }
        let dataSet = try classic(fixture)
        for tag in [
            Tag.numberOfFrames, .dimensionIndexSequence, .dimensionIndexValues, .concatenationFrameOffsetNumber,
            .sharedFunctionalGroupsSequence, .perFrameFunctionalGroupsSequence, .referencedImageEvidenceSequence,
        ] {
            #expect(dataSet[tag] == nil, "\(tag)")
        }
    }

    // MARK: Attributes

    @Test("dates and times are in the zone of the data set, where it has one")
    func zone() throws {
        var fixture = ClassicFixture(Self.enhancedMR, modality: "MR", frameCount: 1)
        // Acquired at 10:30:00.250+0100.
        for (zone, date, time) in [
            ("", "20240102", "103000.250"), ("+0100", "20240102", "103000.250"), ("-1000", "20240101", "233000.250000"),
        ] {
            if !zone.isEmpty { fixture.topLevel.set(.timezoneOffsetFromUTC, zone) }
            let dataSet = try classic(fixture)
            #expect(dataSet.string(.acquisitionDate) == date && dataSet.string(.acquisitionTime) == time)
            #expect(dataSet.string(.acquisitionDateTime) == "20240102103000.250+0100")
        }
    }

    @Test("position, orientation, spacing and times come from the macros with their digits as written")
    func geometry() throws {
        let dataSet = try classic(ClassicFixture(Self.enhancedMR, modality: "MR", frameCount: 3), frameIndex: 2)
        #expect(dataSet[.imagePositionPatient]?.rawString == "0\\0\\6")
        #expect(dataSet[.pixelSpacing]?.rawString == "0.50\\0.50")
        #expect(dataSet[.sliceThickness]?.rawString == "3.0")
        #expect(dataSet.string(.acquisitionDate) == "20240102")
        #expect(dataSet.string(.acquisitionTime) == "103002.250")
        #expect(dataSet.string(.contentTime) == "103002.250")
        #expect(dataSet.string(.acquisitionDateTime) == "20240102103002.250+0100")
    }

    @Test("each frame has its own Echo Time and the number of its echo")
    func echoTimes() throws {
        var fixture = ClassicFixture(Self.enhancedMR, modality: "MR", frameCount: 3)
        for (frameIndex, echoTime) in [90.0, 10, 0].enumerated() {
            fixture.perFrame[frameIndex].setMacro(.mrEchoSequence) { $0.set(.effectiveEchoTime, echoTime) }
        }
        fixture.topLevel.set(.echoTime, "10")
        #expect(try classic(fixture, frameIndex: 0).doubles(.echoTime) == [90])
        #expect(try classic(fixture, frameIndex: 0).integers(.echoNumbers) == [2])
        #expect(try classic(fixture, frameIndex: 1).doubles(.echoTime) == [10])
        #expect(try classic(fixture, frameIndex: 2)[.echoTime]?.isEmpty == true)
    }

    @Test("private groups stay sequences and never reach standard attributes")
    func privateGroups() throws {
        var fixture = ClassicFixture(Self.enhancedMR, modality: "MR", frameCount: 2)
        var common = DataSetBuilder()
        common.set(.heartRate, "60")
        fixture.shared.setPrivate("VENDOR", group: 0x2005, element: 0x0F, .items([common]))
        var own = DataSetBuilder()
        own.set(.imagePositionPatient, "9\\9\\9")
        own.set(.echoTime, "77")
        fixture.perFrame[1].setPrivate("VENDOR", group: 0x2005, element: 0x0F, .items([own]))
        let dataSet = try classic(fixture, frameIndex: 1)
        #expect(dataSet[.imagePositionPatient]?.rawString == "0\\0\\3")
        #expect(dataSet[.echoTime]?.isEmpty == true)
        let kept = dataSet.privateElement(group: 0x2005, creator: "VENDOR", element: 0x0F)?.items
        #expect(kept?.count == 1)
        #expect(kept?.first?.string(.heartRate) == "60")
        #expect(kept?.first?.string(.echoTime) == "77")
    }

    @Test("a private block that is taken at the top level is moved, creator and all")
    func privateBlocks() throws {
        var fixture = ClassicFixture(Self.enhancedMR, modality: "MR", frameCount: 1)
        fixture.topLevel.setPrivate("ONE", group: 0x0021, element: 1, .value(.LO, Array("top ".utf8)))
        fixture.perFrame[0].setPrivate("TWO", group: 0x0021, element: 1, .value(.LO, Array("group ".utf8)))
        let dataSet = try classic(fixture)
        #expect(dataSet.privateElement(group: 0x0021, creator: "ONE", element: 1)?.string == "top")
        #expect(dataSet.privateElement(group: 0x0021, creator: "TWO", element: 1)?.string == "group")
    }

    @Test("a group of several items stays a sequence with all of them")
    func severalItems() throws {
        var fixture = ClassicFixture(Self.enhancedMR, modality: "MR", frameCount: 1)
        var first = DataSetBuilder()
        first.set(.receiveCoilName, "A")
        var second = DataSetBuilder()
        second.set(.receiveCoilName, "B")
        fixture.shared.set(.mrReceiveCoilSequence, items: [first, second])
        let dataSet = try classic(fixture)
        #expect(dataSet[.receiveCoilName] == nil)
        #expect(dataSet.items(.mrReceiveCoilSequence).map { $0.string(.receiveCoilName) } == ["A", "B"])
    }

    @Test("the pulse sequence is said in the terms of classic MR")
    func pulseSequence() throws {
        var fixture = ClassicFixture(Self.enhancedMR, modality: "MR", frameCount: 1)
        for (tag, term) in [
            (Tag.echoPulseSequence, "GRADIENT"), (.echoPlanarPulseSequence, "YES"), (.mrAcquisitionType, "3D"),
            (.segmentedKSpaceTraversal, "SINGLE"), (.steadyStatePulseSequence, "TIME_REVERSED"),
            (.rectilinearPhaseEncodeReordering, "CENTRIC"), (.oversamplingPhase, "2D"), (.resonantNucleus, "1H"),
            (.spectrallySelectedSuppression, "FAT"), (.pulseSequenceName, "EPI"), (.timeOfFlightContrast, "YES"),
        ] {
            fixture.topLevel.set(tag, term)
        }
        fixture.shared.setMacro(.mrModifierSequence) {
            $0.set(.inversionRecovery, "YES")
            $0.set(.inversionTimes, [120.5])
            $0.set(.spoiling, "RF")
            $0.set(.partialFourier, "YES")
            $0.set(.partialFourierDirection, "PHASE")
        }
        fixture.shared.setMacro(.mrfovGeometrySequence) {
            $0.set(.inPlanePhaseEncodingDirection, "COLUMN")
            $0.set(.mrAcquisitionFrequencyEncodingSteps, 80)
            $0.set(.mrAcquisitionPhaseEncodingStepsInPlane, 64)
        }
        let dataSet = try classic(fixture)
        #expect(dataSet.strings(.scanningSequence) == ["GR", "IR", "EP"])
        #expect(dataSet.strings(.sequenceVariant) == ["TRSS", "SP", "MP", "OSP"])
        #expect(dataSet.strings(.scanOptions) == ["PER", "PFP", "FS"])
        #expect(dataSet.doubles(.inversionTime) == [120.5])
        #expect(dataSet.string(.inPlanePhaseEncodingDirection) == "COL")
        #expect(dataSet.integers(.acquisitionMatrix) == [80, 0, 0, 64])
        #expect(dataSet.integers(.numberOfPhaseEncodingSteps) == [64])
        #expect(dataSet.string(.imagedNucleus) == "1H")
        #expect(dataSet.string(.sequenceName) == "EPI")
        #expect(dataSet.string(.angioFlag) == "Y")
    }

    @Test("where nothing is known of the pulse sequence, mandatory attributes say so")
    func unknownPulseSequence() throws {
        let dataSet = try classic(ClassicFixture(Self.enhancedMR, modality: "MR", frameCount: 1))
        #expect(dataSet.strings(.scanningSequence) == ["RM"])
        #expect(dataSet.strings(.sequenceVariant) == ["NONE"])
        #expect(dataSet[.scanOptions]?.isEmpty == true)
        #expect(dataSet[.echoTime]?.isEmpty == true)
        #expect(dataSet[.patientID]?.isEmpty == true)
    }

    @Test("CT exposure is given in the units and integers of classic CT")
    func exposure() throws {
        var fixture = ClassicFixture(Self.enhancedCT, modality: "CT", frameCount: 1)
        fixture.shared.setMacro(.ctExposureSequence) {
            $0.set(.exposureTimeInms, 500.4)
            $0.set(.xRayTubeCurrentInmA, 199.6)
            $0.set(.exposureInmAs, 99.8765)
        }
        fixture.shared.setMacro(.ctGeometrySequence) { $0.set(.distanceSourceToDataCollectionCenter, 541.5) }
        fixture.shared.setMacro(.pixelValueTransformationSequence) {
            $0.set(.rescaleSlope, "1")
            $0.set(.rescaleIntercept, "-1024")
            $0.set(.rescaleType, "HU")
        }
        let dataSet = try classic(fixture)
        #expect(dataSet.string(.exposureTime) == "500")
        #expect(dataSet.string(.xRayTubeCurrent) == "200")
        #expect(dataSet.string(.exposure) == "100")
        #expect(dataSet.string(.exposureInuAs) == "99877")
        #expect(dataSet.doubles(.distanceSourceToPatient) == [541.5])
        #expect(dataSet.strings(.imageType) == ["ORIGINAL", "PRIMARY", "AXIAL"])
        #expect(dataSet[.kvp]?.isEmpty == true)
        #expect(dataSet[.rescaleIntercept]?.rawString == "-1024")
    }

    // MARK: References

    @Test("a reference to a multi-frame instance that was taken apart names its frames")
    func references() throws {
        var fixture = ClassicFixture(Self.enhancedMR, modality: "MR", frameCount: 1)
        fixture.shared.setMacro(.referencedImageSequence) {
            $0.set(.referencedSOPClassUID, Self.enhancedMR)
            $0.set(.referencedSOPInstanceUID, "1.9.1")
            $0.set(.referencedFrameNumber, "2")
        }
        var references = ReferenceMap(view: .classic)
        references["1.9.1"] = .frames(
            (1...2).map {
                ReferenceMap.Target(
                    sopClassUID: ConversionFamily.mr.classic, sopInstanceUID: "1.8.\($0)", seriesInstanceUID: "1.8",
                    studyInstanceUID: "1")
            })
        let items = try classic(fixture, references: references).items(.referencedImageSequence)
        #expect(items.map { $0.string(.referencedSOPInstanceUID) } == ["1.8.2"])
        #expect(items.first?.string(.referencedSOPClassUID) == ConversionFamily.mr.classic)
        #expect(items.first?[.referencedFrameNumber] == nil)
    }
}
