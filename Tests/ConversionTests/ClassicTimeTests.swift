import Conversion
import DICOM
import Testing

@Suite("Dates and times of classic instances")
struct ClassicTimeTests {
    private func fixture(_ times: [String], zone: String?, modality: String = "MR") -> ClassicFixture {
        let family: ConversionFamily = modality == "MR" ? .mr : .pet
        var fixture = ClassicFixture(family.enhanced, modality: modality, frameCount: times.count)
        if let zone { fixture.topLevel.set(.timezoneOffsetFromUTC, zone) }
        for (frameIndex, time) in times.enumerated() {
            fixture.perFrame[frameIndex].setMacro(.frameContentSequence) { $0.set(.frameAcquisitionDateTime, time) }
        }
        return fixture
    }

    private func classic(_ fixture: ClassicFixture, frameIndex: Int = 0) throws -> DataSet {
        try #require(try fixture.materialization()).classic(frameIndex: frameIndex).dataSet
    }

    @Test("they are in the time zone that the instance states (PS3.3 C.12.1.1.8)")
    func stated() throws {
        let dataSet = try classic(fixture(["20240102003000.25+0200"], zone: "+0000"))
        #expect(dataSet.string(.acquisitionDate) == "20240101")
        #expect(dataSet.string(.acquisitionTime) == "223000.250000")
        #expect(dataSet.string(.contentDate) == "20240101" && dataSet.string(.contentTime) == "223000.250000")
        #expect(dataSet.string(.acquisitionDateTime) == "20240102003000.25+0200")
        #expect(dataSet.string(.timezoneOffsetFromUTC) == "+0000")
        let same = try classic(fixture(["20240102003000.25+0200"], zone: "+0200"))
        #expect(same.string(.acquisitionDate) == "20240102" && same.string(.acquisitionTime) == "003000.25")
    }

    @Test("where the instance states none, the zone that all values have is written")
    func derived() throws {
        let dataSet = try classic(fixture(["20240102003000-0430", "20240102003001-0430"], zone: nil), frameIndex: 1)
        #expect(dataSet.string(.timezoneOffsetFromUTC) == "-0430")
        #expect(dataSet.string(.acquisitionTime) == "003001")
        #expect(try classic(fixture(["20240102003000"], zone: nil))[.timezoneOffsetFromUTC] == nil)
    }

    @Test("values of several zones, none of them stated, have no common one")
    func several() throws {
        let source = fixture(["20240102003000+0100", "20240102003001+0200"], zone: nil)
        #expect {
            _ = try classic(source)
        } throws: { error in
            (error as? SynthesisFailure)?.reason.tag == .timezoneOffsetFromUTC
        }
        #expect(
            try classic(fixture(["20240102003000+0100", "20240102003001+0200"], zone: "+0100"))
                .string(.acquisitionTime) == "003000")
    }

    @Test("text of functional groups that state another character set is not brought to the top level")
    func characterSet() throws {
        var source = fixture(["20240102003000"], zone: nil)
        source.topLevel.set(.specificCharacterSet, "ISO_IR 192")
        func failure(_ term: String) throws -> ConversionReason? {
            source.perFrame[0].setMacro(.frameContentSequence) {
                $0.set(.specificCharacterSet, term)
                $0.set(.frameComments, vr: .LT, bytes: [0x4D, 0xFC])
            }
            do {
                _ = try classic(source)
                return nil
            } catch let failure as SynthesisFailure {
                return failure.reason
            }
        }
        #expect(try failure("ISO_IR 100")?.tag == .specificCharacterSet)
        #expect(try failure("ISO_IR 192") == nil)
    }
}
