import DICOM
import Testing

@testable import Conversion

@Suite("Instances whose references change")
struct UpdatedSynthesisTests {
    private func state() -> DataSetBuilder {
        var state = DataSetBuilder.item(
            [
                (.sopClassUID, Fixture.grayscalePresentationState), (.sopInstanceUID, "2.1"),
                (.studyInstanceUID, "1.2"),
                (.seriesInstanceUID, "2.9"), (.contentLabel, "LABEL"), (.presentationCreationDate, "20200101"),
            ],
            [
                (
                    .referencedSeriesSequence,
                    [.series("1.9", [.reference("1.2"), .reference("1.1")], in: .referencedImageSequence)]
                ), (.digitalSignaturesSequence, [.item([(.digitalSignatureUID, "1.5")])]),
            ])
        state.set(Tag(0x0009, 0x10), vr: .LO, bytes: Array("MAKER".utf8))
        state.set(Tag(0x0009, 0x1001), vr: .LO, bytes: Array("value".utf8))
        return state
    }

    private func file(_ dataSet: DataSetBuilder) throws -> DICOMFile {
        let header = FileHeader.encode(
            mediaStorageSOPClassUID: "1.2", mediaStorageSOPInstanceUID: "1.3", transferSyntax: .explicitVRLittleEndian,
            implementationClassUID: "1.4", implementationVersionName: "TEST")
        return try DICOMFile(header: MemoryByteSource(header + Encoder.encode(dataSet)))
    }

    private func updated(_ dataSet: DataSetBuilder, _ references: ReferenceMap, uid: String = "2.25.5") throws
        -> DICOMFile
    {
        let planned = PlannedInstance(
            form: .updated(source: 0), sopClassUID: Fixture.grayscalePresentationState, sopInstanceUID: uid,
            seriesInstanceUID: "2.25.6", studyInstanceUID: "1.2", derivedUID: "2.25.5")
        let result = try UpdatedSynthesis.synthesize(
            planned, source: SourceInstance(file: try file(dataSet)), references: references)
        return try DICOMFile(header: MemoryByteSource(result.bytes))
    }

