import DICOM
import Testing

@Suite("Data dictionary")
struct DataDictionaryTests {
    @Test("an attribute is found by tag with all that PS3.6 says of it")
    func entry() throws {
        let entry = try #require(DataDictionary.entry(for: .patientID))
        #expect(entry.vr == .LO)
        #expect(entry.vm == "1")
        #expect(entry.keyword == "PatientID")
        #expect(entry.name == "Patient ID")
        #expect(!entry.isRetired)
        #expect(entry.alternatives.isEmpty)
    }

    @Test("an attribute that may be OW is taken for OW, one that may be signed for unsigned")
    func alternatives() throws {
        let pixelData = try #require(DataDictionary.entry(for: .pixelData))
        #expect(pixelData.vr == .OW)
        #expect(pixelData.alternatives == [.OB])
        let padding = try #require(DataDictionary.entry(for: .pixelPaddingValue))
        #expect(padding.vr == .US)
        #expect(padding.alternatives == [.SS])
        #expect(DataDictionary.vr(of: Tag(0x0028, 0x3006)) == .OW)
    }

    @Test(
        "the VR is found at both ends of the table, in every kind of group",
        arguments: [
            (Tag(0x0000, 0x0000), VR.UL), (Tag(0xFFFC, 0xFFFC), .OB), (Tag(0x0008, 0x0018), .UI),
            (Tag(0x0010, 0x0010), .PN), (Tag(0x5200, 0x9230), .SQ), (Tag(0x7FE0, 0x0001), .OV),
            (Tag(0x0008, 0x0053), .CS), (Tag(0x0020, 0x9172), .SQ), (Tag(0x0018, 0x9361), .CS),
        ])
    func vr(tag: Tag, vr: VR) {
        #expect(DataDictionary.vr(of: tag) == vr)
        #expect(DataDictionary.entry(for: tag)?.vr == vr)
    }

    @Test("a tag of a repeating group is found in each of its even groups, and in no odd one")
    func repeatingGroups() throws {
        for group: UInt16 in [0x6000, 0x6002, 0x601E] {
            let entry = try #require(DataDictionary.entry(for: .overlayData(inGroup: group)))
            #expect(entry.keyword == "OverlayData")
            #expect(DataDictionary.vr(of: Tag(group, 0x0050)) == .SS)
        }
        #expect(DataDictionary.entry(for: Tag(0x5004, 0x3000))?.keyword == "CurveData")
        #expect(DataDictionary.entry(for: Tag(0x0020, 0x3142))?.keyword == "SourceImageIDs")
        #expect(DataDictionary.entry(for: Tag(0x6001, 0x3000)) == nil)
        #expect(DataDictionary.vr(of: Tag(0x6001, 0x3000)) == .UN)
    }

    @Test("group lengths are UL and private creators LO, whatever the group")
    func generalElements() {
        #expect(DataDictionary.vr(of: Tag(0x0018, 0x0000)) == .UL)
        #expect(DataDictionary.vr(of: Tag(0x0029, 0x0000)) == .UL)
        #expect(DataDictionary.vr(of: Tag(0x0029, 0x0010)) == .LO)
        #expect(DataDictionary.entry(for: Tag(0x0029, 0x0010))?.keyword == "PrivateCreator")
        #expect(DataDictionary.entry(for: Tag(0x0029, 0x0000))?.vr == .UL)
    }

    @Test("what no table holds is UN and has no entry")
    func unknown() {
        for tag in [Tag(0x0029, 0x1010), Tag(0x0018, 0x0001), Tag(0x9999, 0x9998), Tag(0xFFFF, 0xFFFF)] {
            #expect(DataDictionary.vr(of: tag) == .UN)
            #expect(DataDictionary.entry(for: tag) == nil)
        }
    }

    @Test("a tag is found by its keyword, and the generated constants agree with the table")
    func keywords() {
        #expect(DataDictionary.tag(forKeyword: "SOPInstanceUID") == .sopInstanceUID)
        #expect(DataDictionary.tag(forKeyword: "CTDIvol") == .ctdiVol)
        #expect(DataDictionary.tag(forKeyword: "XRayTubeCurrent") == .xRayTubeCurrent)
        #expect(DataDictionary.tag(forKeyword: "B1rms") == .b1rms)
        #expect(DataDictionary.tag(forKeyword: "PerFrameFunctionalGroupsSequence") == Tag(0x5200, 0x9230))
        #expect(DataDictionary.tag(forKeyword: "sopInstanceUID") == nil)
        #expect(DataDictionary.tag(forKeyword: "") == nil)
    }

    @Test("retired attributes are kept, and marked")
    func retired() {
        #expect(DataDictionary.entry(for: .overlayRows(inGroup: 0x6000))?.isRetired == false)
        #expect(DataDictionary.entry(for: Tag(0x0020, 0x0030))?.keyword == "ImagePosition")
        #expect(DataDictionary.entry(for: .imagePosition)?.isRetired == true)
    }
}
