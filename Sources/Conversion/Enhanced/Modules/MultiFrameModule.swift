internal import DICOM

/// The top level of the Multi-frame Functional Groups Module (PS3.3 C.7.6.16; digest E-17, X-11).
enum MultiFrameModule {
    /// - Returns: a note if no source has any date.
    static func write(_ context: SynthesisContext, to dataSet: inout DataSetBuilder) -> ConversionReason? {
        dataSet.set(.instanceNumber, context.plan.instanceNumber)
        dataSet.set(.numberOfFrames, context.frames.count)
        if let content = earliestContent(context.frames.map(\.dataSet)) {
            dataSet.set(.contentDate, content.date)
            dataSet.set(.contentTime, content.time ?? "000000")
            return nil
        }
        dataSet.set(.contentDate, "19000101")
        dataSet.set(.contentTime, "000000")
        return ConversionReason(.placeholderDate, tag: .contentDate)
    }

    /// The earliest Content Date and Time; where no source has one, the earliest of the next date that any has.
    static func earliestContent(_ sources: [DataSet]) -> DateAndTime? {
        let pairs: [(date: Tag, time: Tag)] = [
            (.contentDate, .contentTime), (.acquisitionDate, .acquisitionTime),
            (.instanceCreationDate, .instanceCreationTime),
            (.seriesDate, .seriesTime), (.performedProcedureStepStartDate, .performedProcedureStepStartTime),
            (.studyDate, .studyTime),
        ]
        for pair in pairs {
            var values = sources.compactMap { DateAndTime($0, date: pair.date, time: pair.time) }
            if values.isEmpty, pair.date == .acquisitionDate {
                values = sources.compactMap { DateAndTime(dateTime: $0.string(.acquisitionDateTime)) }
            }
            if let earliest = values.min() { return earliest }
        }
        return nil
    }
}
