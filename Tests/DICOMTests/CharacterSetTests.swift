import DICOM
import Testing

/// Bytes written as in the annexes of PS3.5: characters of ASCII, and pairs of hexadecimal digits in angle brackets.
private func bytes(_ text: String) -> [UInt8] {
    var result: [UInt8] = []
    for (index, part) in text.split(separator: "<", omittingEmptySubsequences: false).enumerated() {
        let halves = part.split(separator: ">", maxSplits: 1, omittingEmptySubsequences: false)
        if index > 0 {
            result += halves[0].split(separator: " ").compactMap { UInt8($0, radix: 16) }
            result += Array(halves.last.map(String.init)?.utf8 ?? "".utf8)
        } else {
            result += Array(part.utf8)
        }
    }
    return result
}

@Suite("Specific Character Set")
struct CharacterSetTests {
    private func decode(_ text: String, _ terms: [String], _ vr: VR = .PN) -> String {
        SpecificCharacterSet(terms).decode(bytes(text), vr: vr)
    }

    @Test(
        "a single-byte set is in the upper half of the bytes",
        arguments: [
            ("ISO_IR 100", "Buc^J<E9>r<F4>me", "Buc^Jérôme"),
            ("ISO_IR 101", "Wa<B3><EA>sa", "Wałęsa"),
            ("ISO_IR 144", "<BB>", "Л"),
            ("ISO_IR 144", "<BB EE DA 63 65 DC D1 79 70 D3>", "Люкceмбypг"),
            ("ISO_IR 126", "<C4 E9 EF ED F5 F3 E9 EF F2>", "Διονυσιος"),
            ("ISO_IR 127", "<E2 C8 C7 E6 EA>^<E4 E6 D2 C7 D1>", "قباني^لنزار"),
            ("ISO_IR 138", "<F9 F8 E5 EF>^<E3 E1 E5 F8 E4>", "שרון^דבורה"),
            ("ISO_IR 148", "<DE FD F0>", "Şığ"),
            ("ISO_IR 166", "<A1 D2 C3>", "การ"),
            ("ISO_IR 203", "<A4>", "€"),
            ("ISO_IR 109", "<A6>", "Ĥ"),
            ("ISO_IR 110", "<A2>", "ĸ"),
        ])
    func singleByte(term: String, text: String, expected: String) {
        #expect(decode(text, [term]) == expected)
    }

    @Test("Japanese with kanji in G0, the first example of PS3.5 Annex H")
    func kanji() {
        let text =
            "Yamada^Tarou=<1B>$B;3ED<1B>(B^<1B>$BB@O:<1B>(B=<1B>$B$d$^$@<1B>(B^<1B>$B$?$m$&<1B>(B"
        #expect(decode(text, ["", "ISO 2022 IR 87"]) == "Yamada^Tarou=山田^太郎=やまだ^たろう")
    }

    @Test("Japanese with half-width katakana, the second example of PS3.5 Annex H")
    func katakana() {
        let text =
            "<D4 CF C0 DE>^<C0 DB B3>=<1B>$B;3ED<1B>(J^<1B>$BB@O:<1B>(J=<1B>$B$d$^$@<1B>(J^<1B>$B$?$m$&<1B>(J"
        #expect(decode(text, ["ISO 2022 IR 13", "ISO 2022 IR 87"]) == "ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎=やまだ^たろう")
    }

    @Test("supplementary kanji of JIS X 0212 take an escape sequence of four bytes")
    func supplementaryKanji() {
        #expect(decode("<1B>$(D0!<1B>(B!", ["", "ISO 2022 IR 87", "ISO 2022 IR 159"], .LO) == "丂!")
    }

    @Test("Korean with KS X 1001 in G1, the example of PS3.5 Annex I")
    func korean() {
        let text =
            "Hong^Gildong=<1B>$)C<FB F3>^<1B>$)C<D1 CE D4 D7>=<1B>$)C<C8 AB>^<1B>$)C<B1 E6 B5 BF>"
        #expect(decode(text, ["", "ISO 2022 IR 149"]) == "Hong^Gildong=洪^吉洞=홍^길동")
    }

