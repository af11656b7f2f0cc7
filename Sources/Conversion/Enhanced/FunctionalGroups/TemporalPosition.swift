internal import DICOM

/// Temporal Position (PS3.3 C.7.6.16.2.23): when the frame's temporal position begins, in seconds from the first.
enum TemporalPosition: FunctionalGroup {
    static var sequence: Tag { .temporalPositionSequence }

    static func value(
        _ frame: SourceFrame, _ context: SynthesisContext
    ) throws(ConversionReason) -> FunctionalGroupValue? {
        guard let position = frame.dataSet.integer(.temporalPositionIdentifier), (1...1_000_000).contains(position),
            let milliseconds = frame.dataSet.double(.temporalResolution), milliseconds.isFinite, milliseconds > 0
        else { return nil }
        var item = DataSetBuilder()
        item.set(.temporalPositionTimeOffset, Double(position - 1) * milliseconds / 1000)
        return FunctionalGroupValue(item)
    }
}
