import ByteLayout
import Conversion
import DICOM
import Testing

@Suite("Classic instances of Legacy Converted Enhanced ones")
struct ClassicLegacyTests {
    private func fixture() -> ClassicFixture {
        var fixture = ClassicFixture(ConversionFamily.mr.legacyConverted, modality: "MR", frameCount: 2)
        fixture.shared.setMacro(.unassignedSharedConvertedAttributesSequence) {
            $0.set(.seriesInstanceUID, "1.5.5")
            $0.set(.patientName, "Original^Name")
            $0.set(.scanningSequence, "SE")
            $0.set(.rescaleSlope, "5")
            $0.set(.bitsStored, 16, vr: .US)
        }
        for frameIndex in 0..<2 {
            fixture.perFrame[frameIndex].setMacro(.unassignedPerFrameConvertedAttributesSequence) {
                $0.set(.instanceNumber, "\(frameIndex + 41)")
                $0.set(.imageType, "DERIVED\\SECONDARY\\OTHER")
                $0.set(.contentTime, "0101\(frameIndex)0")
            }
            fixture.perFrame[frameIndex].setMacro(.conversionSourceAttributesSequence) {
                $0.set(.referencedSOPClassUID, ConversionFamily.mr.classic)
                $0.set(.referencedSOPInstanceUID, "1.5.6.\(frameIndex)")
            }
        }
        fixture.shared.setMacro(.pixelValueTransformationSequence) {
            $0.set(.rescaleSlope, "2")
            $0.set(.rescaleIntercept, "0")
            $0.set(.rescaleType, "US")
        }
        return fixture
    }

    @Test("the originals in Unassigned win, but for what describes the pixels as they are stored, and the Patient")
    func originals() throws {
        let source = try #require(try fixture().materialization())
        let file = try source.file(frameIndex: 1)
        let dataSet = try source.classic(frameIndex: 1).dataSet
        #expect(dataSet.string(.sopInstanceUID) == "1.5.6.1")
        #expect(dataSet.string(.seriesInstanceUID) == "1.5.5")
        #expect(dataSet.string(.instanceNumber) == "42")
        #expect(dataSet.strings(.imageType) == ["DERIVED", "SECONDARY", "OTHER"])
        #expect(dataSet.string(.contentTime) == "010110")
        #expect(dataSet.strings(.scanningSequence) == ["SE"])
        #expect(dataSet[.rescaleSlope]?.rawString == "2")
        #expect(dataSet.integer(.bitsStored) == 12)
        #expect(dataSet.string(.patientName) == "Doe^Jane")
        #expect(file.notes.contains(ConversionReason(.differingTopLevelValue, tag: .patientName)))
        #expect(
            dataSet.items(.conversionSourceAttributesSequence).first?.string(.referencedSOPInstanceUID) == "1.2.3.1")
        #expect(dataSet[.unassignedSharedConvertedAttributesSequence] == nil)
    }

    @Test("what our own conversion introduced does not come back, what it changed comes back as it was")
    func inverse() throws {
        var originals: [SourceInstance] = []
        var bytes: [[UInt8]] = []
        for number in 1...3 {
            var builder = original(number)
            builder.set(.seriesInstanceUID, "1.4.1")
            bytes.append(Self.file(builder, pixels: [UInt8(number), 0]))
            originals.append(SourceInstance(file: try DICOMFile(header: MemoryByteSource(bytes[number - 1]))))
        }
        let plan = EnhancedPlan(
            frames: (0..<3).map { .init(source: $0, inStackPositionNumber: $0 + 1, axisIndices: []) }, axes: [],
            stackID: "1", instanceNumber: 1, regularSpacing: 3, isTrueEnhanced: false)
        let planned = PlannedInstance(
            form: .enhanced(plan), sopClassUID: ConversionFamily.ct.legacyConverted, sopInstanceUID: "1.6.1",
            seriesInstanceUID: "1.6.2", studyInstanceUID: "1.4")
        let enhanced = try EnhancedSynthesis.synthesize(
            planned, sources: originals, references: ReferenceMap(view: .enhanced))
        let source = try #require(try ClassicMaterialization(enhanced.materialized(bytes)))
        for number in 1...3 {
            let classic = try source.classic(frameIndex: number - 1)
            let added: Set<Tag> = [
                .queryRetrieveView, .conversionSourceAttributesSequence, .contributingEquipmentSequence,
                .specificCharacterSet,
            ]
            let restored = classic.dataSet.filter { !added.contains($0.tag) }
            let expected = Array(originals[number - 1].dataSet)
            #expect(restored.map(\.tag) == expected.map(\.tag))
            for (left, right) in zip(restored, expected) {
                #expect(left.hasSameValue(as: right), "\(left.tag): \(left.rawString), was \(right.rawString)")
            }
        }
    }

    /// A CT image without Slice Thickness, window and Rescale Type, with an empty and a private attribute.
    private func original(_ number: Int) -> DataSetBuilder {
        var builder = DataSetBuilder()
        for (tag, text) in [
            (Tag.sopClassUID, ConversionFamily.ct.classic), (.sopInstanceUID, "1.4.2.\(number)"),
            (.studyInstanceUID, "1.4"), (.frameOfReferenceUID, "1.4.3"), (.modality, "CT"),
            (.instanceNumber, "\(number)"),
            (.imageType, "ORIGINAL\\PRIMARY\\AXIAL"), (.photometricInterpretation, "MONOCHROME2"),
            (.patientName, "A^B"),
            (.patientID, "1"), (.imageOrientationPatient, "1\\0\\0\\0\\1\\0"),
            (.imagePositionPatient, "0\\0\\\(number * 3)"),
            (.pixelSpacing, "0.50\\0.50"), (.rescaleSlope, "1"), (.rescaleIntercept, "-1024"), (.kvp, "120"),
            (.bodyPartExamined, "CHEST"), (.acquisitionDate, "20240102"), (.acquisitionTime, "10\(number)000"),
            (.seriesDate, "20240102"), (.imageComments, "slice \(number)"), (.irradiationEventUID, "1.4.9"),
        ] {
            builder.set(tag, text)
        }
        for (tag, value) in [
            (Tag.rows, 1), (.columns, 1), (.bitsAllocated, 16), (.bitsStored, 16), (.highBit, 15),
            (.pixelRepresentation, 1), (.samplesPerPixel, 1),
        ] {
            builder.set(tag, value, vr: .US)
        }
        builder.setEmpty(.contrastBolusAgent)
        builder.setPrivate("VENDOR", group: 0x0021, element: 1, .value(.LO, Array("value\(number)".utf8)))
        return builder
    }

    private static func file(_ dataSet: DataSetBuilder, pixels: [UInt8]) -> [UInt8] {
        var encoder = Encoder(encoding: .explicitLittleEndian)
        encoder.append(dataSet)
        encoder.append(.value(.OW, pixels), tag: .pixelData)
        return FileHeader.encode(
            mediaStorageSOPClassUID: ConversionFamily.ct.classic, mediaStorageSOPInstanceUID: "1.4.2",
            transferSyntax: .explicitVRLittleEndian, implementationClassUID: "1.2", implementationVersionName: "TEST")
            + encoder.bytes
    }
}
