internal import DICOM

/// Cardiac Synchronization (PS3.3 C.7.6.16.2.7): what the source says in its terms, and the trigger delay of images that say that
/// they were gated by the heart.
enum CardiacSynchronization: FunctionalGroup {
    static var sequence: Tag { .cardiacSynchronizationSequence }

    static func value(
        _ frame: SourceFrame, _ context: SynthesisContext
    ) throws(ConversionReason) -> FunctionalGroupValue? {
        var item = DataSetBuilder()
        for tag in tags {
            if let stated = frame.value(tag) { item.copy(stated) }
        }
        if isGated(frame.dataSet) {
            item.complete(.nominalCardiacTriggerDelayTime, frame.dataSet.double(.triggerTime))
            let interval = frame.dataSet.double(.nominalInterval)
            item.complete(.rrIntervalTimeNominal, interval.flatMap { $0 > 0 ? $0 : nil })
        }
        // One interval has an actual delay, which classic images do not state.
        if frame.dataSet.integer(.intervalsAcquired) == 1, !item.contains(.actualCardiacTriggerDelayTime) {
            item.remove(.intervalsAcquired)
        }
        return item.hasValue(.nominalCardiacTriggerDelayTime) ? FunctionalGroupValue(item) : nil
    }

    private static let tags: [Tag] = [
        .nominalPercentageOfCardiacPhase, .nominalCardiacTriggerDelayTime, .nominalCardiacTriggerTimePriorToRPeak,
        .actualCardiacTriggerDelayTime, .actualCardiacTriggerTimePriorToRPeak, .intervalsAcquired, .intervalsRejected,
        .heartRate, .rrIntervalTimeNominal, .lowRRValue, .highRRValue,
    ]

    /// Scan Options CG (electrocardiogram) or PPG (peripheral pulse), Series Type GATED (PS3.3 C.8.3.1, C.8.9.1). RG, gating
    /// by respiration, is another matter: Trigger Time is the time after an R wave.
    static func isGated(_ dataSet: DataSet) -> Bool {
        dataSet.strings(.scanOptions).contains { $0 == "CG" || $0 == "PPG" }
            || dataSet.string(.seriesType) == "GATED"
    }
}
