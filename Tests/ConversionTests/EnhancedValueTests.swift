import DICOM
import Testing

@testable import Conversion

@Suite("Values that enhanced instances take over, and what is said of them")
struct EnhancedValueTests {
    private func noted(
        _ modality: ConversionFamily = .ct, _ change: (inout DataSetBuilder) -> Void
    ) throws -> [Tag?] {
        var fixture = EnhancedFixture(1, modality: modality)
        change(&fixture.slices[0])
        let result = try fixture.synthesize(fixture.plan(sopClassUID: modality.legacyConverted))
        return result.notes.filter { $0.code == .doubtfulValue }.map(\.tag)
    }

    @Test("a value that the standard does not allow is kept, with a note")
    func notes() throws {
        func windows(_ center: String, _ width: String, _ function: String? = nil) throws -> [Tag?] {
            try noted { slice in
                slice.set(.windowCenter, center)
                slice.set(.windowWidth, width)
                if let function { slice.set(.voilutFunction, function) }
            }
        }
        #expect(try windows("40", "0") == [.windowWidth])
        #expect(try windows("40", "0.5") == [.windowWidth])
        #expect(try windows("40", "0.5", "LINEAR_EXACT") == [])
        #expect(try windows("40\\50", "400") == [.windowCenter])
        #expect(try windows("40\\50", "400\\1") == [])
        #expect(try noted { $0.set(.sliceThickness, "-1") } == [.sliceThickness])
        #expect(try noted(.pet) { $0.set(.rescaleIntercept, "-5") } == [.rescaleIntercept])
    }

    @Test("a slope without intercept is PET's slope, and nothing else is made of half a rescaling")
    func rescale() throws {
        var fixture = EnhancedFixture(1, modality: .pet)
        fixture.slices[0].remove(.rescaleIntercept)
        fixture.slices[0].set(.rescaleSlope, "1.50")
        let plan = fixture.plan(sopClassUID: ConversionFamily.pet.legacyConverted)
        let macro = try fixture.synthesize(plan).shared.firstItem(.pixelValueTransformationSequence)
        #expect(macro?.string(.rescaleSlope) == "1.50" && macro?.string(.rescaleIntercept) == "0")
        var half = EnhancedFixture(2)
        half.slices[1].remove(.rescaleSlope)
        #expect(try half.failure()?.source == 1)
        #expect(try half.failure()?.reason.tag == .rescaleSlope)
    }

    @Test("references without items are not taken for said")
    func noItems() throws {
        var fixture = EnhancedFixture(1)
        fixture.slices[0].set(.referencedImageSequence, vr: .UN, bytes: [1, 2, 3, 4])
        let result = try fixture.synthesize()
        #expect(result.shared[.referencedImageSequence] == nil)
        #expect(result.unassigned(0)[.referencedImageSequence]?.valueBytes == [1, 2, 3, 4])
    }

    @Test("text that is not certain is never written in other bytes: its slice is at fault")
    func uncertainText() throws {
        for (terms, bytes) in [
            (nil, [0x4D, 0xFC]), ("ISO_IR 192", [0x4D, 0xFC]), ("ISO_IR 999", [0x4D, 0xFC]),
        ] as [(String?, [UInt8])] {
            var fixture = EnhancedFixture(2)
            fixture.slices[0].set(.specificCharacterSet, "ISO_IR 100")
            fixture.slices[0].set(.seriesDescription, vr: .LO, bytes: [0x4D, 0xFC])
            if let terms { fixture.slices[1].set(.specificCharacterSet, terms) }
            fixture.slices[1].set(.seriesDescription, vr: .LO, bytes: bytes)
            #expect(try fixture.failure()?.source == 1, "\(terms ?? "")")
            #expect(try fixture.failure()?.reason.tag == .seriesDescription)
        }
    }

    @Test("one text in two character sets is one text: its slices are brought together (E-13, E-18)")
    func textsInTwoCharacterSets() throws {
        var fixture = EnhancedFixture(3)
        let texts: [(String, [UInt8])] = [
            ("ISO_IR 100", [0x4D, 0xFC]), ("ISO_IR 192", [0x4D, 0xC3, 0xBC]), ("ISO_IR 144", [0x4D, 0xFC]),
        ]
        for (index, (terms, bytes)) in texts.enumerated() {
            fixture.slices[index].set(.specificCharacterSet, terms)
            for tag in [Tag.patientName, .institutionName, .protocolName] {
                fixture.slices[index].set(tag, vr: DataDictionary.vr(of: tag), bytes: bytes)
            }
        }
        // FC is another letter in ISO 8859-5.
        let frames = try TrueEnhancedTests.plan(fixture).map { planned -> [Int] in
            guard case .enhanced(let plan) = planned.form else { return [] }
            return plan.frames.map(\.source)
        }
        #expect(frames.sorted { $0.count > $1.count } == [[0, 1], [2]])
        fixture.slices.removeLast()
        let result = try fixture.synthesize()
        #expect(result.dataSet[.patientName]?.valueBytes == Array("Mü ".utf8))
        #expect(result.dataSet[.protocolName]?.valueBytes == Array("Mü ".utf8))
        #expect(result.notes.isEmpty)
    }
}
