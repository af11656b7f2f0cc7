import ByteLayout
import Conversion
import DICOM

/// A multi-frame instance in memory, and its frames as classic files, planned as simply as can be.
struct ClassicMaterialization {
    let bytes: [UInt8]
    let instance: SourceInstance
    let family: ConversionFamily
    let isLegacy: Bool

    /// Nil if `bytes` are no convertible multi-frame instance.
    init?(_ bytes: [UInt8]) throws {
        self.bytes = bytes
        instance = SourceInstance(file: try DICOMFile(header: MemoryByteSource(bytes)))
        switch ConversionFamily.form(ofSOPClassUID: instance.dataSet.string(.sopClassUID) ?? "") {
        case .enhanced(let family): (self.family, isLegacy) = (family, false)
        case .legacyConverted(let family): (self.family, isLegacy) = (family, true)
        case .classic, .other: return nil
        }
    }

    var frameCount: Int { instance.dataSet.items(.perFrameFunctionalGroupsSequence).count }

    /// The instance of one frame: with the UIDs of its conversion source where it has one (C-8).
    func planned(frameIndex: Int) -> PlannedInstance {
        let dataSet = instance.dataSet
        let identity = [dataSet.string(.sopInstanceUID) ?? "", String(frameIndex + 1)]
        let items = dataSet.items(.perFrameFunctionalGroupsSequence)
        let groups = items.indices.contains(frameIndex) ? items[frameIndex] : DataSet.empty
        let shared = dataSet.firstItem(.sharedFunctionalGroupsSequence)
        let original = groups.firstItem(.conversionSourceAttributesSequence)?.string(.referencedSOPInstanceUID)
        let series =
            groups.firstItem(.unassignedPerFrameConvertedAttributesSequence)?.string(.seriesInstanceUID)
            ?? shared?.firstItem(.unassignedSharedConvertedAttributesSequence)?.string(.seriesInstanceUID)
        return PlannedInstance(
            form: .classic(ClassicPlan(source: 0, frameIndex: frameIndex, instanceNumber: frameIndex + 1)),
            sopClassUID: family.classic,
            sopInstanceUID: original ?? DerivedUID.make(.instance, view: .classic, identity: identity),
            seriesInstanceUID: series
                ?? DerivedUID.make(.series, view: .classic, identity: [dataSet.string(.seriesInstanceUID) ?? ""]),
            studyInstanceUID: dataSet.string(.studyInstanceUID) ?? "")
    }

    /// The file of one frame.
    func file(frameIndex: Int, references: ReferenceMap = ReferenceMap(view: .classic)) throws -> SynthesizedFile {
        try ClassicSynthesis.synthesize(planned(frameIndex: frameIndex), source: instance, references: references)
    }

    /// The bytes that a reader of `file` gets.
    func materialize(_ file: SynthesizedFile) -> [UInt8] {
        file.materialized([bytes])
    }

    /// The classic file of one frame, read back.
    func classic(frameIndex: Int, references: ReferenceMap = ReferenceMap(view: .classic)) throws -> DICOMFile {
        let bytes = materialize(try file(frameIndex: frameIndex, references: references))
        return try DICOMFile(header: MemoryByteSource(bytes))
    }
}
