import Archive
import Foundation
import Testing

@testable import ViewTree

struct NameTemplateParsingTests {
    private func path(
        _ levels: [String], _ values: [NamingAttributes.Keyword: String], style: NameStyle = .portable,
        length: Int? = nil, uid: String = "1.2.3"
    ) throws -> [String] {
        var attributes = NamingAttributes()
        for (keyword, value) in values { attributes[keyword] = value }
        let naming = InstanceNaming(
            attributes: attributes, studyInstanceUID: "1.2", seriesInstanceUID: "1.2.1", sopInstanceUID: uid)
        let template = try NameTemplate(parsing: levels, style: style, maximumLength: length)
        return template.path(of: naming).map { String(decoding: $0.name(), as: UTF8.self) }
    }

    private func refusal(_ levels: [String], style: NameStyle = .portable, length: Int? = nil) -> NameTemplateError? {
        do throws(NameTemplateError) {
            _ = try NameTemplate(parsing: levels, style: style, maximumLength: length)
            return nil
        } catch {
            return error
        }
    }

    @Test("the default template is what its words say")
    func defaultWords() throws {
        #expect(try NameTemplate(parsing: NameTemplate.defaultLevels) == .default)
    }

    @Test(
        "a template is the same after it was written as text and read again",
        arguments: [
            (NameTemplate.defaultLevels, NameStyle.portable, 64),
            (
                [
                    "{PatientName|family|upper|12}-{PatientName|given|lower|or:x}", "{StudyDate|isodate}",
                    "{SOPInstanceUID}.dcm",
                ], .portable, 80
            ),
            (["P{PatientCode:7}", "{SeriesNumber|number:4|last:4}{SeriesCode:4}", "{InstanceCode:8}"], .fileID, 8),
            (
                ["all", "{StudyTime|time}{StudyDate|year}{StudyDate|month}{StudyDate|day}x{InstanceCode:26}.img.dcm"],
                .portable, 64
            ),
        ])
    func text(_ levels: [String], _ style: NameStyle, _ length: Int) throws {
        let template = try NameTemplate(parsing: levels, style: style, maximumLength: length)
        #expect(NameTemplate(text: template.text) == template)
    }

