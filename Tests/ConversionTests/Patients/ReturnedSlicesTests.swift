import DICOM
import Testing

@testable import Conversion

/// Slices that were combined, and taken out of the image again by an archive that has nothing else (C-8).
@Suite("Slices that come back from an enhanced image")
struct ReturnedSlicesTests {
    /// What differs in the slices that come back, but for what C-8 lists: `UID: attribute`.
    private func differences(_ fixture: EnhancedFixture) throws -> [String] {
        let files = fixture.files
        let exported = try ConvertedPatient(files).exported(.enhanced)
        let back = try ConvertedPatient(exported)[.classic]
        #expect(exported.count < files.count && back.count == files.count)
        var differences: [String] = []
        for file in files {
            let original = try DICOMFile(header: MemoryByteSource(file)).dataSet
            let uid = original.string(.sopInstanceUID) ?? ""
            guard let returned = back[uid]?.dataSet else {
                differences.append("\(uid) is missing")
                continue
            }
            let expected: Set<DICOM.Tag> = [
                .contributingEquipmentSequence, .queryRetrieveView, .conversionSourceAttributesSequence, .pixelData,
            ]
            let tags = Set(original.map(\.tag)).union(returned.map(\.tag)).subtracting(expected)
            for tag in tags.sorted() where encoded(tag, of: original) != encoded(tag, of: returned) {
                differences.append("\(uid): \(tag)")
            }
        }
        return differences
    }

    private func encoded(_ tag: DICOM.Tag, of dataSet: DataSet) -> [UInt8]? {
        dataSet[tag].map { element in
            var builder = DataSetBuilder()
            builder.copy(element)
            return Encoder.encode(builder)
        }
    }

    private func reference(_ fixture: EnhancedFixture, _ slice: Int, frames: [Int] = []) throws -> DataSetBuilder {
        var item = DataSetBuilder.reference(
            try fixture.slices[slice].read().string(.sopInstanceUID) ?? "", frames: frames)
        item.set(.referencedSOPClassUID, ConversionFamily.ct.classic)
        return item
    }

    @Test("a slice whose Instance Number is absent or empty comes back so")
    func instanceNumber() throws {
        var fixture = EnhancedFixture(4)
        fixture.slices[1].remove(.instanceNumber)
        fixture.slices[2].setEmpty(.instanceNumber)
        #expect(try differences(fixture) == [])
        for slice in fixture.slices.indices { fixture.slices[slice].setEmpty(.instanceNumber) }
        #expect(try differences(fixture) == [])
        for slice in fixture.slices.indices { fixture.slices[slice].remove(.instanceNumber) }
        #expect(try differences(fixture) == [])
    }

    @Test("lists of other instances come back with those that they named, and no others", arguments: [true, false])
    func lists(isShared: Bool) throws {
        var fixture = EnhancedFixture(4)
        let slices = fixture
        for slice in fixture.slices.indices {
            let listed = isShared ? [0, 1] : [slice, (slice + 1) % 4]
            let study = DataSetBuilder.item(
                [(.studyInstanceUID, "1.2.3.100")],
                [
                    (
                        .referencedSeriesSequence,
                        [.series("1.2.3.200", try listed.map { try reference(slices, $0) })]
                    )
                ])
            fixture.slices[slice].set(DICOM.Tag(0x0008, 0x1200), items: [study])
        }
        #expect(try differences(fixture) == [])
    }

    @Test("frame numbers of images that have one frame come back, wherever the reference stands")
    func frameNumbers() throws {
        var fixture = EnhancedFixture(4)
        let slices = fixture
        for slice in fixture.slices.indices {
            let named = try [0, (slice + 1) % 4].map { try reference(slices, $0, frames: [1]) }
            fixture.slices[slice].set(.sourceImageSequence, items: named)
            fixture.slices[slice].set(.referencedImageSequence, items: [try reference(slices, slice, frames: [1])])
            fixture.slices[slice].setPrivate("MAKER", group: 0x0029, element: 1, .items([named[1]]))
            fixture.slices[slice].setPrivate("DICOMVIEWFS", group: 0x0009, element: 1, .value(.UI, Array("1.2".utf8)))
        }
        #expect(try differences(fixture) == [])
        // In the image they are those of its frames.
        let image = try #require(try ConvertedPatient(fixture.files)[.enhanced].values.first).dataSet
        let numbers = image.items(.perFrameFunctionalGroupsSequence).map { frame in
            frame.firstItem(.derivationImageSequence)?.items(.sourceImageSequence).flatMap {
                $0.integers(.referencedFrameNumber)
            }
        }
        #expect(numbers == [[1, 2], [1, 3], [1, 4], [1, 1]])
    }

    @Test("a slice that does not become its original again has references to what stands in the view")
    func notRestored() throws {
        var fixture = EnhancedFixture(3)
        let slices = fixture
        let absent = DerivedUID.make(.instance, view: .enhanced, identity: ["absent"])
        for slice in fixture.slices.indices {
            fixture.slices[slice].set(
                .sourceImageSequence,
                items: [try reference(slices, 0, frames: [1]), .reference(absent, frames: [1])])
        }
        let exported = try ConvertedPatient(fixture.files).exported(.enhanced)
        let patient = try ConvertedPatient(exported)
        #expect(patient[.classic].values.allSatisfy { !$0.planned.isOriginal })
        #expect(patient.faults(.classic) == [])
        for file in patient[.classic].values {
            #expect(file.dataSet.privateElement(group: 9, creator: OriginalReferences.creator, element: 0x10) == nil)
        }
    }
}
