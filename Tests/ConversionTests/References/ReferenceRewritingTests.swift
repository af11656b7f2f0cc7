import DICOM
import Testing

@testable import Conversion

@Suite("References")
struct ReferenceRewritingTests {
    @Test("a reference to a slice becomes one to its frame, with the class and number (R-1, R-5)")
    func frameAdded() throws {
        let result = try ReferenceMap.combined.rewritten(
            .item(
                [],
                [(.referencedImageSequence, [.reference("1.2"), .reference("1.3", frames: [1]), .reference("9.9")])]))
        #expect(result.named(.referencedImageSequence) == ["2.25.7#2", "2.25.7#3", "9.9"])
        let classes = result.items(.referencedImageSequence).map { $0.string(.referencedSOPClassUID) }
        let (enhanced, classic) = (ConversionFamily.mr.legacyConverted, ConversionFamily.mr.classic)
        #expect(classes == [enhanced, enhanced, classic])
    }

    @Test(
        "frames that are named become their instances, without a number; an image named whole becomes all of them (R-6)"
    )
    func framesExpanded() throws {
        let result = try ReferenceMap.apart.rewritten(
            .item([], [(.referencedImageSequence, [.reference("3.1", frames: [3, 1]), .reference("3.1")])]))
        #expect(
            result.named(.referencedImageSequence) == ["2.25.3", "2.25.1", "2.25.1", "2.25.2", "2.25.3"])
    }

    @Test("numbers of frames that an image does not have mean the image")
    func framesOutOfRange() throws {
        let result = try ReferenceMap.apart.rewritten(
            .item([], [(.referencedImageSequence, [.reference("3.1", frames: [0, 4])])]))
        #expect(result.named(.referencedImageSequence) == ["2.25.1", "2.25.2", "2.25.3"])
    }

    @Test("a list by Series names each instance once, without frames, and is split over new Series (R-2, R-5)")
    func listSplit() throws {
        let list: [DataSetBuilder] = ["1.1", "1.2", "4.1", "9.9"].map { .reference($0) }
        let result = try ReferenceMap.combined.rewritten(
            .item([], [(.referencedSeriesSequence, [.series("1.9", list)])]))
        #expect(result.listed(.referencedSeriesSequence) == ["2.25.8: 2.25.7", "1.9: 4.1 9.9"])
    }

    @Test("items of Series that have become one are brought together, unless they differ in something else (R-2)")
    func listsMerged() throws {
        var map = ReferenceMap.combined
        map["5.1"] = .one(
            .init(sopClassUID: "1", sopInstanceUID: "5.2", seriesInstanceUID: "2.25.8", studyInstanceUID: "1.2"))
        var other = DataSetBuilder.series("5.9", [.reference("5.1")])
        other.set(.seriesDescription, "other")
        let items: [DataSetBuilder] = [
            .series("1.9", [.reference("1.1")]), .series("5.9", [.reference("5.1"), .reference("1.1")]), other,
        ]
        let result = try map.rewritten(.item([], [(.referencedSeriesSequence, items)]))
        #expect(
            result.listed(.referencedSeriesSequence) == ["2.25.8: 2.25.7 5.2", "2.25.8: 5.2"])
    }

    @Test("a list names of an image taken apart the frames that are referred to elsewhere; all where none are (R-6)")
    func listNarrowed() throws {
        let evidence: [DataSetBuilder] = [.series("3.9", [.reference("3.1")])]
        let narrowed = try ReferenceMap.apart.rewritten(
            .item(
                [],
                [
                    (.referencedSeriesSequence, evidence),
                    (.sourceImageSequence, [.reference("3.1", frames: [2]), .reference("3.1", frames: [3])]),
                ]))
        #expect(narrowed.listed(.referencedSeriesSequence) == ["2.25.4: 2.25.2 2.25.3"])
        for others in [[], [DataSetBuilder.reference("3.1", frames: [2]), .reference("3.1")]] {
            let whole = try ReferenceMap.apart.rewritten(
                .item([], [(.referencedSeriesSequence, evidence), (.sourceImageSequence, others)]))
            #expect(whole.listed(.referencedSeriesSequence) == ["2.25.4: 2.25.1 2.25.2 2.25.3"])
        }
    }

    @Test("images of a presentation state keep their frame numbers below their Series (R-5)")
    func imagesInSeries() throws {
        let result = try ReferenceMap.combined.rewritten(
            .item(
                [],
                [
                    (
                        .referencedSeriesSequence,
                        [.series("1.9", [.reference("1.1"), .reference("1.3")], in: .referencedImageSequence)]
                    )
                ]))
        #expect(
            result.listed(.referencedSeriesSequence, .referencedImageSequence) == ["2.25.8: 2.25.7#1 2.25.7#3"])
    }

    @Test(
        "a Series without a list of instances becomes all Series that it is now; one whose instances are absent stays (R-2, R-9)"
    )
    func seriesAlone() throws {
        let items: [DataSetBuilder] = [.item([(.seriesInstanceUID, "1.9")]), .series("1.9", [.reference("9.9")])]
        let result = try ReferenceMap.combined.rewritten(.item([], [(.relatedSeriesSequence, items)]))
        #expect(result.listed(.relatedSeriesSequence) == ["1.9: ", "2.25.8: ", "1.9: 9.9"])
    }

    @Test("Study, Frame of Reference and the Series kept in Unassigned are never changed (R-4, E-13)")
    func untouched() throws {
        let unassigned = DataSetBuilder.item(
            [(.seriesInstanceUID, "1.9"), (.frameOfReferenceUID, "1.9"), (.studyInstanceUID, "1.9")],
            [(.referencedImageSequence, [.reference("1.1")])])
        let result = try ReferenceMap.combined.rewritten(
            .item(
                [], [(Tag(0x0020, 0x9171), [unassigned]), (.conversionSourceAttributesSequence, [.reference("1.1")])]))
        let item = try #require(result.firstItem(Tag(0x0020, 0x9171)))
        for tag in [Tag.seriesInstanceUID, .frameOfReferenceUID, .studyInstanceUID] {
            #expect(item.string(tag) == "1.9")
        }
        #expect(item.named(.referencedImageSequence) == ["2.25.7#1"])
        #expect(result.named(.conversionSourceAttributesSequence) == ["1.1"])
    }

    @Test("what was signed over a target that changed is dropped with it, what was not stays (O-5)")
    func signatures() throws {
        func signed(_ uid: String) -> DataSetBuilder {
            var item = DataSetBuilder.reference(uid)
            item.set(.referencedDigitalSignatureSequence, items: [.item([(.digitalSignatureUID, "1.5")])])
            return item
        }
        let result = try ReferenceMap.combined.rewritten(
            .item([], [(.referencedImageSequence, [signed("1.1"), signed("9.9")])]))
        let kept = result.items(.referencedImageSequence).map { $0[.referencedDigitalSignatureSequence] != nil }
        #expect(kept == [false, true])
    }

    /// Says where its target can be fetched.
    private func fetched(_ item: DataSetBuilder) -> DataSetBuilder {
        var item = item
        item.set(.retrieveAETitle, "ARCHIVE")
        item.set(.retrieveLocationUID, "1.7")
        item.set(.storageMediaFileSetID, "DISK")
        item.set(.storageMediaFileSetUID, "1.8")
        item.set(.wadoRetrievalSequence, items: [.item([(.retrieveURI, "https://archive.example/1.1")])])
        return item
    }

    private func saysWhere(_ item: DataSet) -> Bool {
        let present = RetrievalPlace.tags.filter { item[$0] != nil }
        #expect(present.isEmpty || present.count == 5)
        return !present.isEmpty
    }

    @Test("an item that names something new no longer says where the original can be fetched, what stays does (G-9)")
    func placesOfInstances() throws {
        let source = DataSetBuilder.item(
            [], [(.referencedImageSequence, ["1.1", "4.1", "9.9"].map { fetched(.reference($0)) })])
        let result = try ReferenceMap.combined.rewritten(source)
        #expect(result.items(.referencedImageSequence).map { saysWhere($0) } == [false, true, true])
        // It can be had back from the list that is kept.
        let lossy = ReferenceRewriting(map: .combined).rewritten(try source.read())?.lossy
        #expect(lossy == [.referencedImageSequence])
    }

    @Test("of a list by Series those parts that name what they named still say where it can be fetched, and no other")
    func placesOfSeries() throws {
        let list: [DataSetBuilder] = ["1.1", "4.1"].map { fetched(.reference($0)) }
        let evidence = fetched(
            .item(
                [(.studyInstanceUID, "1.2")],
                [
                    (
                        .referencedSeriesSequence,
                        [fetched(.series("1.9", list)), fetched(.series("5.9", [.reference("9.9")]))]
                    )
                ]
            ))
        let source = DataSetBuilder.item([], [(.currentRequestedProcedureEvidenceSequence, [evidence])])
        let result = try ReferenceMap.combined.rewritten(source)
        let study = try #require(result.firstItem(.currentRequestedProcedureEvidenceSequence))
        #expect(!saysWhere(study))
        #expect(study.listed(.referencedSeriesSequence) == ["2.25.8: 2.25.7", "1.9: 4.1", "5.9: 9.9"])
        let series = study.items(.referencedSeriesSequence)
        #expect(series.map { saysWhere($0) } == [false, true, true])
        #expect(series.flatMap { $0.items(.referencedSOPSequence) }.map { saysWhere($0) } == [false, true, false])
    }

    @Test("a Series that is named alone says where it can be fetched only as what it was")
    func placesOfSeriesAlone() throws {
        let result = try ReferenceMap.combined.rewritten(
            .item([], [(.relatedSeriesSequence, [fetched(.item([(.seriesInstanceUID, "1.9")]))])]))
        #expect(result.listed(.relatedSeriesSequence) == ["1.9: ", "2.25.8: "])
        #expect(result.items(.relatedSeriesSequence).map { saysWhere($0) } == [true, false])
    }

    @Test("where one item stands for an image, the first frame stands for it (R-6)")
    func firstFrame() throws {
        let result = try ReferenceMap.apart.rewritten(
            .item([], [(.referencedFirstFrameSequence, [.reference("3.1", frames: [2, 3])])]))
        #expect(result.named(.referencedFirstFrameSequence) == ["2.25.2"])
    }

    @Test("a value of any UID is changed where it is that of an instance or Series, and nowhere else (R-3)")
    func genericUIDs() throws {
        let result = try ReferenceMap.apart.rewritten(.item([(.selectorUIValue, "3.1\\3.9\\3.8")]))
        #expect(result.strings(.selectorUIValue) == ["2.25.1", "2.25.2", "2.25.3", "2.25.4", "3.8"])
    }

    @Test("references in private sequences and at any depth are changed too (R-1)")
    func anyDepth() throws {
        var inner = DataSetBuilder.item([], [(.sourceImageSequence, [.reference("1.1")])])
        for _ in 0..<30 { inner = .item([], [(.derivationImageSequence, [inner])]) }
        var outer = DataSetBuilder()
        outer.set(Tag(0x0009, 0x10), vr: .LO, bytes: Array("MAKER".utf8))
        outer[Tag(0x0009, 0x1010)] = .items([inner])
        var item = try #require(try ReferenceMap.combined.rewritten(outer).firstItem(Tag(0x0009, 0x1010)))
        while let next = item.firstItem(.derivationImageSequence) { item = next }
        #expect(item.named(.sourceImageSequence) == ["2.25.7#1"])
    }
}
