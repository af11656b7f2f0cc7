import Conversion
import DICOM
import Testing

@Suite("Functional groups of enhanced instances")
struct EnhancedMacroTests {
    @Test("an original image has no derived contrast, a derived one keeps its own (PS3.3 C.8.16.1.4)")
    func derivedContrast() throws {
        var fixture = EnhancedFixture(2)
        fixture.slices[0].set(.imageType, "ORIGINAL\\PRIMARY\\AXIAL\\HELIX")
        fixture.slices[1].set(.imageType, "DERIVED\\SECONDARY\\AXIAL\\ADDITION")
        let result = try fixture.synthesize()
        let types = result.frames.map { $0.firstItem(.ctImageFrameTypeSequence)?.strings(.frameType) }
        #expect(types[0] == ["ORIGINAL", "PRIMARY", "AXIAL", "NONE"])
        #expect(types[1] == ["DERIVED", "PRIMARY", "AXIAL", "ADDITION"])
        #expect(result.dataSet.strings(.imageType) == ["MIXED", "PRIMARY", "AXIAL", "MIXED"])
        #expect(result.unassigned(1).strings(.imageType).last == "ADDITION")
    }

    @Test("the kind of a multi-energy image is the fourth value in classic, the fifth in Enhanced")
    func multienergy() throws {
        var fixture = EnhancedFixture(1)
        fixture.slices[0].set(.imageType, "DERIVED\\PRIMARY\\AXIAL\\VMI")
        fixture.slices[0].set(.multienergyCTAcquisition, "YES")
        let result = try fixture.synthesize()
        #expect(result.dataSet.strings(.imageType) == ["DERIVED", "PRIMARY", "AXIAL", "NONE", "VMI"])
    }

    @Test("the derivation code tells the calculation where Image Type does not")
    func calculationTechnique() throws {
        var fixture = EnhancedFixture(1)
        fixture.slices[0].set(.imageType, "DERIVED\\PRIMARY\\AXIAL")
        #expect(try fixture.synthesize().dataSet.string(.volumeBasedCalculationTechnique) == "MIXED")
        var code = DataSetBuilder()
        code.set(.codeValue, "113078")
        code.set(.codingSchemeDesignator, "DCM")
        fixture.slices[0].set(.derivationCodeSequence, items: [code])
        #expect(try fixture.synthesize().dataSet.string(.volumeBasedCalculationTechnique) == "MAX_IP")
    }

    @Test("a rescaled CT slice without a Rescale Type is in HU (PS3.3 C.8.2.1), MR and PET in no unit")
    func rescaleType() throws {
        var fixture = EnhancedFixture(1)
        func type() throws -> String? {
            try fixture.synthesize().shared.firstItem(.pixelValueTransformationSequence)?.string(.rescaleType)
        }
        #expect(try type() == "HU")
        fixture.slices[0].set(.rescaleType, "US")
        #expect(try type() == "US")
        let pet = EnhancedFixture(1, modality: .pet)
        let result = try pet.synthesize(pet.plan(sopClassUID: ConversionFamily.pet.legacyConverted))
        #expect(result.shared.firstItem(.pixelValueTransformationSequence)?.string(.rescaleType) == "US")
    }

    @Test("units of standardized uptake name what they were normalized by")
    func uptake() throws {
        var fixture = EnhancedFixture(1, modality: .pet)
        fixture.slices[0].set(.units, "GML")
        fixture.slices[0].set(.suvType, "BW")
        let result = try fixture.synthesize(fixture.plan(sopClassUID: ConversionFamily.pet.legacyConverted))
        let unit = result.frames[0].firstItem(.realWorldValueMappingSequence)?.firstItem(.measurementUnitsCodeSequence)
        #expect(unit?.string(.codeValue) == "g/ml{SUVbw}")
        #expect(unit?.string(.codeMeaning) == "Standardized Uptake Value body weight")
    }

    @Test("PET has sixteen stored bits, however few the source has")
    func petBits() throws {
        let fixture = EnhancedFixture(1, modality: .pet)
        let result = try fixture.synthesize(fixture.plan(sopClassUID: ConversionFamily.pet.legacyConverted))
        #expect(result.dataSet.integer(.bitsStored) == 16 && result.dataSet.integer(.highBit) == 15)
    }

    @Test("temporal positions begin when their earliest frame was acquired; a resolution without unit says nothing")
    func temporalPosition() throws {
        var fixture = EnhancedFixture(4)
        for (index, time) in ["100000", "100000.5", "235959", "235959.25"].enumerated() {
            fixture.slices[index].set(.acquisitionDate, "20200102")
            fixture.slices[index].set(.acquisitionTime, time)
            fixture.slices[index].set(.temporalResolution, "2000")
        }
        var planned = fixture.plan(axes: [.temporalPosition])
        guard case .enhanced(var plan) = planned.form else { return }
        for index in plan.frames.indices {
            plan.frames[index].axisIndices = [index / 2 + 1]
            plan.frames[index].inStackPositionNumber = index % 2 + 1
        }
        planned.form = .enhanced(plan)
        let result = try fixture.synthesize(planned)
        let offsets = result.frames.map {
            $0.firstItem(.temporalPositionSequence)?.double(.temporalPositionTimeOffset)
        }
        #expect(offsets == [0, 0, 50399, 50399])
        fixture.slices[2].remove(.acquisitionTime)
        #expect(try fixture.synthesize(planned).frames.allSatisfy { $0[.temporalPositionSequence] == nil })
    }

