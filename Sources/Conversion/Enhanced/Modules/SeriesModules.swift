internal import DICOM

/// General Series and its companions as far as conversion sets them (PS3.3 C.7.3.1, PS3.4 C.3.5; digest G-6 to G-8).
enum SeriesModules {
    static func write(_ context: SynthesisContext, to dataSet: inout DataSetBuilder) {
        dataSet.set(.studyInstanceUID, context.planned.studyInstanceUID)
        dataSet.set(.seriesInstanceUID, context.planned.seriesInstanceUID)
        dataSet.set(.modality, context.family.modality.rawValue)
        if let number = context.frames.lazy.compactMap({ $0.value(.seriesNumber) }).first { dataSet.copy(number) }
        writeDateAndTime(context, to: &dataSet)
        writeRequestAttributes(context, to: &dataSet)
        writeLaterality(context, to: &dataSet)
    }

    /// The earliest of the sources', as a pair (G-7).
    private static func writeDateAndTime(_ context: SynthesisContext, to dataSet: inout DataSetBuilder) {
        let values = context.frames.compactMap { frame -> (at: DateAndTime, frame: SourceFrame)? in
            DateAndTime(frame.dataSet, date: .seriesDate, time: .seriesTime).map { ($0, frame) }
        }
        guard let earliest = values.min(by: { $0.at < $1.at }) else { return }
        dataSet.copy(.seriesDate, from: earliest.frame.dataSet)
        if let time = earliest.frame.value(.seriesTime) { dataSet.copy(time) }
    }

    /// The distinct items of all sources, in frame order (G-8).
    private static func writeRequestAttributes(_ context: SynthesisContext, to dataSet: inout DataSetBuilder) {
        guard !dataSet.contains(.requestAttributesSequence) else { return }
        var seen: Set<[UInt8]> = []
        var items: [DataSetBuilder] = []
        for frame in context.frames {
            guard let sequence = frame.value(.requestAttributesSequence) else { continue }
            for item in context.rewriting.items(of: sequence) where seen.insert(Encoder.encode(item)).inserted {
                items.append(item)
            }
        }
        if !items.isEmpty { dataSet.set(.requestAttributesSequence, items: items) }
    }

    /// R or L as stated; empty where no frame states it. It must not stand beside Frame Laterality (PS3.3 C.7.3.1), which every
    /// frame with a known body part has; the sources' own is in Unassigned in any case.
    private static func writeLaterality(_ context: SynthesisContext, to dataSet: inout DataSetBuilder) {
        if context.frames.allSatisfy({ FrameAnatomy.isKnown($0.dataSet) }) { return }
        let stated = Set(context.frames.map { $0.dataSet.string(.laterality) ?? "" })
        if stated.count == 1, let laterality = stated.first, laterality == "R" || laterality == "L" {
            dataSet.set(.laterality, laterality)
        } else {
            dataSet.setEmpty(.laterality)
        }
    }
}
