import DICOM
import Testing

@Suite("Text whose bytes are certain")
struct ExactTextTests {
    private func exact(_ bytes: [UInt8], _ terms: String...) -> String? {
        SpecificCharacterSet(terms).decodeExactly(bytes, vr: .LO)
    }

    @Test("what its character set has is decoded")
    func certain() {
        #expect(exact(Array("plain\\text~".utf8)) == "plain\\text~")
        #expect(exact(Array("plain".utf8), "ISO_IR 999") == "plain")
        #expect(exact([0x4D, 0xFC], "ISO_IR 100") == "Mü")
        #expect(exact(Array("Mü".utf8), "ISO_IR 192") == "Mü")
        #expect(exact([0xD5, 0xC5], "GB18030") == "张")
        #expect(exact([0x1B, 0x24, 0x42, 0x3B, 0x33, 0x1B, 0x28, 0x42], "", "ISO 2022 IR 87") == "山")
        #expect(exact([0x41, 0x7E], "ISO_IR 13") == "A\u{203E}")
    }

    @Test("what would be guessed, or replaced, is not")
    func uncertain() {
        // No set, or one that nobody knows, has these.
        #expect(exact([0x4D, 0xFC]) == nil)
        #expect(exact([0x4D, 0xFC], "ISO_IR 999") == nil)
        #expect(exact([0x4D, 0xFC], "ISO_IR 192") == nil)
        #expect(exact([0x4D, 0xFF], "GB18030") == nil)
        #expect(exact([0xFF], "ISO_IR 138") == nil)
        #expect(exact([0x85], "ISO_IR 100") == nil)
        // G1 of the second set comes by an escape sequence alone, and this one is none.
        #expect(exact([0xFC], "", "ISO 2022 IR 100") == nil)
        #expect(exact([0x1B, 0x2D, 0x7A, 0x41], "", "ISO 2022 IR 100") == nil)
    }
}
