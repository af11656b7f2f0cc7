import ByteLayout
import Conversion
import DICOM
import Testing

@Suite("Presentation states of what images draw over themselves")
struct PresentationStateTests {
    /// Slices of 4 x 4 pixels.
    static func fixture(_ count: Int) -> EnhancedFixture {
        var fixture = EnhancedFixture(count)
        for index in 0..<count {
            fixture.slices[index].set(.rows, 4)
            fixture.slices[index].set(.columns, 4)
            fixture.pixels[index] = (0..<16).flatMap { [UInt8($0), 0x01] }
        }
        return fixture
    }

    static func addOverlay(_ data: [UInt8], to slice: inout DataSetBuilder, group: UInt16 = 0x6000) {
        slice.set(Tag(group, 0x0010), [4], vr: .US)
        slice.set(Tag(group, 0x0011), [4], vr: .US)
        slice.set(Tag(group, 0x0022), vr: .LO, bytes: Array("A line".utf8))
        slice.set(Tag(group, 0x0040), vr: .CS, bytes: Array("G ".utf8))
        slice.set(Tag(group, 0x0050), [1, 1], vr: .SS)
        slice.set(Tag(group, 0x0100), [data.isEmpty ? 16 : 1], vr: .US)
        slice.set(Tag(group, 0x0102), [data.isEmpty ? 15 : 0], vr: .US)
        if !data.isEmpty { slice.set(Tag(group, 0x3000), vr: .OW, bytes: data) }
    }

    /// What a whole Patient of these slices is in the enhanced view.
    struct View {
        var images: [EnhancedResult] = []
        var states: [EnhancedResult] = []
        var plan: ViewPlan

        init(_ fixture: EnhancedFixture) throws {
            let files = fixture.files
            let sources = try files.map { SourceInstance(file: try DICOMFile(header: MemoryByteSource($0))) }
            plan = PatientPlanner.plan(summaries: sources.map { InstanceSummary(file: $0.file) }).enhanced
            for planned in plan.instances {
                let own = planned.sources.map { sources[$0] }
                let bytes = planned.sources.map { files[$0] }
                switch planned.form {
                case .enhanced:
                    let file = try EnhancedSynthesis.synthesize(planned, sources: own, references: plan.references)
                    images.append(try EnhancedResult(file, bytes))
                case .presentationState:
                    let file = try PresentationStateSynthesis.synthesize(
                        planned, sources: own, references: plan.references)
                    states.append(try EnhancedResult(file, bytes))
                default: continue
                }
            }
        }

        func frames(of state: EnhancedResult) -> [Int] {
            let series = state.dataSet.firstItem(.referencedSeriesSequence)
            return series?.firstItem(.referencedImageSequence)?.integers(.referencedFrameNumber) ?? []
        }
    }

