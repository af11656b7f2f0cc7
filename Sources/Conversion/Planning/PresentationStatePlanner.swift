internal import DICOM

/// Plans the presentation states of what classic images draw over themselves: one for all frames of a multi-frame instance
/// that draw the same.
struct PresentationStatePlanner {
    static let sopClassUID = "1.2.840.10008.5.1.4.1.1.11.1"

    let summaries: [InstanceSummary]
    let series: SeriesUIDs

    /// - Parameter image: the planned instance of `group`.
    func states(of group: ViewConversion.Group, image: PlannedInstance) -> [PlannedInstance] {
        var order: [UInt128] = []
        var frames: [UInt128: [PresentationStatePlan.Frame]] = [:]
        for (frameIndex, frame) in group.plan.frames.enumerated() {
            let key = summaries[frame.source].graphicsKey
            if key == 0 { continue }
            if frames[key] == nil { order.append(key) }
            frames[key, default: []].append(
                PresentationStatePlan.Frame(source: frame.source, frameNumber: frameIndex + 1))
        }
        return order.compactMap { key in
            guard let members = frames[key], let first = members.first else { return nil }
            return PlannedInstance(
                form: .presentationState(
                    PresentationStatePlan(
                        image: ReferenceMap.Target(image), imageFrameCount: group.plan.frames.count, frames: members)),
                sopClassUID: Self.sopClassUID,
                sopInstanceUID: DerivedUID.make(
                    .presentationState, view: .enhanced,
                    identity: [image.sopInstanceUID, String(key, radix: 16)]),
                seriesInstanceUID: series.uid(SeriesIdentity(of: summaries[first.source], kind: "pr")),
                studyInstanceUID: image.studyInstanceUID)
        }
    }
}
