internal import DICOM

/// Irradiation Event Identification (PS3.3 C.7.6.16.2.21), for frames whose source names the event.
enum IrradiationEvent: FunctionalGroup {
    static var sequence: Tag { .irradiationEventIdentificationSequence }

    static func movedTags(_ family: ConversionFamily) -> [Tag] { [.irradiationEventUID] }

    static func value(
        _ frame: SourceFrame, _ context: SynthesisContext
    ) throws(ConversionReason) -> FunctionalGroupValue? {
        guard let event = frame.value(.irradiationEventUID) else { return nil }
        var item = DataSetBuilder()
        item.copy(event)
        return FunctionalGroupValue(item)
    }
}
