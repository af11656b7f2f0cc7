internal import DICOM

/// Temporal Position (PS3.3 C.7.6.16.2.23): when the frame's temporal position begins, in seconds from the first.
///
/// Temporal Resolution (0020,0110) is no help: for classic images the standard gives it no unit.
enum TemporalPosition: FunctionalGroup {
    static var sequence: Tag { .temporalPositionSequence }

    static func value(
        _ frame: SourceFrame, _ context: SynthesisContext
    ) throws(ConversionReason) -> FunctionalGroupValue? {
        var item = DataSetBuilder()
        if let stated = frame.value(.temporalPositionTimeOffset) {
            item.copy(stated)
            return FunctionalGroupValue(item)
        }
        guard let seconds = context.temporalOffsets.seconds(of: frame, in: context.plan) else { return nil }
        item.set(.temporalPositionTimeOffset, seconds)
        return FunctionalGroupValue(item)
    }
}

/// When each temporal position begins, where the sources tell and the times ascend with the positions.
struct TemporalOffsets {
    /// By temporal position from 0; empty where it is not known.
    private let seconds: [Double]

    init(_ frames: [SourceFrame], _ plan: EnhancedPlan) {
        guard let axis = plan.axes.firstIndex(of: .temporalPosition) else {
            seconds = []
            return
        }
        let times: [(SourceFrame) -> Double?] = [
            // Milliseconds: of PET from the beginning of the Series, of gated images from the trigger.
            { $0.dataSet.double(.frameReferenceTime).map { $0 / 1000 } },
            { CardiacSynchronization.isGated($0.dataSet) ? $0.dataSet.double(.triggerTime).map { $0 / 1000 } : nil },
            { frame in
                FrameContent.acquisitionDateTime(frame.dataSet).flatMap { DateAndTime(dateTime: $0) }
                    .flatMap { $0.time == nil ? nil : $0.secondsSinceFirstYear }
            },
        ]
        seconds =
            times.lazy.map { Self.offsets(frames, axis: axis, time: $0) }.first { !$0.isEmpty } ?? []
    }

    func seconds(of frame: SourceFrame, in plan: EnhancedPlan) -> Double? {
        guard let axis = plan.axes.firstIndex(of: .temporalPosition), axis < frame.plan.axisIndices.count,
            seconds.indices.contains(frame.plan.axisIndices[axis] - 1)
        else { return nil }
        return seconds[frame.plan.axisIndices[axis] - 1]
    }

    private static func offsets(
        _ frames: [SourceFrame], axis: Int, time: (SourceFrame) -> Double?
    ) -> [Double] {
        var earliest: [Int: Double] = [:]
        for frame in frames {
            guard axis < frame.plan.axisIndices.count, let time = time(frame), time.isFinite else { return [] }
            let index = frame.plan.axisIndices[axis]
            earliest[index] = min(earliest[index] ?? time, time)
        }
        let starts = (1...max(1, earliest.count)).compactMap { earliest[$0] }
        guard let first = starts.first, starts.count == earliest.count,
            zip(starts, starts.dropFirst()).allSatisfy({ $0 < $1 })
        else { return [] }
        // To the microsecond, which is as fine as times are written.
        return starts.map { (($0 - first) * 1_000_000).rounded() / 1_000_000 }
    }
}
