internal import DICOM

/// Cardiac Synchronization (PS3.3 C.7.6.16.2.7), only where the source says that it was gated by the heart.
enum CardiacSynchronization: FunctionalGroup {
    static var sequence: Tag { .cardiacSynchronizationSequence }

    static func value(
        _ frame: SourceFrame, _ context: SynthesisContext
    ) throws(ConversionReason) -> FunctionalGroupValue? {
        guard isGated(frame.dataSet), let delay = frame.dataSet.double(.triggerTime), delay.isFinite else { return nil }
        var item = DataSetBuilder()
        item.set(.nominalCardiacTriggerDelayTime, delay)
        if let interval = frame.dataSet.double(.nominalInterval), interval.isFinite, interval > 0 {
            item.set(.rrIntervalTimeNominal, interval)
        }
        return FunctionalGroupValue(item)
    }

    /// Scan Options CG (electrocardiogram) or PPG (peripheral pulse), Series Type GATED (PS3.3 C.8.3.1, C.8.9.1). RG, gating
    /// by respiration, is another matter.
    private static func isGated(_ dataSet: DataSet) -> Bool {
        dataSet.strings(.scanOptions).contains { $0 == "CG" || $0 == "PPG" }
            || dataSet.string(.seriesType) == "GATED"
    }
}
