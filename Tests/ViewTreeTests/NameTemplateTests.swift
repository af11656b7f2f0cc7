import Archive
import Testing

@testable import ViewTree

struct NameTemplateTests {
    private func naming(_ values: [NamingAttributes.Keyword: String], uid: String = "1.2.3") -> InstanceNaming {
        var attributes = NamingAttributes()
        for (keyword, value) in values { attributes[keyword] = value }
        return InstanceNaming(
            attributes: attributes, studyInstanceUID: "1.2", seriesInstanceUID: "1.2.1", sopInstanceUID: uid)
    }

    private func path(_ naming: InstanceNaming) -> [String] {
        NameTemplate.default.path(of: naming).map { String(decoding: $0.name(), as: UTF8.self) }
    }

    @Test("a path reads as patient, study, series and instance")
    func readable() {
        let path = path(
            naming([
                .patientID: "PAT 007", .studyDate: "20040119", .studyDescription: "CT Thorax/Abdomen", .modality: "CT",
                .seriesNumber: "3 ", .seriesDescription: "Axial 5mm", .instanceNumber: "17",
            ]))
        #expect(path.count == 4)
        #expect(path[0].hasPrefix("PAT_007_"))
        #expect(path[1].hasPrefix("20040119_CT_Thorax_Abdomen_"))
        #expect(path[2].hasPrefix("0003_CT_Axial_5mm_"))
        #expect(path[3].hasPrefix("00017_") && path[3].hasSuffix(".dcm"))
    }

    @Test("the code is the leading 50 bits of the SHA-256 of the UID in base32")
    func code() {
        #expect(IdentityCode.code(of: "", rehash: 0, length: 10) == Array("4oymiquy7q".utf8))
        #expect(IdentityCode.code(of: "abc", rehash: 0, length: 10) == Array("xj4bnp4pah".utf8))
        #expect(
            IdentityCode.code(of: "abc", rehash: 1, length: 10) != IdentityCode.code(of: "abc", rehash: 0, length: 10))
    }

    @Test(
        "hostile values give safe names",
        arguments: [
            "../../etc/passwd", "..", ".hidden", "-rf", "a\u{0}b", "a\nb\u{1B}[31m", "", "   ", "\u{202E}txt.exe",
            String(repeating: "画像診断", count: 75), String(repeating: "x", count: 4000), "a/b\\c", "$(reboot)`id`;'\"",
        ])
    func hostile(_ value: String) {
        let all: [NamingAttributes.Keyword] = [
            .patientID, .issuerOfPatientID, .studyDate, .studyDescription, .seriesNumber, .modality,
            .seriesDescription, .instanceNumber,
        ]
        let path = path(naming(Dictionary(uniqueKeysWithValues: all.map { ($0, value) })))
        #expect(path.count == 4)
        for component in path {
            #expect(component.utf8.count <= 64)
            #expect(component.first != "." && component.first != "-")
            #expect(component.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "_.-".contains($0)) })
        }
    }

    @Test("names with nothing to read are the code alone, or say so")
    func empty() {
        let path = path(naming([:]))
        #expect(path[0].hasPrefix("no-id_"))
        #expect(path[1].hasPrefix("undated_"))
        #expect(path[2].utf8.count == 10)
        #expect(path[3].utf8.count == 14)
    }

    @Test("series and instances sort by number")
    func order() {
        let names = ["2", "10", "100", "1"].map { path(naming([.instanceNumber: $0], uid: "1.\($0)"))[3] }
        #expect(names.sorted() == [names[3], names[0], names[1], names[2]])
    }

    @Test("the patient's directory follows ID and issuer, not the name")
    func patient() {
        let first = path(naming([.patientID: "1", .patientName: "Doe^John"]))
        #expect(first[0] == path(naming([.patientID: "1", .patientName: "DOE^JOHN"]))[0])
        #expect(first[0] != path(naming([.patientID: "1", .issuerOfPatientID: "Elsewhere"]))[0])
        // What looks alike when made safe stays apart.
        #expect(path(naming([.patientID: "A B"]))[0] != path(naming([.patientID: "A/B"]))[0])
    }

    @Test(
        "dates of older files are read, others are not dates", arguments: [("2004.01.19", "20040119"), ("2004", nil)])
    func dates(_ value: String, _ expected: String?) {
        #expect(SafeText.date(Array(value.utf8)[...]).map { String(decoding: $0, as: UTF8.self) } == expected)
    }

    @Test(
        "numbers are padded; a minus becomes n",
        arguments: [("7", "0007"), ("-7", "n0007"), ("12345", "12345"), ("x", nil)])
    func numbers(_ value: String, _ expected: String?) {
        #expect(
            SafeText.number(Array(value.utf8)[...], width: 4).map { String(decoding: $0, as: UTF8.self) } == expected)
    }
}
