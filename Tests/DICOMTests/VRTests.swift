import DICOM
import Testing

@Suite("VR")
struct VRTests {
    @Test("the two bytes of the data set are the two letters of the name")
    func letters() {
        #expect(VR(0x50, 0x4E) == .PN)
        #expect(VR.PN.first == 0x50)
        #expect(VR.PN.second == 0x4E)
        #expect(VR("OW") == .OW)
        #expect(VR("OWL") == nil)
        #expect(VR("") == nil)
    }

    @Test("all 34 VRs are known, written as their letters, and different")
    func all() {
        #expect(VR.all.count == 34)
        #expect(Set(VR.all).count == 34)
        #expect(VR.all.map(\.description) == VR.all.map(\.description).sorted())
        for vr in VR.all {
            #expect(vr.isKnown)
            #expect(VR(vr.description) == vr)
        }
    }

    @Test("bytes that are no VR are not known, have the long form, and show as question marks")
    func unknown() {
        let vr = VR(0x00, 0xFF)
        #expect(!vr.isKnown)
        #expect(vr.usesLongLength)
        #expect(vr.wordSize == 1)
        #expect(vr.description == "??")
        #expect(!VR(0x5A, 0x5A).isKnown)
    }

    @Test("exactly the VRs of table 7.1-1 have a 32-bit length")
    func longLength() {
        let long = Set(["OB", "OD", "OF", "OL", "OV", "OW", "SQ", "SV", "UC", "UN", "UR", "UT", "UV"])
        #expect(Set(VR.all.filter(\.usesLongLength).map(\.description)) == long)
    }

    @Test("an attribute tag is swapped as two 16-bit numbers, though four bytes long")
    func attributeTag() {
        #expect(VR.AT.wordSize == 2)
        #expect(VR.AT.fixedValueLength == 4)
    }

    @Test("bytes, text and sequences are not swapped")
    func unswapped() {
        for vr: VR in [.OB, .UN, .SQ, .UI, .PN, .UT] {
            #expect(vr.wordSize == 1)
        }
        #expect(VR.OW.wordSize == 2)
        #expect(VR.OL.wordSize == 4)
        #expect(VR.OV.wordSize == 8)
    }

    @Test("a backslash separates values, but not in LT, ST, UT and UR")
    func backslash() {
        #expect(VR.LO.isMultiValuedText)
        #expect(VR.UC.isMultiValuedText)
        #expect(VR.DS.isMultiValuedText)
        for vr: VR in [.LT, .ST, .UT, .UR, .OB, .US] {
            #expect(!vr.isMultiValuedText)
        }
    }

    @Test("text is padded with a space, UI and binary values with NUL")
    func padding() {
        #expect(VR.LO.padding == 0x20)
        #expect(VR.UR.padding == 0x20)
        #expect(VR.UI.padding == 0x00)
        #expect(VR.OB.padding == 0x00)
    }

    @Test("code strings and identifiers are in the default repertoire whatever the character set")
    func specificCharacterSet() {
        #expect(VR.PN.usesSpecificCharacterSet)
        #expect(VR.UC.usesSpecificCharacterSet)
        for vr: VR in [.CS, .UI, .DA, .AE, .UR, .OB] {
            #expect(!vr.usesSpecificCharacterSet)
        }
    }
}
