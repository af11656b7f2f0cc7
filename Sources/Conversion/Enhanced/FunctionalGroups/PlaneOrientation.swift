internal import DICOM

/// Plane Orientation (Patient) (PS3.3 C.7.6.16.2.4).
enum PlaneOrientation: FunctionalGroup {
    static var sequence: Tag { .planeOrientationSequence }

    static func movedTags(_ family: ConversionFamily) -> [Tag] { [.imageOrientationPatient] }

    static func value(
        _ frame: SourceFrame, _ context: SynthesisContext
    ) throws(ConversionReason) -> FunctionalGroupValue? {
        var item = DataSetBuilder()
        item.copy(try frame.requiredNumbers(.imageOrientationPatient, count: 6))
        return FunctionalGroupValue(item)
    }
}
