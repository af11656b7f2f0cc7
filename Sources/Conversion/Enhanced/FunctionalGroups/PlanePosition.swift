internal import DICOM

/// Plane Position (Patient) (PS3.3 C.7.6.16.2.3).
enum PlanePosition: FunctionalGroup {
    static var sequence: Tag { .planePositionSequence }

    static func movedTags(_ family: ConversionFamily) -> [Tag] { [.imagePositionPatient] }

    static func value(
        _ frame: SourceFrame, _ context: SynthesisContext
    ) throws(ConversionReason) -> FunctionalGroupValue? {
        var item = DataSetBuilder()
        item.copy(try frame.requiredNumbers(.imagePositionPatient, count: 3))
        return FunctionalGroupValue(item)
    }
}
