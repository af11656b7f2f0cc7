import DICOM
import Testing

@testable import Conversion

@Suite("Conditions of the standard's tables")
struct RequirementConditionTests {
    private func attributes(_ values: [(Tag, String)]) -> DataSetBuilder {
        var attributes = DataSetBuilder()
        for (tag, value) in values { attributes.set(tag, value) }
        return attributes
    }

    @Test("values, other values, and several clauses")
    func values() {
        let condition = RequirementCondition(
            """
            Required if Frame Type (0008,9007) Value 1 of this frame is ORIGINAL and Acquisition Type (0018,9302) is other \
            than CONSTANT_ANGLE. Otherwise may be present if Frame Type (0008,9007) Value 1 of this frame is DERIVED and \
            Acquisition Type (0018,9302) is other than CONSTANT_ANGLE.
            """)
        let spiral = attributes([(.frameType, "ORIGINAL\\PRIMARY"), (.acquisitionType, "SPIRAL")])
        #expect(condition.holds(for: spiral) && condition.allows(spiral))
        let fixed = attributes([(.frameType, "ORIGINAL\\PRIMARY"), (.acquisitionType, "CONSTANT_ANGLE")])
        #expect(!condition.holds(for: fixed) && !condition.allows(fixed))
        let derived = attributes([(.frameType, "DERIVED\\PRIMARY"), (.acquisitionType, "SPIRAL")])
        #expect(!condition.holds(for: derived) && condition.allows(derived))
        #expect(!condition.holds(for: attributes([(.frameType, "ORIGINAL")])))
    }

    @Test("alternatives, presence, and what may be there otherwise")
    func alternatives() {
        let either = RequirementCondition(
            "Required if Frame Type (0008,9007) Value 1 of this frame is ORIGINAL, or if Image Type (0008,0008) Value 1 is "
                + "ORIGINAL and Multi-energy CT Acquisition (0018,9361) is YES. May be present otherwise.")
        #expect(either.holds(for: attributes([(.imageType, "ORIGINAL"), (.multienergyCTAcquisition, "YES")])))
        #expect(!either.holds(for: attributes([(.imageType, "ORIGINAL")])))
        #expect(either.allows(DataSetBuilder()))
        let absent = RequirementCondition(
            "Required if Frame Type (0008,9007) Value 1 equals ORIGINAL and Reconstruction Field of View (0018,9317) is not present."
        )
        #expect(absent.holds(for: attributes([(.frameType, "ORIGINAL")])))
        let trigger = RequirementCondition(
            "Required if Respiratory Motion Compensation Technique (0018,9170) equals other than NONE or REALTIME and "
                + "Respiratory Trigger Type (0020,9250) is absent or has a value of TIME or BOTH.")
        let technique = Tag.respiratoryMotionCompensationTechnique
        #expect(trigger.holds(for: attributes([(technique, "GATING")])))
        #expect(!trigger.holds(for: attributes([(technique, "GATING"), (.respiratoryTriggerType, "AMPLITUDE")])))
        #expect(!trigger.holds(for: attributes([(technique, "REALTIME")])) && !trigger.allows(DataSetBuilder()))
    }

    @Test(
        "what the tables ask of parallel acquisition is asked, though scanners leave it out of their own Enhanced images"
    )
    func parallelAcquisition() throws {
        let macro = try #require(EnhancedIOD.trueEnhanced(.mr).macros.first { $0.name == "mr-modifier" })
        var slice = attributes([
            (.frameType, "ORIGINAL\\PRIMARY"), (.parallelAcquisitionTechnique, "SMS"), (.inversionRecovery, "NO"),
            (.flowCompensation, "NONE"), (.spoiling, "NONE"), (.t2Preparation, "NO"),
            (.spectrallySelectedExcitation, "NONE"), (.spatialPresaturation, "NONE"), (.partialFourier, "NO"),
        ])
        slice.set(.parallelReductionFactorInPlane, [1.0])
        slice.set(.parallelReductionFactorOutOfPlane, [1.0])
        slice.set(.parallelAcquisition, "NO")
        #expect(macro.missing(in: slice) == nil)
        slice.set(.parallelAcquisition, "YES")
        #expect(macro.missing(in: slice) == .parallelReductionFactorSecondInPlane)
        slice.set(.parallelReductionFactorSecondInPlane, [1.0])
        #expect(macro.missing(in: slice) == nil)
    }

    @Test("facts are what attributes tell of them")
    func facts() {
        let contrast = RequirementCondition("Required if contrast media was applied.")
        #expect(!contrast.holds(for: DataSetBuilder()))
        #expect(contrast.holds(for: attributes([(.contrastBolusAgent, "Water")])))
        let unknown = RequirementCondition("Required if the moon is full.")
        #expect(!unknown.holds(for: DataSetBuilder()) && unknown.allows(DataSetBuilder()))
        let legacy = RequirementCondition(
            "Required if SOP Class UID is not \"1.2.840.10008.5.1.4.1.1.4.4\" (Legacy Converted). May be present otherwise."
        )
        #expect(legacy.holds(for: DataSetBuilder()))
    }

    @Test("every condition of the Enhanced IODs about an attribute's value is understood")
    func tables() {
        var facts: Set<String> = []
        for iod in [IODRequirements.IOD.enhancedCTImage, .enhancedMRImage, .enhancedPETImage] {
            for row in IODRequirements.attributes(of: iod) where row.type == .type1C || row.type == .type2C {
                for clause in RequirementCondition(row.condition).alternatives.joined() {
                    if case .fact(let text) = clause, text.contains("(00"), text.contains(" is "), row.depth == 1 {
                        facts.insert("\(row.module): \(text)")
                    }
                }
            }
        }
        // But for comparisons with codes, what only a scanner knows, and macros that are written by code of their own.
        let others = facts.filter { fact in
            !fact.contains("\"") && !fact.contains("capable of") && !fact.contains("Referenced SOP Instance")
                && !["real-world-value-mapping", "frame-content", "pixel-measures"].contains { fact.hasPrefix($0) }
        }
        #expect(others.isEmpty)
    }
}
