import Conversion
import DICOM
import Testing

@Suite("Tables of the standard")
struct TablesTests {
    @Test("a Body Part Examined has its coded region, spaces around it ignored")
    func regions() throws {
        let chest = try #require(AnatomicRegion.forBodyPartExamined("CHEST "))
        #expect(chest.codeMeaning == "Chest")
        #expect(chest.codingSchemeDesignator == "SCT")
        #expect(!chest.isPaired)
        #expect(AnatomicRegion.forBodyPartExamined("KNEE")?.isPaired == true)
        #expect(AnatomicRegion.forBodyPartExamined("ABDOMEN")?.codeValue == "818981001")
        for term in ["Chest", "C_SPINE", "", "WATERPHANTOM"] {
            #expect(AnatomicRegion.forBodyPartExamined(term) == nil)
        }
    }

    @Test("the region leads back to its term if no other has the code")
    func terms() {
        #expect(AnatomicRegion.bodyPartExamined(forCodeValue: "818981001", codingSchemeDesignator: "SCT") == "ABDOMEN")
        #expect(AnatomicRegion.bodyPartExamined(forCodeValue: "818981001", codingSchemeDesignator: "SRT") == nil)
    }

    @Test("every IOD has its requirements, and no line of the table is lost")
    func requirements() {
        for iod in IODRequirements.IOD.allCases {
            let attributes = IODRequirements.attributes(of: iod)
            #expect(attributes.contains { $0.tag == .sopInstanceUID && $0.type == .type1 })
            #expect(attributes.first?.depth == 0)
        }
        let count = IODRequirements.IOD.allCases.map { IODRequirements.attributes(of: $0).count }.reduce(0, +)
        #expect(count == 1771)
    }

    @Test("conditions stand in full")
    func conditions() throws {
        let spacing = try #require(
            IODRequirements.attributes(of: .enhancedCTImage).first {
                $0.module == "pixel-measures" && $0.tag == .pixelSpacing
            })
        #expect(spacing.usage == .mandatory)
        #expect(spacing.type == .type1C)
        #expect(spacing.depth == 1)
        #expect(spacing.condition.hasPrefix("Required if: Volumetric Properties (0008,9206) is other than DISTORTED"))
        #expect(spacing.classicAttribute == "1@image-plane")
        let usage = try #require(
            IODRequirements.attributes(of: .enhancedMRImage).first { $0.tag == .mrDiffusionSequence })
        #expect(usage.usage == .conditional)
        #expect(usage.usageCondition.contains("DIFFUSION"))
    }

    @Test("UID attributes are told apart by what they identify")
    func uidAttributes() {
        #expect(UIDAttribute.of(.sopInstanceUID) == .ownSOPInstance)
        #expect(UIDAttribute.of(.referencedSOPInstanceUID) == .referencedSOPInstance)
        #expect(UIDAttribute.of(.frameOfReferenceUID) == .frameOfReference)
        #expect(UIDAttribute.of(.uid) == .genericValue)
        #expect(UIDAttribute.of(.patientID) == nil)
        for role in UIDAttribute.allCases {
            #expect(
                [Tag.sopClassUID, .referencedSOPClassUID].contains { UIDAttribute.of($0) == role }
                    == (role == .ownSOPClass || role == .referencedSOPClass))
        }
    }
}