    @Test("docs/PROFILES.md lists every placeholder and the default names")
    func documented() throws {
        let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let text = try String(contentsOf: repository.appending(path: "docs/PROFILES.md"), encoding: .utf8)
        let names = NameTemplate.values.map(\.name) + NameTemplate.Subject.allCases.map(\.rawValue)
        for name in names { #expect(text.contains("`{\(name)}`"), "\(name)") }
        for level in NameTemplate.defaultLevels { #expect(text.contains("  - \"\(level)\"\n")) }
    }

    @Test("placeholders and transforms give what they are documented to give")
    func transforms() throws {
        let values: [NamingAttributes.Keyword: String] = [
            .patientName: "Müller^Anna Maria^^Dr.=", .studyDate: "20040119", .studyTime: "0703", .seriesNumber: "7",
            .modality: "ct", .studyDescription: "Knee / left (post-op)",
        ]
        func one(_ level: String) throws -> String { try #require(try path([level, "{InstanceCode}"], values).first) }
        #expect(try one("{PatientName|family}") == "M_ller")
        #expect(try one("{PatientName|given}") == "Anna_Maria")
        #expect(try one("{StudyDate|date}") == "20040119")
        #expect(try one("{StudyDate|isodate}") == "2004-01-19")
        #expect(try one("{StudyDate|year}/".dropLast().description) == "2004")
        #expect(try one("{StudyDate|month}-{StudyDate|day}") == "01-19")
        #expect(try one("{StudyTime|time}") == "070300")
        #expect(try one("{SeriesNumber|number:3}") == "007")
        #expect(try one("{Modality|upper}") == "CT")
        #expect(try one("{StudyDescription|lower}") == "knee_left_post-op")
        #expect(try one("{StudyDescription|4}") == "Knee")
        #expect(try one("{StudyDescription|last:2}") == "op")
        #expect(try one("{SeriesDescription|or:none}") == "none")
        #expect(try one("{SeriesDescription}_{Modality}_{AccessionNumber}") == "ct")
        #expect(try one("{SeriesDescription}") == "unknown")
        #expect(try one("{StudyInstanceUID}") == "1.2")
    }

    @Test("without a code, all that reads alike shares a directory; files never share a name")
    func groups() throws {
        let levels = ["{StudyDate|year|or:undated}", "{SOPInstanceUID}.dcm"]
        let first = try path(levels, [.studyDate: "20040119", .patientID: "A"], length: 68, uid: "1.1")
        let second = try path(levels, [.studyDate: "20041231", .patientID: "B"], length: 68, uid: "1.2")
        #expect(first == ["2004", "1.1.dcm"] && second == ["2004", "1.2.dcm"])
        var component = NameComponent(
            text: Array("1.1".utf8), joint: [], identity: "1/1", suffix: Array(".dcm".utf8), codeLength: 0,
            style: .portable, maximumLength: 68)
        #expect(component.name(rehash: 1) != component.name())
        #expect(component.name(rehash: 1) != component.name(rehash: 2))
        component.maximumLength = 8
        #expect(component.name(rehash: 1).count <= 8 && component.name(rehash: 1) != component.name(rehash: 2))
    }

    @Test(
        "names of the style file-id are File ID components of PS3.10",
        arguments: ["../../x", "", "Ärzte-Haus.v2", String(repeating: "9", count: 300), "a^b=c\\d"])
    func fileID(_ value: String) throws {
        let levels = [
            "P{PatientCode:7}", "{StudyDescription|2}{StudyCode:6}", "{SeriesNumber|number:4|last:4}{SeriesCode:4}",
            "{InstanceNumber|number:4|last:4}{InstanceCode:4}",
        ]
        let all: [NamingAttributes.Keyword] = [.patientID, .studyDescription, .seriesNumber, .instanceNumber]
        let path = try path(levels, Dictionary(uniqueKeysWithValues: all.map { ($0, value) }), style: .fileID)
        #expect(path.count == 4)
        for component in path {
            #expect((1...8).contains(component.utf8.count))
            #expect(component.allSatisfy { $0.isASCII && ($0.isUppercase || $0.isNumber || $0 == "_") })
        }
    }

    @Test(
        "what cannot be a template is refused with the level and what to say",
        arguments: [
            (["{PatientID}", "{InstanceNumber}.dcm"], 1, "InstanceCode"),
            (["{patientid}", "{InstanceCode}"], 0, "{PatientID}"),
            (["a/b{InstanceCode}"], 0, "characters"), (["{StudyDate|iso}", "{InstanceCode}"], 0, "isodate"),
            (["{PatientCode}{StudyDate}", "{InstanceCode}"], 0, "after a code"),
            (["{PatientCode:2}", "{InstanceCode}"], 0, "4 to 26"),
            (["{PatientID", "{InstanceCode}"], 0, "without its"), (["", "{InstanceCode}"], 0, "nothing"),
            (["{SOPInstanceUID}.dcm"], 0, "length: 68"),
            (["{PatientID|or:..}", "{InstanceCode}"], 0, "fit for a name"), ([], 0, "no level"),
        ])
    func refused(_ levels: [String], _ index: Int, _ words: String) throws {
        let error = try #require(refusal(levels))
        #expect(error.levelIndex == index)
        #expect(error.description.contains(words), "\(error.description)")
    }

    @Test("lengths and levels beyond what the style has are refused")
    func limits() {
        #expect(refusal(["{InstanceCode}"], length: 300)?.description.contains("255") == true)
        #expect(refusal(["{InstanceCode}"], style: .fileID)?.description.contains("8") == true)
        let deep = Array(repeating: "A", count: 8) + ["{InstanceCode:8}"]
        #expect(refusal(deep, style: .fileID)?.description.contains("at most 8") == true)
    }
}