    @Test("slices with the same overlay share a presentation state, which names their frames of the image")
    func shared() throws {
        var fixture = Self.fixture(4)
        for index in [0, 2] { Self.addOverlay([0x0F, 0x80], to: &fixture.slices[index]) }
        Self.addOverlay([0xFF, 0xFF], to: &fixture.slices[3])
        let view = try View(fixture)
        #expect(view.images.count == 1 && view.states.count == 2)
        let image = try #require(view.images.first)
        let states = view.states.sorted { view.frames(of: $0).count > view.frames(of: $1).count }
        #expect(states.map { view.frames(of: $0) } == [[1, 3], [4]])
        #expect(states.map { $0.dataSet[Tag(0x6000, 0x3000)]?.valueBytes } == [[0x0F, 0x80], [0xFF, 0xFF]])
        #expect(states.allSatisfy { $0.dataSet.string(Tag(0x6000, 0x1001)) == "OVERLAY" })
        #expect(states.allSatisfy { $0.dataSet.string(.rescaleType) == "HU" && $0.file.damage == nil })
        let reference = states[0].dataSet.firstItem(.referencedSeriesSequence)
        #expect(reference?.string(.seriesInstanceUID) == image.dataSet.string(.seriesInstanceUID))
        #expect(
            reference?.firstItem(.referencedImageSequence)?.string(.referencedSOPInstanceUID)
                == image.dataSet.string(.sopInstanceUID))
        let named = image.dataSet.items(.referencedPresentationStateSequence)
            .flatMap { $0.items(.referencedSeriesSequence) }.flatMap { $0.items(.referencedSOPSequence) }
            .compactMap { $0.string(.referencedSOPInstanceUID) }
        #expect(Set(named) == Set(states.compactMap { $0.dataSet.string(.sopInstanceUID) }))
        #expect(image.dataSet.allSatisfy { $0.tag.group != 0x6000 })
        #expect(image.unassigned(0).allSatisfy { $0.tag.group != 0x6000 })
    }

    @Test(
        "an overlay in an unused bit becomes Overlay Data, and the bit is cleared in the image (E-9)",
        arguments: [
            TransferSyntax.explicitVRLittleEndian, .explicitVRBigEndian,
        ])
    func inPixels(_ transferSyntax: TransferSyntax) throws {
        var fixture = Self.fixture(2)
        fixture.transferSyntax = transferSyntax
        Self.addOverlay([], to: &fixture.slices[1])
        for pixel in [0, 5, 15] { fixture.pixels[1][pixel * 2 + 1] |= 0x80 }
        let clean = fixture.pixels[0] + (0..<16).flatMap { [UInt8($0), 0x01] }
        if transferSyntax.isBigEndian {
            for index in 0...1 {
                fixture.pixels[index] = (0..<16).flatMap {
                    [fixture.pixels[index][$0 * 2 + 1], fixture.pixels[index][$0 * 2]]
                }
            }
        }
        let view = try View(fixture)
        let state = try #require(view.states.first)
        #expect(state.dataSet[Tag(0x6000, 0x3000)]?.valueBytes == [0b0010_0001, 0b1000_0000])
        #expect(state.dataSet.integer(Tag(0x6000, 0x0100)) == 1 && state.dataSet.integer(Tag(0x6000, 0x0102)) == 0)
        #expect(view.images.first?.pixels == clean)
    }

    @Test("windows are said again for the frames they belong to (X-5)")
    func windows() throws {
        var fixture = Self.fixture(3)
        for index in 0...2 {
            Self.addOverlay([0x0F, 0x80], to: &fixture.slices[index])
            fixture.slices[index].set(.windowCenter, index == 1 ? "400" : "40")
            fixture.slices[index].set(.windowWidth, "300")
        }
        let view = try View(fixture)
        let state = try #require(view.states.first)
        #expect(view.frames(of: state).isEmpty)
        let windows = state.dataSet.items(.softcopyVOILUTSequence)
        #expect(windows.map { $0.double(.windowCenter) } == [40, 400])
        #expect(
            windows.map { $0.firstItem(.referencedImageSequence)?.integers(.referencedFrameNumber) } == [[1, 3], [2]])
    }

    @Test("graphic annotations go to a presentation state with a layer")
    func annotations() throws {
        var fixture = Self.fixture(2)
        var text = DataSetBuilder()
        text.set(.unformattedTextValue, "here")
        var item = DataSetBuilder()
        item.set(.textObjectSequence, items: [text])
        fixture.slices[1].set(.graphicAnnotationSequence, items: [item])
        let view = try View(fixture)
        let state = try #require(view.states.first)
        #expect(state.dataSet.firstItem(.graphicAnnotationSequence)?.string(.graphicLayer) == "ANNOTATION")
        #expect(state.dataSet.firstItem(.graphicLayerSequence)?.string(.graphicLayer) == "ANNOTATION")
        #expect(view.images.first?.unassigned(1)[.graphicAnnotationSequence] == nil)
    }

    @Test("a lookup table without a window is kept with its frame and said by a presentation state (E-12)")
    func lookupTable() throws {
        var fixture = Self.fixture(2)
        var table = DataSetBuilder()
        table.set(.lutDescriptor, [2, 0, 8], vr: .US)
        table.set(.lutData, vr: .OW, bytes: [0, 255])
        fixture.slices[0].set(.voilutSequence, items: [table])
        let view = try View(fixture)
        let state = try #require(view.states.first)
        #expect(state.dataSet.firstItem(.softcopyVOILUTSequence)?.items(.voilutSequence).count == 1)
        #expect(view.images.first?.unassigned(0)[.voilutSequence] != nil)
        #expect(state.dataSet.string(.contentLabel) == "VOI LUT" && view.frames(of: state) == [1])
    }

    @Test("the same slices give the same presentation states, another slice others")
    func identity() throws {
        var fixture = Self.fixture(3)
        Self.addOverlay([0x0F, 0x80], to: &fixture.slices[1])
        let first = try View(fixture)
        #expect(try View(fixture).states.map(\.bytes) == first.states.map(\.bytes))
        fixture.slices[2].set(.sopInstanceUID, "1.2.3.99")
        let other = try View(fixture)
        #expect(
            other.states.first?.dataSet.string(.sopInstanceUID) != first.states.first?.dataSet.string(.sopInstanceUID))
    }

    @Test("what a presentation state cannot hold leaves its slice as received, with the reason")
    func obstacles() throws {
        func reason(_ change: (inout DataSetBuilder) -> Void) throws -> ConversionReason? {
            var fixture = Self.fixture(3)
            Self.addOverlay([0x0F, 0x80], to: &fixture.slices[1])
            change(&fixture.slices[1])
            let plan = try View(fixture).plan
            #expect(plan.instances.count { if case .enhanced = $0.form { true } else { false } } == 1)
            return plan.reasons[1]
        }
        #expect(try reason { _ in } == nil)
        #expect(try reason { $0.set(Tag(0x6000, 0x3000), vr: .OW, bytes: [1, 0, 0, 0].dropLast(3) + [0]) } == nil)
        #expect(try reason { $0.set(Tag(0x6000, 0x0010), [9], vr: .US) }?.tag == Tag(0x6000, 0x3000))
        #expect(try reason { $0.remove(Tag(0x6000, 0x0050)) }?.tag == Tag(0x6000, 0x0050))
        #expect(try reason { $0.set(Tag(0x5000, 0x3000), vr: .OW, bytes: [1, 0]) }?.tag == Tag(0x5000, 0x3000))
        let bits: (inout DataSetBuilder) -> Void = { slice in
            slice.remove(Tag(0x6000, 0x3000))
            slice.set(Tag(0x6000, 0x0100), [16], vr: .US)
        }
        #expect(
            try reason {
                bits(&$0); $0.set(Tag(0x6000, 0x0102), [11], vr: .US)
            }?.tag == Tag(0x6000, 0x0102))
        #expect(
            try reason { slice in
                for tag in [Tag.contentDate, .seriesDate] { slice.remove(tag) }
            }?.tag == .presentationCreationDate)
    }
}