    @Test("nothing but references and identity changes, and the instance says what was done (O-1 to O-5)")
    func marks() throws {
        let result = try updated(state(), .combined).dataSet
        #expect(result.string(.sopClassUID) == Fixture.grayscalePresentationState)
        #expect(result.string(.sopInstanceUID) == "2.25.5" && result.string(.seriesInstanceUID) == "2.25.6")
        #expect(result.string(.queryRetrieveView) == "ENHANCED")
        #expect(result.named(.conversionSourceAttributesSequence) == ["2.1"])
        #expect(
            result.items(.contributingEquipmentSequence).map { $0.string(.contributionDescription) } == [
                "Updated UID references during Legacy Enhanced Classic conversion"
            ])
        #expect(result[.digitalSignaturesSequence] == nil)
        #expect(
            result.listed(.referencedSeriesSequence, .referencedImageSequence) == ["2.25.8: 2.25.7#2 2.25.7#1"])
        let source = try state().read()
        for tag in [Tag.contentLabel, .presentationCreationDate, .studyInstanceUID, Tag(0x0009, 0x1001)] {
            #expect(result.string(tag) == source.string(tag))
        }
    }

    @Test("the original's UIDs and lists are kept beside other private blocks, and found again (X-7)")
    func kept() throws {
        let result = try updated(state(), .combined).dataSet
        #expect(result.string(Tag(0x0009, 0x10)) == "MAKER" && result.string(Tag(0x0009, 0x11)) == "DICOMVIEWFS")
        let original = try #require(OriginalInstance(of: result))
        #expect(original.sopInstanceUID == "2.1" && original.seriesInstanceUID == "2.9")
        #expect(original.references == ["1.1", "1.2"])
        // What is no reference must not read as one.
        var collector = ReferenceCollector()
        collector.collect(from: result)
        #expect(collector.references.map(\.sopInstanceUID) == ["2.25.7"])
    }

    @Test("an instance that is its original again has the lists as they were, and no block of ours (C-8)")
    func restored() throws {
        let enhanced = DataSetBuilder(copying: try updated(state(), .combined).dataSet)
        var back = ReferenceMap(view: .classic)
        back["2.25.7"] = .frames(
            (1...3).map {
                .init(
                    sopClassUID: ConversionFamily.mr.classic, sopInstanceUID: "1.\($0)", seriesInstanceUID: "1.9",
                    studyInstanceUID: "1.2")
            })
        let result = try updated(enhanced, back, uid: "2.1").dataSet
        #expect(result.listed(.referencedSeriesSequence, .referencedImageSequence) == ["1.9: 1.2 1.1"])
        #expect(result[Tag(0x0009, 0x11)] == nil && result.string(Tag(0x0009, 0x1001)) == "value")
        #expect(OriginalInstance(of: result) == nil)
        // Converted on instead, it keeps what it was itself.
        let again = try #require(OriginalInstance(of: try updated(enhanced, back).dataSet))
        #expect(again.sopInstanceUID == "2.25.5" && again.seriesInstanceUID == "2.25.6")
    }

    @Test("where the original's images can be fetched is not said of the new ones, and comes back with it (X-7)")
    func retrievalPlaces() throws {
        var list = DataSetBuilder.series("1.9", [.reference("1.2")], in: .referencedImageSequence)
        list.set(.retrieveAETitle, "ARCHIVE")
        var image = DataSetBuilder.reference("1.1")
        image.set(.storageMediaFileSetUID, "1.8")
        var state = state()
        state.set(.referencedSeriesSequence, items: [list])
        state.set(.sourceImageSequence, items: [image])
        let enhanced = try updated(state, .combined).dataSet
        #expect(enhanced.firstItem(.referencedSeriesSequence)?[.retrieveAETitle] == nil)
        #expect(enhanced.firstItem(.sourceImageSequence)?[.storageMediaFileSetUID] == nil)
        var back = DataSetBuilder(copying: enhanced)
        try OriginalInstance.restore(enhanced, in: &back)
        let restored = try back.read()
        #expect(restored.firstItem(.referencedSeriesSequence)?.string(.retrieveAETitle) == "ARCHIVE")
        #expect(restored.firstItem(.sourceImageSequence)?.string(.storageMediaFileSetUID) == "1.8")
        #expect(restored.named(.sourceImageSequence) == ["1.1"])
    }

    /// What becomes of `dataSet` in the enhanced view, and of that in the classic view where it is its original again.
    private func thereAndBack(_ dataSet: DataSetBuilder) throws -> (there: DataSet, back: DataSet) {
        var map = ReferenceMap(view: .classic)
        map["2.25.7"] = .frames(
            (1...3).map {
                .init(
                    sopClassUID: ConversionFamily.mr.classic, sopInstanceUID: "1.\($0)", seriesInstanceUID: "1.9",
                    studyInstanceUID: "1.2")
            })
        let there = try updated(dataSet, .combined).dataSet
        return (there, try updated(DataSetBuilder(copying: there), map, uid: "2.1").dataSet)
    }

    @Test("the number of the one frame of an image, which has another number now, comes back with it (X-7)")
    func frameNumbers() throws {
        var state = state()
        state.set(
            .displayedAreaSelectionSequence,
            items: [.item([], [(.referencedImageSequence, [.reference("1.2", frames: [1]), .reference("1.3")])])])
        let (there, back) = try thereAndBack(state)
        #expect(
            there.firstItem(.displayedAreaSelectionSequence)?.named(.referencedImageSequence) == [
                "2.25.7#2", "2.25.7#3",
            ])
        #expect(
            back.firstItem(.displayedAreaSelectionSequence)?.named(.referencedImageSequence) == ["1.2#1", "1.3"])
    }

    @Test("a content item that is the UID of one slice comes back as that one, not as one for each frame (X-7)")
    func sliceUID() throws {
        var report = state()
        report.set(.contentSequence, items: [.content("UIDREF", "slice", uid: "1.2"), .content("TEXT", "end")])
        report.set(.selectorUIValue, "1.3")
        let (there, back) = try thereAndBack(report)
        #expect(there.items(.contentSequence).map { $0.string(.uid) } == ["2.25.7", nil])
        #expect(there.string(.selectorUIValue) == "2.25.7")
        #expect(back.items(.contentSequence).map { $0.string(.uid) } == ["1.2", nil])
        #expect(back.string(.selectorUIValue) == "1.3")
    }

    @Test("what an instance kept of its own original comes back with it (X-7)")
    func originalOfOriginal() throws {
        var first = state()
        first.set(.referencedSeriesSequence, items: [.series("3.9", [.reference("3.1")], in: .referencedImageSequence)])
        let received = try updated(first, .apart, uid: "2.25.5").dataSet
        let original = try #require(OriginalInstance(of: received))
        let there = try updated(DataSetBuilder(copying: received), .combined(as: "2.25.")).dataSet
        #expect(try #require(OriginalInstance(of: there)).sopInstanceUID == "2.25.5")
        var back = DataSetBuilder(copying: there)
        try OriginalInstance.restore(there, in: &back)
        for (tag, content) in zip(back.tags, back.contents) where tag.group == 0x0009 {
            guard case .copied(let element) = content else { continue }
            #expect(received[tag]?.valueBytes.elementsEqual(element.valueBytes) ?? false, "\(tag)")
        }
        let block = try #require(try back.read().privateElement(group: 9, creator: "DICOMVIEWFS", element: 1))
        #expect(block.string == original.seriesInstanceUID)
        #expect(
            try back.read().listed(.referencedSeriesSequence, .referencedImageSequence)
                == received.listed(.referencedSeriesSequence, .referencedImageSequence))
    }

    @Test("pixels of a big-endian file are words swapped, of eight bits too if they are OW (PS3.5 8.1.1)")
    func bigEndian() throws {
        for (vr, bits, expected) in [
            (VR.OW, 8, [2, 1, 4, 3]), (.OW, 16, [2, 1, 4, 3]), (.OB, 8, [1, 2, 3, 4]),
        ] as [(VR, Int, [UInt8])] {
            var image = state()
            image.set(.bitsAllocated, bits)
            image[.pixelData] = nil
            let header = FileHeader.encode(
                mediaStorageSOPClassUID: "1.2", mediaStorageSOPInstanceUID: "1.3",
                transferSyntax: .explicitVRBigEndian, implementationClassUID: "1.4",
                implementationVersionName: "TEST")
            var encoder = Encoder(encoding: TransferSyntax.explicitVRBigEndian.encoding)
            encoder.append(image)
            encoder.appendHeader(tag: .pixelData, vr: vr, length: 4)
            let bytes = header + encoder.bytes + [1, 2, 3, 4]
            let planned = PlannedInstance(
                form: .updated(source: 0), sopClassUID: Fixture.grayscalePresentationState, sopInstanceUID: "2.25.5",
                seriesInstanceUID: "2.25.6", studyInstanceUID: "1.2")
            let result = try UpdatedSynthesis.synthesize(
                planned, source: SourceInstance(file: try DICOMFile(header: MemoryByteSource(bytes))),
                references: .combined)
            #expect(result.materialized([bytes]).suffix(4) == expected)
        }
    }

    @Test("lists longer than one value may be are kept in pieces")
    func pieces() throws {
        var long = state()
        let references = (0..<20_000).map { DataSetBuilder.reference("1.2.840.113619.2.55.3.2831208458.\($0)") }
        let all: [DataSetBuilder] = [.reference("1.1")] + references
        long.set(.referencedSeriesSequence, items: [.series("1.9", all)])
        let enhanced = try updated(long, .combined).dataSet
        #expect(enhanced[Tag(0x0009, 0x1112)] != nil)
        var back = DataSetBuilder(copying: enhanced)
        try OriginalInstance.restore(enhanced, in: &back)
        #expect(back.tags.allSatisfy { $0.group != 0x0009 || $0.element == 0x10 || $0.element >> 8 == 0x10 })
        #expect(try back.read().named(.referencedSeriesSequence) == long.read().named(.referencedSeriesSequence))
        #expect(
            try back.read().firstItem(.referencedSeriesSequence)?.itemCount(.referencedSOPSequence)
                == long.read().firstItem(.referencedSeriesSequence)?.itemCount(.referencedSOPSequence))
    }

    @Test("only what we made, and made of the same class, gives an original back (X-6, X-7)")
    func foreign() throws {
        let ours = try updated(state(), .combined).dataSet
        #expect(OriginalInstance(of: ours) != nil)
        var foreign = DataSetBuilder(copying: ours)
        foreign.remove(.contributingEquipmentSequence)
        #expect(OriginalInstance(of: try foreign.read()) == nil)
        var other = DataSetBuilder(copying: ours)
        other.set(.sopClassUID, "1.2.840.10008.5.1.4.1.1.88.59")
        #expect(OriginalInstance(of: try other.read()) == nil)
    }
}

extension DataSet {
    fileprivate func itemCount(_ tag: DICOM.Tag) -> Int { self[tag]?.itemCount ?? 0 }
}
