internal import DICOM

/// What all parts of the synthesis of one enhanced instance know.
struct SynthesisContext {
    let planned: PlannedInstance
    let plan: EnhancedPlan
    let family: ConversionFamily
    /// In frame order.
    let frames: [SourceFrame]
    let rewriting: ReferenceRewriting
    /// By frameIndex.
    let frameTypes: [FrameType]
    let fallbackWindow: FallbackWindow
    let temporalOffsets: TemporalOffsets
    /// True if Timezone Offset From UTC (0008,0201) is the same in all sources, and so stands at the top level.
    let sharesTimezone: Bool

    init(
        planned: PlannedInstance, plan: EnhancedPlan, family: ConversionFamily, frames: [SourceFrame],
        references: ReferenceMap
    ) {
        self.planned = planned
        self.plan = plan
        self.family = family
        self.frames = frames
        rewriting = ReferenceRewriting(map: references)
        let isRegular = plan.regularSpacing != nil
        frameTypes = frames.map {
            FrameType(
                $0.dataSet, modality: family.modality, isRegular: isRegular, isTrueEnhanced: plan.isTrueEnhanced)
        }
        fallbackWindow = FallbackWindow(frames)
        temporalOffsets = TemporalOffsets(frames, plan)
        let offsets = frames.map { $0.dataSet.string(.timezoneOffsetFromUTC) }
        sharesTimezone = offsets.allSatisfy { $0 == offsets.first }
    }

    /// A date and time of `frame` as DT; with its own offset from UTC if that cannot stand at the top level for all.
    func dateTime(_ value: String, of frame: SourceFrame) -> String {
        guard !sharesTimezone, value.utf8.count > 8, !value.contains("+"), !value.contains("-"),
            let offset = frame.dataSet.string(.timezoneOffsetFromUTC)
        else { return value }
        return value + offset
    }
}
