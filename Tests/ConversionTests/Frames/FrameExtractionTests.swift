import ByteLayout
import DICOM
import Testing

@testable import Conversion

@Suite("Frame extraction")
struct FrameExtractionTests {
    @Test("frames are the bytes they were, in the order of the source, in an instance of the same class and Series")
    func frames() throws {
        let extracted = try ExtractionFixture(frameCount: 5).extracted([4, 2])
        #expect(extracted.pixels == [2, 0, 4, 0])
        #expect(extracted.dataSet.string(.sopClassUID) == "1.2.840.10008.5.1.4.1.1.12.1")
        #expect(extracted.dataSet.string(.seriesInstanceUID) == "1.2.3.3")
        #expect(extracted.dataSet.string(.patientName) == "Doe^Jane")
        #expect(extracted.dataSet.integer(.numberOfFrames) == 2)
        #expect(extracted.file.fileMeta.string(Tag(0x0002, 0x0003)) == extracted.dataSet.string(.sopInstanceUID))
    }

    @Test("the same frames are the same instance, others another one, however the list is written")
    func identity() throws {
        let fixture = ExtractionFixture(frameCount: 5)
        let first = try fixture.extracted([1, 2, 3])
        #expect(try fixture.extracted([3, 1, 2, 2]).bytes == first.bytes)
        let uids = try [[1], [2], [1, 2], [1, 2, 3]].map { try fixture.extracted($0).dataSet.string(.sopInstanceUID) }
        #expect(Set(uids).count == 4)
        #expect(uids[3] == first.dataSet.string(.sopInstanceUID))
        #expect(FrameList([Int]()) == nil)
        #expect(FrameList([0, 1]) == nil)
    }

