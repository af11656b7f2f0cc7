import ByteLayout
import Conversion
import DICOM
import Testing

@Suite("True Enhanced instances")
struct TrueEnhancedTests {
    static func code(_ value: String, _ scheme: String = "DCM") -> DataSetBuilder {
        var code = DataSetBuilder()
        code.set(.codeValue, value)
        code.set(.codingSchemeDesignator, scheme)
        code.set(.codeMeaning, "Meaning")
        return code
    }

    /// Derived CT slices that say all that the Enhanced CT class asks of a derived image.
    static func derived(_ count: Int) -> EnhancedFixture {
        var fixture = EnhancedFixture(count)
        for index in 0..<count {
            fixture.slices[index].set(.imageType, "DERIVED\\SECONDARY\\AXIAL\\MPR")
            fixture.slices[index].set(.irradiationEventUID, "1.2.3.400")
            fixture.slices[index].set(.manufacturerModelName, "Model")
            fixture.slices[index].set(.deviceSerialNumber, "7")
            fixture.slices[index].set(.softwareVersions, "1\\2")
            fixture.slices[index].set(.contentQualification, "RESEARCH")
            fixture.slices[index].set(.burnedInAnnotation, "NO")
            fixture.slices[index].set(.lossyImageCompression, "00")
            fixture.slices[index].set(.derivationCodeSequence, items: [code("113072")])
            fixture.slices[index].set(.kvp, "120")
        }
        return fixture
    }

    static func plan(_ fixture: EnhancedFixture) throws -> [PlannedInstance] {
        let sources = try fixture.files.map { try DICOMFile(header: MemoryByteSource($0)) }
        return PatientPlanner.plan(summaries: sources.map { InstanceSummary(file: $0) }).enhanced.instances
    }

    @Test("derived CT slices whose writer took care become Enhanced CT (T-1)")
    func derived() throws {
        let fixture = Self.derived(3)
        let planned = try #require(try Self.plan(fixture).first)
        #expect(planned.sopClassUID == ConversionFamily.ct.enhanced)
        let result = try fixture.synthesize(planned)
        #expect(result.dataSet.string(.sopClassUID) == ConversionFamily.ct.enhanced)
        // AXIAL is no term of the Enhanced class; that the planes are regular is computed.
        #expect(result.dataSet.strings(.imageType) == ["DERIVED", "PRIMARY", "VOLUME", "MPR"])
        #expect(result.dataSet.string(.volumeBasedCalculationTechnique) == "MPR")
        #expect(result.shared.firstItem(.irradiationEventIdentificationSequence) != nil)
        #expect(result.unassignedShared.strings(.imageType) == ["DERIVED", "SECONDARY", "AXIAL", "MPR"])
        // A part of X-Ray Details would promise more than there is.
        #expect(result.shared[.ctxRayDetailsSequence] == nil && result.unassignedShared.string(.kvp) == "120")
    }

    @Test(
        "one fact missing, and all slices become Legacy Converted",
        arguments: [
            Tag.irradiationEventUID, .deviceSerialNumber, .softwareVersions, .manufacturerModelName,
            .contentQualification,
            .burnedInAnnotation, .lossyImageCompression, .bodyPartExamined, .derivationCodeSequence,
        ])
    func oneMiss(_ tag: Tag) throws {
        var fixture = Self.derived(3)
        if tag == .derivationCodeSequence {
            // What was derived from something needs a code that says how.
            var source = DataSetBuilder()
            source.set(.referencedSOPClassUID, ConversionFamily.ct.classic)
            source.set(.referencedSOPInstanceUID, "1.2.3.50")
            source.set(.purposeOfReferenceCodeSequence, items: [Self.code("121322")])
            fixture.slices[1].set(.sourceImageSequence, items: [source])
            fixture.slices[1].set(.imageType, "DERIVED\\SECONDARY\\AXIAL\\MPR")
        }
        fixture.slices[1].remove(tag)
        // Patient and equipment attributes keep slices apart that differ in them.
        #expect(try Self.plan(fixture).contains { $0.sopClassUID == ConversionFamily.ct.legacyConverted })
        for index in [0, 2] { fixture.slices[index].remove(tag) }
        if tag != .derivationCodeSequence {
            #expect(try Self.plan(fixture).map(\.sopClassUID) == [ConversionFamily.ct.legacyConverted])
        }
    }