    @Test("Trigger Time is a delay after the heartbeat only of images that say they were gated by it (E-8)")
    func cardiac() throws {
        var fixture = EnhancedFixture(1, modality: .mr)
        let planned = fixture.plan(sopClassUID: ConversionFamily.mr.legacyConverted)
        fixture.slices[0].set(.triggerTime, "120.5")
        fixture.slices[0].set(.heartRate, "66")
        fixture.slices[0].set(.intervalsAcquired, "1")
        fixture.slices[0].set(.nominalInterval, "900")
        fixture.slices[0].set(.scanOptions, "RG")
        #expect(try fixture.synthesize(planned).shared[.cardiacSynchronizationSequence] == nil)
        fixture.slices[0].set(.scanOptions, "CG")
        let result = try fixture.synthesize(planned)
        let item = result.shared.firstItem(.cardiacSynchronizationSequence)
        #expect(item?.double(.nominalCardiacTriggerDelayTime) == 120.5)
        #expect(item?.double(.rrIntervalTimeNominal) == 900 && item?.integer(.heartRate) == 66)
        #expect(item?[.intervalsAcquired] == nil)
        #expect(result.unassignedShared.string(.triggerTime) == "120.5")
    }

    @Test("what slices state in the terms of an Enhanced macro fills it, if it is whole (E-8)")
    func statedMacros() throws {
        var fixture = EnhancedFixture(1)
        fixture.slices[0].set(.nominalPercentageOfRespiratoryPhase, 30.0)
        #expect(try fixture.synthesize().shared[.respiratorySynchronizationSequence] == nil)
        fixture.slices[0].set(.nominalRespiratoryTriggerDelayTime, 250.0)
        var usage = DataSetBuilder()
        usage.set(.contrastBolusAgentNumber, 1)
        usage.set(.contrastBolusAgentAdministered, "YES")
        var second = usage
        second.set(.contrastBolusAgentNumber, 2)
        fixture.slices[0].set(.contrastBolusUsageSequence, items: [usage, second])
        let result = try fixture.synthesize()
        let item = result.shared.firstItem(.respiratorySynchronizationSequence)
        #expect(item?.double(.nominalRespiratoryTriggerDelayTime) == 250)
        #expect(item?.double(.nominalPercentageOfRespiratoryPhase) == 30)
        #expect(
            result.shared.items(.contrastBolusUsageSequence).map { $0.integer(.contrastBolusAgentNumber) } == [1, 2])
        // The originals stay where classic takes them from.
        #expect(result.unassignedShared.double(.nominalRespiratoryTriggerDelayTime) == 250)
        #expect(result.unassignedShared.items(.contrastBolusUsageSequence).count == 2)
    }

    @Test("a de-identification flag without a value stands at the top level without one, as received (X-4, X-12)")
    func emptyPatientAttribute() throws {
        var fixture = EnhancedFixture(2)
        for index in 0...1 {
            fixture.slices[index].set(.patientIdentityRemoved, "YES")
            fixture.slices[index].setEmpty(.deidentificationMethod)
        }
        let result = try fixture.synthesize()
        #expect(result.dataSet[.deidentificationMethod]?.isEmpty == true)
        #expect(result.unassignedShared[.deidentificationMethod]?.isEmpty == true)
    }

    @Test("a paired region that is only coded is paired all the same (X-14)")
    func codedRegion() throws {
        var fixture = EnhancedFixture(1)
        var code = DataSetBuilder()
        code.set(.codeValue, "72696002")
        code.set(.codingSchemeDesignator, "SCT")
        code.set(.codeMeaning, "Knee")
        fixture.slices[0].remove(.bodyPartExamined)
        fixture.slices[0].set(.anatomicRegionSequence, items: [code])
        let result = try fixture.synthesize()
        #expect(result.shared.firstItem(.frameAnatomySequence)?.string(.frameLaterality) == "U")
        #expect(result.notes.contains { $0.code == .unknownLaterality })
    }

    @Test("loss is told with the method of the transfer syntax where the source names none")
    func lossyMethod() throws {
        var fixture = EnhancedFixture(1)
        fixture.slices[0].set(.lossyImageCompression, "01")
        fixture.slices[0].set(.lossyImageCompressionRatio, "7.5")
        fixture.transferSyntax = .jpeg2000
        fixture.encapsulated = [[[0xFF, 0x4F, 0xFF, 0xD9]]]
        let result = try fixture.synthesize()
        #expect(result.dataSet.string(.lossyImageCompressionMethod) == "ISO_15444_1")
        #expect(result.dataSet.string(.lossyImageCompressionRatio) == "7.5")
    }

    @Test("a source that would lose its meaning stays as received, with the attribute at fault")
    func obstacles() throws {
        func obstacle(_ change: (inout DataSetBuilder) -> Void) throws -> Tag? {
            var fixture = EnhancedFixture(1)
            change(&fixture.slices[0])
            let file = try DICOMFile(header: MemoryByteSource(fixture.files[0]))
            return InstanceSummary(file: file).obstacle?.tag
        }
        #expect(try obstacle { _ in } == nil)
        #expect(try obstacle { $0.set(.lossyImageCompression, "01") } == .lossyImageCompressionMethod)
        // -2000 of a scanner that pads beyond the stored bits would become 2096 - 1024 HU, bone.
        let padded: (inout DataSetBuilder, Int) -> Void = { slice, bits in
            slice.set(.pixelPaddingValue, 63536, vr: .US)
            slice.set(.bitsStored, bits)
            slice.set(.highBit, bits - 1)
        }
        #expect(try obstacle { padded(&$0, 13) } == .pixelPaddingValue)
        #expect(try obstacle { padded(&$0, 16) } == nil)
    }
}