    @Test("the extraction is said, after those before it, and so is who made it")
    func provenance() throws {
        let once = try ExtractionFixture(frameCount: 5).extracted([2, 3, 5])
        let twice = try Extracted(once.bytes, [1, 3])
        let items = twice.dataSet.items(.frameExtractionSequence)
        #expect(
            items.map { $0.string(.multiFrameSourceSOPInstanceUID) } == [
                "1.2.3.1", once.dataSet.string(.sopInstanceUID),
            ])
        #expect(items.map { $0.integers(.simpleFrameList) } == [[2, 3, 5], [1, 3]])
        #expect(twice.pixels == [2, 0, 5, 0])
        let equipment = twice.dataSet.items(.contributingEquipmentSequence)
        #expect(equipment.count == 2)
        #expect(equipment.allSatisfy { $0.firstItem(.purposeOfReferenceCodeSequence)?.string(.codeValue) == "109105" })
    }

    @Test("more frames than a list can name are said as runs")
    func calculated() throws {
        let extracted = try ExtractionFixture(frameCount: 20_000).extracted(
            Array(1...18_000) + [18_002, 18_004, 20_000])
        let item = try #require(extracted.dataSet.firstItem(.frameExtractionSequence))
        #expect(item[.simpleFrameList] == nil)
        #expect(item.integers(.calculatedFrameList) == [1, 18_000, 1, 18_002, 18_004, 2, 20_000, 20_000, 1])
    }

    @Test("functional groups are those of the frames, their dimensions counted anew")
    func functionalGroups() throws {
        let fixture = ClassicFixture(ConversionFamily.mr.enhanced, modality: "MR", frameCount: 4)
        let extracted = try Extracted(fixture.bytes, [2, 4])
        let groups = extracted.dataSet.items(.perFrameFunctionalGroupsSequence)
        #expect(
            groups.map { $0.firstItem(.planePositionSequence)?.doubles(.imagePositionPatient) } == [
                [0, 0, 3], [0, 0, 9],
            ])
        #expect(groups.map { $0.firstItem(.frameContentSequence)?.integers(.dimensionIndexValues) } == [[1], [2]])
        #expect(extracted.dataSet[.sharedFunctionalGroupsSequence] != nil)
        #expect(extracted.dataSet[.concatenationFrameOffsetNumber] == nil)
        #expect(extracted.pixels == [2, 0, 4, 0])
    }

    @Test("private attributes and signatures of the whole do not come along")
    func leftOut() throws {
        var fixture = ExtractionFixture(frameCount: 2)
        fixture.dataSet.setPrivate("ACME", group: 0x0029, element: 1, .value(.LO, Array("x".utf8)))
        fixture.dataSet.set(.digitalSignaturesSequence, items: [])
        let dataSet = try fixture.extracted([1]).dataSet
        #expect(!dataSet.contains { $0.tag.isPrivate })
        #expect(dataSet[.digitalSignaturesSequence] == nil)
    }

    @Test("what is synthesized itself gives frames over its own sources")
    func composition() throws {
        let source = ExtractionFixture(frameCount: 6)
        let bytes = source.bytes
        let first = try FrameExtraction(try DICOMFile(header: MemoryByteSource(bytes)))
        let parent = try first.synthesize(try #require(FrameList([2, 4, 6])))
        let parentBytes = parent.materialized([bytes])
        let second = try FrameExtraction(try DICOMFile(header: MemoryByteSource(parentBytes)))
        let child = try second.synthesize(try #require(FrameList([1, 3])))
        #expect(try child.over(parent).materialized([bytes]) == child.materialized([parentBytes]))
        #expect(try child.over(parent).materialized([bytes]).suffix(4) == [2, 0, 6, 0])
    }

    @Test("a deflated file gives the frames that it gives when it is not, by way of what is made of it too")
    func deflated() throws {
        var fixture = ExtractionFixture(frameCount: 4)
        // Long enough to stay in the file.
        fixture.dataSet.set(Tag(0x0042, 0x0011), vr: .OB, bytes: [UInt8](repeating: 7, count: 3 << 20))
        let plain = fixture.bytes
        let bytes = try Deflated.file(plain)
        let list = try #require(FrameList([2, 4]))
        let expected = try FrameExtraction(try DICOMFile(header: MemoryByteSource(plain))).synthesize(list)
        let parent = try FrameExtraction(try DICOMFile(header: MemoryByteSource(bytes))).synthesize(list)
        let parentBytes = parent.materialized([bytes])
        #expect(parent.layout.inflatedSources == [0])
        #expect(parentBytes == expected.materialized([plain]))
        let second = try FrameExtraction(try DICOMFile(header: MemoryByteSource(parentBytes)))
        let child = try second.synthesize(try #require(FrameList([2])))
        #expect(child.layout.inflatedSources.isEmpty)
        #expect(try child.over(parent).materialized([bytes]) == child.materialized([parentBytes]))
    }

    @Test("a part of what is changed on its way is changed alike")
    func compositionOfTransforms() throws {
        var fixture = ExtractionFixture(frameCount: 4)
        fixture.transferSyntax = .explicitVRBigEndian
        fixture.setPixels([0, 1, 0, 2, 0, 3, 0, 4])
        let bytes = fixture.bytes
        let first = try FrameExtraction(try DICOMFile(header: MemoryByteSource(bytes)))
        let parent = try first.synthesize(try #require(FrameList([1, 2, 3, 4])))
        let parentBytes = parent.materialized([bytes])
        let pixels = Array(fixture.bytes.suffix(8))
        let swapped: [UInt8] = stride(from: 0, to: 8, by: 2).flatMap { [pixels[$0 + 1], pixels[$0]] }
        #expect(Array(parentBytes.suffix(8)) == swapped)
        let second = try FrameExtraction(try DICOMFile(header: MemoryByteSource(parentBytes)))
        let child = try second.synthesize(try #require(FrameList([2, 3])))
        #expect(try child.over(parent).materialized([bytes]) == child.materialized([parentBytes]))
    }
}
