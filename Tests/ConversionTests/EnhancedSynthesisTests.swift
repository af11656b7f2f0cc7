import Conversion
import DICOM
import Testing

@Suite("Enhanced instances")
struct EnhancedSynthesisTests {
    @Test("frames stand in the order of the plan, each with its source and its pixels")
    func frames() throws {
        let fixture = EnhancedFixture(3)
        let result = try fixture.synthesize()
        #expect(result.file.damage == nil)
        #expect(result.dataSet.integer(.numberOfFrames) == 3)
        #expect(result.pixels == fixture.pixels.flatMap { $0 })
        let sources = result.frames.map {
            $0.firstItem(.conversionSourceAttributesSequence)?.string(.referencedSOPInstanceUID)
        }
        #expect(sources == ["1.2.3.1", "1.2.3.2", "1.2.3.3"])
        #expect(
            result.frames.map { $0.firstItem(.planePositionSequence)?.doubles(.imagePositionPatient).last } == [
                1, 2, 3,
            ])
        #expect(
            result.frames.map { $0.firstItem(.frameContentSequence)?.integers(.dimensionIndexValues) }
                == [[1, 1], [1, 2], [1, 3]])
    }

    @Test("the same plan gives the same bytes")
    func deterministic() throws {
        #expect(try EnhancedFixture(4).synthesize().bytes == EnhancedFixture(4).synthesize().bytes)
    }

    @Test("a functional group that is equal in all frames is shared, else it is per frame")
    func sharing() throws {
        var fixture = EnhancedFixture(2)
        var result = try fixture.synthesize()
        #expect(result.shared[.pixelMeasuresSequence] != nil && result.frames[0][.pixelMeasuresSequence] == nil)
        fixture.slices[1].set(.sliceThickness, "2.0")
        result = try fixture.synthesize()
        #expect(result.shared[.pixelMeasuresSequence] == nil)
        #expect(result.frames.map { $0.firstItem(.pixelMeasuresSequence)?.double(.sliceThickness) } == [1, 2])
        #expect(
            result.shared[.frameContentSequence] == nil && result.shared[.conversionSourceAttributesSequence] == nil)
    }

    @Test("what conversion changes is kept in Unassigned, Series Instance UID above all (X-1)")
    func originals() throws {
        let result = try EnhancedFixture(2).synthesize()
        #expect(result.dataSet.string(.seriesInstanceUID) == "2.25.2")
        #expect(result.unassignedShared.string(.seriesInstanceUID) == "1.2.3.200")
        #expect(result.unassignedShared.strings(.imageType) == ["ORIGINAL", "PRIMARY", "AXIAL"])
        #expect(result.unassignedShared.string(.rescaleSlope) == "1")
        #expect(result.dataSet.integer(.instanceNumber) == 5)
        #expect((0...1).map { result.unassigned($0).integer(.instanceNumber) } == [1, 2])
        #expect(result.unassigned(1).string(.contentTime) == "100002")
        #expect(result.unassigned(1)[.sopInstanceUID] == nil && result.unassignedShared[.sopClassUID] == nil)
    }

    @Test("an attribute goes to the top level only where the target has it there and all sources agree")
    func topLevel() throws {
        var fixture = EnhancedFixture(2)
        fixture.slices[0].set(.stationName, "A")
        fixture.slices[1].set(.stationName, "A")
        fixture.slices[0].set(.protocolName, "one")
        fixture.slices[1].set(.protocolName, "two")
        fixture.slices[0].set(.kvp, "120")
        fixture.slices[1].set(.kvp, "120")
        let result = try fixture.synthesize()
        #expect(result.dataSet.string(.stationName) == "A" && result.unassignedShared[.stationName] == nil)
        #expect(result.dataSet[.protocolName] == nil && result.unassigned(1).string(.protocolName) == "two")
        #expect(result.dataSet[.kvp] == nil && result.unassignedShared.string(.kvp) == "120")
    }

    @Test(
        "one Patient's attributes stand at the top level even where a source differs, and the difference is noted (X-4)"
    )
    func patientDiffers() throws {
        var fixture = EnhancedFixture(2)
        fixture.slices[1].set(.patientName, "Other^Name")
        let result = try fixture.synthesize()
        #expect(result.dataSet.string(.patientName) == "Test^Name")
        #expect(result.unassigned(1).string(.patientName) == "Other^Name")
        #expect(result.notes.contains { $0.code == .differingTopLevelValue && $0.tag == .patientName })
    }

    @Test("empty in all sources is shared; empty in some and absent in others is per frame of just those (X-12)")
    func absentAndEmpty() throws {
        var fixture = EnhancedFixture(2)
        for index in 0...1 { fixture.slices[index].setEmpty(.kvp) }
        fixture.slices[1].setEmpty(.filterType)
        let result = try fixture.synthesize()
        #expect(result.unassignedShared[.kvp]?.isEmpty == true)
        #expect(result.unassignedShared[.filterType] == nil && result.unassigned(0)[.filterType] == nil)
        #expect(result.unassigned(1)[.filterType]?.isEmpty == true)
    }

    @Test("private attributes keep their creators, and one creator has one block whatever the sources say")
    func privateBlocks() throws {
        var fixture = EnhancedFixture(2)
        fixture.slices[0].set(Tag(0x0009, 0x0010), vr: .LO, bytes: Array("MAKER".utf8))
        fixture.slices[0].set(Tag(0x0009, 0x1001), vr: .LO, bytes: Array("same".utf8))
        fixture.slices[1].set(Tag(0x0009, 0x0010), vr: .LO, bytes: Array("OTHER".utf8))
        fixture.slices[1].set(Tag(0x0009, 0x1001), vr: .LO, bytes: Array("more".utf8))
        fixture.slices[1].set(Tag(0x0009, 0x0011), vr: .LO, bytes: Array("MAKER".utf8))
        fixture.slices[1].set(Tag(0x0009, 0x1101), vr: .LO, bytes: Array("same".utf8))
        let result = try fixture.synthesize()
        #expect(result.unassignedShared.privateElement(group: 9, creator: "MAKER", element: 1)?.string == "same")
        #expect(result.unassigned(1).privateElement(group: 9, creator: "OTHER", element: 1)?.string == "more")
        #expect(result.unassigned(0).privateElement(group: 9, creator: "OTHER", element: 1) == nil)
        #expect(result.unassigned(1).privateElement(group: 9, creator: "MAKER", element: 1) == nil)
    }

    @Test("the converting equipment is added to what the sources agree on, with the words of the standard (G-3)")
    func contributingEquipment() throws {
        var fixture = EnhancedFixture(2)
        for index in 0...1 {
            var item = DataSetBuilder()
            item.set(.manufacturer, "Router")
            item.set(.contributionDateTime, "2020010\(index + 1)")
            fixture.slices[index].set(.contributingEquipmentSequence, items: [item])
        }
        let result = try fixture.synthesize()
        let items = result.dataSet.items(.contributingEquipmentSequence)
        #expect(items.map { $0.string(.manufacturer) } == ["Router", "DICOMViewFS"])
        #expect(items.last?.string(.contributionDescription) == "Legacy Enhanced Image created from Classic Images")
        #expect(items.last?.firstItem(.purposeOfReferenceCodeSequence)?.string(.codeValue) == "109106")
        #expect(items.allSatisfy { $0[.contributionDateTime] == nil })
        #expect(
            result.unassigned(1).firstItem(.contributingEquipmentSequence)?.string(.contributionDateTime) == "20200102")
        #expect(result.dataSet.string(.queryRetrieveView) == "ENHANCED")
    }

    @Test("references name what stands in the view, and evidence lists each target once (G-9, X-8)")
    func references() throws {
        var fixture = EnhancedFixture(2)
        for index in 0...1 {
            var scout = DataSetBuilder()
            scout.set(.referencedSOPClassUID, ConversionFamily.ct.classic)
            scout.set(.referencedSOPInstanceUID, "1.2.3.50")
            var lost = DataSetBuilder()
            lost.set(.referencedSOPClassUID, ConversionFamily.ct.classic)
            lost.set(.referencedSOPInstanceUID, "1.2.3.51")
            fixture.slices[index].set(.referencedImageSequence, items: [scout, lost])
        }
        var map = ReferenceMap(view: .enhanced)
        map["1.2.3.50"] = .one(
            ReferenceMap.Target(
                sopClassUID: ConversionFamily.ct.legacyConverted, sopInstanceUID: "2.25.50",
                seriesInstanceUID: "2.25.60",
                studyInstanceUID: "1.2.3.100", frameNumber: 4))
        let result = try fixture.synthesize(references: map)
        let references = result.shared.items(.referencedImageSequence)
        #expect(references.map { $0.string(.referencedSOPInstanceUID) } == ["2.25.50", "1.2.3.51"])
        #expect(references.map { $0.integer(.referencedFrameNumber) } == [4, nil])
        let series = result.dataSet.firstItem(.referencedImageEvidenceSequence)?.items(.referencedSeriesSequence) ?? []
        #expect(series.count == 2 && series[0].string(.seriesInstanceUID) == "2.25.60")
        #expect(series.flatMap { $0.items(.referencedSOPSequence) }.allSatisfy { $0[.referencedFrameNumber] == nil })
        // Who refers to what, and that it is no fault of the conversion.
        let notes = result.notes.filter { $0.code == .unresolvedReference }
        #expect(notes.map(\.tag) == [.referencedImageSequence])
        let detail = try #require(notes.first?.detail)
        #expect(detail.hasPrefix("1.2.3.1 and one other slice name 1.2.3.51, which no file"), "\(detail)")
        #expect(detail.hasSuffix("it led nowhere as received"))
    }

    @Test("differing character sets become UTF-8, equal ones are left alone (E-18)")
    func characterSets() throws {
        var fixture = EnhancedFixture(2)
        for index in 0...1 {
            fixture.slices[index].set(.specificCharacterSet, "ISO_IR 100")
            fixture.slices[index].set(.patientName, vr: .PN, bytes: [0x4D, 0xFC, 0x6C])
        }
        #expect(try fixture.synthesize().dataSet[.patientName]?.valueBytes.prefix(3) == [0x4D, 0xFC, 0x6C])
        fixture.slices[1].set(.specificCharacterSet, "ISO_IR 192")
        fixture.slices[1].set(.patientName, vr: .PN, bytes: Array("Mül".utf8))
        let result = try fixture.synthesize()
        #expect(result.dataSet.string(.specificCharacterSet) == "ISO_IR 192")
        #expect(result.dataSet[.patientName]?.valueBytes == Array("Mül".utf8))
        #expect(result.unassigned(1)[.patientName] == nil)
    }

    @Test("without any date there is a placeholder, and a note of it (X-11)")
    func placeholderDate() throws {
        var fixture = EnhancedFixture(1)
        for tag in [Tag.contentDate, .contentTime, .seriesDate, .seriesTime] { fixture.slices[0].remove(tag) }
        let result = try fixture.synthesize()
        #expect(result.dataSet.string(.contentDate) == "19000101")
        #expect(result.notes.map(\.code).contains(.placeholderDate))
    }

    @Test("an instance that would lose something is named with its tag, not converted")
    func failures() throws {
        var fixture = EnhancedFixture(3)
        fixture.slices[2].remove(.imagePositionPatient)
        #expect(try fixture.failure()?.source == 2)
        #expect(try fixture.failure()?.reason.code == .missingAttribute)
        fixture = EnhancedFixture(3)
        fixture.slices[0].set(.burnedInAnnotation, "YES")
        #expect(try fixture.failure()?.reason.code == .burnedInAnnotation)
    }

    @Test("an absent Slice Thickness is the spacing of a regular stack, and unconvertible for a single plane (X-15)")
    func sliceThickness() throws {
        var fixture = EnhancedFixture(2)
        for index in 0...1 { fixture.slices[index].remove(.sliceThickness) }
        let result = try fixture.synthesize()
        #expect(result.shared.firstItem(.pixelMeasuresSequence)?.double(.sliceThickness) == 1)
        #expect(result.notes.map(\.code).contains(.sliceThicknessFromSpacing))
        var single = EnhancedFixture(1)
        single.slices[0].remove(.sliceThickness)
        #expect(try single.failure()?.reason.tag == .sliceThickness)
    }

    @Test("regular planes have the spacing that they have, whatever their slices state of it, which is kept (X-1)")
    func spacingBetweenSlices() throws {
        var fixture = EnhancedFixture(3)
        let absent = try fixture.synthesize()
        #expect(absent.shared.firstItem(.pixelMeasuresSequence)?.double(.spacingBetweenSlices) == 1)
        for (stated, expected) in [("1.00", "1.00"), ("0.5", "1"), ("-1.0", "1")] {
            for index in 0...2 { fixture.slices[index].set(.spacingBetweenSlices, stated) }
            let result = try fixture.synthesize()
            let measures = result.shared.firstItem(.pixelMeasuresSequence)
            #expect(measures?[.spacingBetweenSlices]?.rawString == expected)
            let kept = result.shared.firstItem(.unassignedSharedConvertedAttributesSequence)
            #expect(kept?[.spacingBetweenSlices]?.rawString == stated)
        }
    }

    @Test("a plane by itself has the spacing that its slice states, without a sign")
    func spacingOfOnePlane() throws {
        var fixture = EnhancedFixture(1)
        fixture.slices[0].set(.spacingBetweenSlices, "-2.5")
        let result = try fixture.synthesize()
        #expect(result.shared.firstItem(.pixelMeasuresSequence)?.double(.spacingBetweenSlices) == 2.5)
    }

    @Test("PET has its units as Real World Value Mapping and its zero of time in Frame Reference DateTime")
    func pet() throws {
        var fixture = EnhancedFixture(1, modality: .pet)
        fixture.slices[0].set(.units, "BQML")
        fixture.slices[0].set(.rescaleSlope, "0.5")
        fixture.slices[0].set(.frameReferenceTime, "90000.5")
        fixture.slices[0].set(.bitsStored, 16)
        fixture.slices[0].set(.highBit, 15)
        let result = try fixture.synthesize(fixture.plan(sopClassUID: ConversionFamily.pet.legacyConverted))
        let mapping = result.frames[0].firstItem(.realWorldValueMappingSequence)
        #expect(mapping?.double(.realWorldValueSlope) == 0.5)
        #expect(mapping?.firstItem(.measurementUnitsCodeSequence)?.string(.codeValue) == "Bq/ml")
        #expect(result.shared.firstItem(.pixelValueTransformationSequence)?.string(.rescaleType) == "US")
        #expect(
            result.frames[0].firstItem(.frameContentSequence)?.string(.frameReferenceDateTime)
                == "20200101090130.000500")
        #expect(result.dataSet.string(.contentQualification) == "RESEARCH")
    }

    @Test(
        "a dimension on an attribute of the sources stands in every frame's Unassigned, empty if a source has none (X-19)"
    )
    func echoTimeDimension() throws {
        var fixture = EnhancedFixture(2)
        fixture.slices[0].set(.echoTime, "10")
        let result = try fixture.synthesize(fixture.plan(axes: [.echoTime]))
        #expect(result.unassigned(0).double(.echoTime) == 10)
        #expect(result.unassigned(1)[.echoTime]?.isEmpty == true)
        let pointers = result.dataSet.items(.dimensionIndexSequence).map { $0[.dimensionIndexPointer]?.tags }
        #expect(pointers == [[.stackID], [.echoTime], [.inStackPositionNumber]])
    }

    @Test(
        "where some frames refer to images the others say that they refer to none, and nothing of it comes back (E-15, X-1)"
    )
    func emptyMacros() throws {
        var fixture = EnhancedFixture(3)
        fixture.slices[1].set(.referencedImageSequence, items: [.reference("9.9")])
        let result = try fixture.synthesize()
        #expect(result.frames.map { $0[.referencedImageSequence]?.itemCount } == [0, 1, 0])
        #expect(result.frames.allSatisfy { $0[.derivationImageSequence] == nil })
        let back = try #require(try ClassicMaterialization(result.bytes))
        #expect(try back.classic(frameIndex: 0).dataSet[.referencedImageSequence] == nil)
        #expect(try back.classic(frameIndex: 1).dataSet.named(.referencedImageSequence) == ["9.9"])
    }

    @Test("all sources at fault are named at once, each with its reason")
    func allFaults() throws {
        var fixture = EnhancedFixture(6)
        for index in 0..<6 {
            if index % 2 == 0 { fixture.slices[index].set(Tag(0x0029, 0x0010), vr: .LO, bytes: Array("MAKER ".utf8)) }
            fixture.slices[index].set(Tag(0x0029, 0x1001), vr: .LO, bytes: Array("x ".utf8))
        }
        let failure = try #require(throws: SynthesisFailure.self) { try fixture.synthesize() }
        #expect(Set(failure.others.keys).union([failure.source ?? -1]) == [1, 3, 5])
        #expect(failure.others.values.allSatisfy { $0 == failure.reason })
        // One that is at fault itself is no measure of the others.
        var wrong = EnhancedFixture(4)
        wrong.slices[0].set(.photometricInterpretation, "MONOCHROME1")
        wrong.slices[0].set(.pixelRepresentation, 1)
        wrong.slices[2].set(.burnedInAnnotation, "YES")
        let second = try #require(throws: SynthesisFailure.self) { try wrong.synthesize() }
        #expect(second.source == 0 && second.reason.code == .notMonochrome2)
        #expect(second.others.mapValues(\.code) == [2: .burnedInAnnotation])
    }
}
