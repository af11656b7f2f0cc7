internal import DICOM

/// Image Frame Conversion Source (PS3.3 C.7.6.16.2.25.3): the classic instance that is this frame (E-14). Never rewritten.
enum FrameConversionSource: FunctionalGroup {
    static var sequence: Tag { .conversionSourceAttributesSequence }
    static var isNeverShared: Bool { true }

    static func value(
        _ frame: SourceFrame, _ context: SynthesisContext
    ) throws(ConversionReason) -> FunctionalGroupValue? {
        var item = DataSetBuilder()
        item.set(.referencedSOPClassUID, frame.sopClassUID)
        item.set(.referencedSOPInstanceUID, frame.sopInstanceUID)
        return FunctionalGroupValue(item)
    }
}
