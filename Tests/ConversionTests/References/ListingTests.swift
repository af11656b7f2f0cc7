import DICOM
import Testing

@testable import Conversion

@Suite("Evidence of what the archive does not hold (X-8)")
struct ListingTests {
    private func state(_ uid: String, naming target: String, series: String, study: String) -> InstanceSummary {
        var state = Fixture.other(uid)
        state.listings = [
            ListedInstances(
                listing: Listing(studyInstanceUID: study, seriesInstanceUID: series), sopInstanceUIDs: [target])
        ]
        return state
    }

    private func evidence(_ others: [InstanceSummary]) throws -> (series: String?, study: String?, uid: String) {
        var fixture = EnhancedFixture(2)
        fixture.slices[0].set(.referencedImageSequence, items: [.reference("9.9")])
        var summaries = try fixture.files.map { InstanceSummary(file: try DICOMFile(header: MemoryByteSource($0))) }
        summaries += others
        let plan = PatientPlanner.plan(summaries: summaries).enhanced
        let planned = try #require(plan.instances.first { if case .enhanced = $0.form { true } else { false } })
        let item = try fixture.synthesize(planned, references: plan.references).dataSet
            .firstItem(.referencedImageEvidenceSequence)
        let series = item?.firstItem(.referencedSeriesSequence)
        #expect(series?.named(.referencedSOPSequence) == ["9.9"])
        return (series?.string(.seriesInstanceUID), item?.string(.studyInstanceUID), planned.sopInstanceUID)
    }

    @Test("a list anywhere in the archive tells Study and Series; without one they are the own Study and a placeholder")
    func listed() throws {
        let alone = try evidence([])
        #expect(alone.study == "1.2.3.100")
        #expect(alone.series == DerivedUID.make(.unresolvedSeries, view: .enhanced, identity: ["9.9"]))
        let told = try evidence([state("2.1", naming: "9.9", series: "9.8", study: "9.7")])
        #expect(told.series == "9.8" && told.study == "9.7")
        // Other bytes, another UID.
        #expect(told.uid != alone.uid)
        #expect(try evidence([state("2.1", naming: "9.6", series: "9.8", study: "9.7")]).uid == alone.uid)
    }

    @Test("the placeholder that stands in an image of our own is no list that tells where something belongs")
    func ownPlaceholder() throws {
        for view in [View.classic, .enhanced] {
            let placeholder = DerivedUID.make(.unresolvedSeries, view: view, identity: ["9.9"])
            let ours = state("2.1", naming: "9.9", series: placeholder, study: "9.7")
            #expect(try evidence([ours]) == evidence([]))
            let real = state("2.2", naming: "9.9", series: "9.8", study: "9.7")
            #expect(try evidence([ours, real]).series == "9.8")
        }
        // That of another instance is a list as any other.
        let other = DerivedUID.make(.unresolvedSeries, view: .enhanced, identity: ["9.5"])
        #expect(try evidence([state("2.1", naming: "9.9", series: other, study: "9.7")]).series == other)
    }

    @Test("of lists that contradict each other one is taken, whatever their order")
    func contradiction() throws {
        let (one, other) = (
            state("2.1", naming: "9.9", series: "9.8", study: "9.7"),
            state("2.2", naming: "9.9", series: "9.5", study: "9.7")
        )
        #expect(try evidence([one, other]) == evidence([other, one]))
        #expect(try evidence([one, other]).series == "9.5")
    }

    @Test("lists are found by Series and Study, which is the own one where none is given")
    func collecting() throws {
        let dataSet = try DataSetBuilder.item(
            [],
            [
                (.referencedSeriesSequence, [.series("1.9", [.reference("1.1"), .reference("1.2")])]),
                (
                    .currentRequestedProcedureEvidenceSequence,
                    [
                        .item(
                            [(.studyInstanceUID, "5.1")],
                            [(.referencedSeriesSequence, [.series("5.9", [.reference("5.2")])])])
                    ]
                ), (.sourceImageSequence, [.reference("7.7")]),
            ]
        ).read()
        var collector = ReferenceCollector()
        collector.collect(from: dataSet)
        let listings = collector.listings(study: "1.2")
        #expect(listings.map(\.listing.studyInstanceUID) == ["1.2", "5.1"])
        #expect(listings.map(\.listing.seriesInstanceUID) == ["1.9", "5.9"])
        #expect(listings.map(\.sopInstanceUIDs) == [["1.1", "1.2"], ["5.2"]])
    }
}