    @Test("an original CT image needs the facts of its acquisition, which ordinary ones have no place for (T-2)")
    func original() throws {
        var fixture = Self.derived(2)
        for index in 0...1 { fixture.slices[index].set(.imageType, "ORIGINAL\\PRIMARY\\AXIAL") }
        #expect(try Self.plan(fixture).map(\.sopClassUID) == [ConversionFamily.ct.legacyConverted])
    }

    @Test(
        "multi-energy slices are true Enhanced if they say by which energies, else Legacy Converted; both say what they show"
    )
    func multienergy() throws {
        var fixture = Self.derived(2)
        for index in 0...1 {
            fixture.slices[index].set(.imageType, "DERIVED\\PRIMARY\\AXIAL\\VMI")
            fixture.slices[index].set(.multienergyCTAcquisition, "YES")
            fixture.slices[index].set(.rescaleType, "HU")
        }
        let planned = try #require(try Self.plan(fixture).first)
        #expect(planned.sopClassUID == ConversionFamily.ct.legacyConverted)
        #expect(
            try fixture.synthesize(planned).dataSet.strings(.imageType) == [
                "DERIVED", "PRIMARY", "AXIAL", "NONE", "VMI",
            ])

        var mapping = DataSetBuilder()
        for (tag, text) in [(Tag.lutLabel, "VMI"), (.lutExplanation, "at 70 keV")] { mapping.set(tag, text) }
        for (tag, number) in [(Tag.realWorldValueFirstValueMapped, 0), (.realWorldValueLastValueMapped, 4095)] {
            mapping.set(tag, number, vr: .US)
        }
        mapping.set(.realWorldValueIntercept, -1024.0)
        mapping.set(.realWorldValueSlope, 1.0)
        mapping.set(.measurementUnitsCodeSequence, items: [Self.code("[hnsf'U]", "UCUM")])
        for index in 0...1 {
            for tag in [
                Tag.multienergyCTXRaySourceSequence, .multienergyCTXRayDetectorSequence, .multienergyCTPathSequence,
            ] {
                var item = DataSetBuilder()
                item.set(Tag(0x0018, 0x937A), 1, vr: .US)  // Multi-energy CT Path Index
                fixture.slices[index].set(tag, items: [item])
            }
            fixture.slices[index].set(.realWorldValueMappingSequence, items: [mapping])
        }
        let whole = try #require(try Self.plan(fixture).first)
        #expect(whole.sopClassUID == ConversionFamily.ct.enhanced)
        let result = try fixture.synthesize(whole).dataSet
        #expect(result.strings(.imageType) == ["DERIVED", "PRIMARY", "VOLUME", "NONE", "VMI"])
        #expect(result.string(.multienergyCTAcquisition) == "YES")
        #expect(result.items(.multienergyCTPathSequence).count == 1)
        #expect(
            result.items(.perFrameFunctionalGroupsSequence).allSatisfy {
                $0.firstItem(.realWorldValueMappingSequence) != nil
            })
    }

    @Test("slices that differ in what an instance has once are Legacy Converted")
    func differing() throws {
        var fixture = Self.derived(2)
        fixture.slices[0].set(.acquisitionDuration, 1.5)
        fixture.slices[1].set(.acquisitionDuration, 2.5)
        #expect(try Self.plan(fixture).map(\.sopClassUID) == [ConversionFamily.ct.legacyConverted])
    }

    @Test("taken apart again, the slices are the originals (X-1, C-8)")
    func roundTrip() throws {
        let fixture = Self.derived(3)
        let planned = try #require(try Self.plan(fixture).first)
        let source = try #require(try ClassicMaterialization(try fixture.synthesize(planned).bytes))
        let added: Set<Tag> = [
            .queryRetrieveView, .conversionSourceAttributesSequence, .contributingEquipmentSequence, .pixelData,
        ]
        for index in 0..<3 {
            let classic = try source.classic(frameIndex: index).dataSet
            for tag in fixture.slices[index].tags where !added.contains(tag) {
                var original = DataSetBuilder()
                original[tag] = fixture.slices[index][tag]
                var back = DataSetBuilder()
                back.copy(tag, from: classic)
                #expect(Encoder.encode(back) == Encoder.encode(original), "\(tag)")
            }
            let tags = Set(classic.map(\.tag)).subtracting(added)
            #expect(tags == Set(fixture.slices[index].tags))
        }
    }
}