    @Test("Chinese in UTF-8, GB18030 and GBK, the examples of PS3.5 Annexes J and K")
    func chinese() {
        #expect(
            decode("Wang^XiaoDong=<E7 8E 8B>^<E5 B0 8F E6 9D B1>=", ["ISO_IR 192"]) == "Wang^XiaoDong=王^小東=")
        #expect(decode("Wang^XiaoDong=<CD F5>^<D0 A1 B6 AB>=", ["GB18030"]) == "Wang^XiaoDong=王^小东=")
        #expect(decode("Wang^XiaoDong=<CD F5>^<D0 A1 B6 AB>=", ["GBK"]) == "Wang^XiaoDong=王^小东=")
        #expect(
            decode("Zhang^XiaoDong=<1B>$)A<D5 C5>^<1B>$)A<D0 A1 B6 AB>=", ["", "ISO 2022 IR 58"])
                == "Zhang^XiaoDong=张^小东=")
        #expect(decode("<81 30 89 38>", ["GB18030"], .LO) == "ß" || decode("<81 30 89 38>", ["GB18030"], .LO) == "à")
    }

    @Test("a second byte 5CH of GB18030 and GBK is no backslash, nor is one of a kanji")
    func backslash() {
        let gbk = SpecificCharacterSet(["GBK"])
        #expect(gbk.values(bytes("<81 5C>\\A"), vr: .LO) == ["乗", "A"])
        #expect(SpecificCharacterSet(["GB18030"]).values(bytes("<81 5C>\\A"), vr: .LO) == ["乗", "A"])
        let japanese = SpecificCharacterSet(["", "ISO 2022 IR 87"])
        #expect(japanese.values(bytes("<1B>$B%\\<1B>(B\\B"), vr: .LO) == ["ボ", "B"])
    }

    @Test("in Romaji 5CH is a yen sign in text, and still separates values")
    func yen() {
        let set = SpecificCharacterSet(["ISO_IR 13"])
        #expect(set.decode(bytes("\\100 ~"), vr: .LT) == "¥100 ‾")
        #expect(set.values(bytes("A\\B"), vr: .LO) == ["A", "B"])
    }

    @Test("a delimiter takes back all designations")
    func reset() {
        let terms = ["ISO 2022 IR 100", "ISO 2022 IR 144"]
        #expect(decode("<1B>-L<BB>^<BB>", terms) == "Л^»")
        #expect(decode("<1B>-L<BB>\\<BB>", terms, .LO) == "Л\\»")
        #expect(decode("<1B>-L<BB 0D 0A BB>", terms, .LT) == "Л\r\n»")
        // In LT a backslash is text, in LO a caret is.
        #expect(decode("<1B>-L<BB>\\<BB>", terms, .LT) == "Л\\Л")
        #expect(decode("<1B>-L<BB>^<BB>", terms, .LO) == "Л^Л")
    }

    @Test("values of other VRs are in the default repertoire")
    func otherVRs() {
        #expect(SpecificCharacterSet(["ISO_IR 13"]).decode(bytes("ORIGINAL\\PRIMARY"), vr: .CS) == "ORIGINAL\\PRIMARY")
    }

    @Test(
        "common misspellings are understood, others are told",
        arguments: [
            "ISO_IR 100", "ISO-IR 100", "ISO_IR_100", "ISO IR 100", "ISO 2022 IR 100", "ISO 8859-1", "ISO8859-1",
            "iso_ir 100 ",
        ])
    func misspellings(term: String) {
        let set = SpecificCharacterSet([term])
        #expect(set.unknownTerms.isEmpty)
        #expect(set.decode([0xE9], vr: .LO) == "é")
    }

    @Test("an unknown set is told, and its text is still shown")
    func unknown() {
        let set = SpecificCharacterSet(["KLINGON"])
        #expect(set.unknownTerms == ["KLINGON"])
        #expect(!set.isDefault)
        #expect(set.decode(bytes("Buc^J<E9>r"), vr: .PN) == "Buc^Jér")
        #expect(SpecificCharacterSet(["ISO_IR 999"]).unknownTerms == ["ISO_IR 999"])
    }

    @Test("without a declaration UTF-8 is seen, and everything else taken for Latin-1")
    func undeclared() {
        #expect(SpecificCharacterSet.defaultRepertoire.isDefault)
        #expect(SpecificCharacterSet([""]).isDefault)
        #expect(SpecificCharacterSet(["ISO_IR 6"]).isDefault)
        #expect(!SpecificCharacterSet(["", "ISO 2022 IR 87"]).isDefault)
        #expect(decode("J<E9>r", []) == "Jér")
        #expect(decode("J<C3 A9>r", []) == "Jér")
    }

    @Test(
        "no bytes at all make it fail",
        arguments: [
            [], [""], ["ISO_IR 100"], ["ISO_IR 13"], ["", "ISO 2022 IR 87"], ["", "ISO 2022 IR 149"], ["ISO_IR 192"],
            ["GB18030"], ["GBK"], ["ISO 2022 IR 58"], ["ISO_IR 87"],
        ])
    func hostile(terms: [String]) {
        let set = SpecificCharacterSet(terms)
        var state: UInt64 = 1
        for length in 0..<200 {
            let noise = (0..<length).map { _ -> UInt8 in
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                let byte = UInt8(truncatingIfNeeded: state >> 33)
                return byte % 7 == 0 ? 0x1B : byte % 5 == 0 ? 0x24 : byte
            }
            for vr: VR in [.PN, .LO, .LT, .CS] {
                #expect(length == 0 || !set.decode(noise, vr: vr).isEmpty || noise.contains(0x1B))
            }
        }
        #expect(set.decode([0x1B], vr: .LO).unicodeScalars.count == 1)
        #expect(set.decode([UInt8](), vr: .LO).isEmpty)
    }
}
