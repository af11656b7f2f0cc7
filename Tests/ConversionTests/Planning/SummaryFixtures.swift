@testable import Conversion

/// Summaries built in code.
enum Fixture {
    static let mr = ConversionFamily.mr
    static let grayscalePresentationState = "1.2.840.10008.5.1.4.1.1.11.1"

    /// A classic MR slice.
    static func slice(
        _ uid: String, z: Double, series: String = "1.2.3", study: String = "1.2", number: Int? = nil,
        _ change: (inout ImageFacts) -> Void = { _ in }
    ) -> InstanceSummary {
        var summary = InstanceSummary(
            sopClassUID: mr.classic, sopInstanceUID: uid, studyInstanceUID: study, seriesInstanceUID: series)
        summary.instanceNumber = number
        summary.rows = 4
        summary.columns = 4
        summary.hardKey = UInt128(truncatingIfNeeded: series.utf8.reduce(7) { $0 &* 31 &+ Int($1) })
        var image = ImageFacts(
            orientation: [1, 0, 0, 0, 1, 0], position: [0, 0, z], pixelSpacing: [1, 1], sliceThickness: 2)
        image.nativeFrameLength = 32
        change(&image)
        summary.image = image
        return summary
    }

    /// A Legacy Converted MR instance; `sources` by frame, nil for frames that name none.
    static func legacy(
        _ uid: String, sources: [String?], series: String = "1.2.4", study: String = "1.2", number: Int? = 1,
        originalSeries: String? = nil
    ) -> InstanceSummary {
        var summary = InstanceSummary(
            sopClassUID: mr.legacyConverted, sopInstanceUID: uid, studyInstanceUID: study, seriesInstanceUID: series)
        summary.instanceNumber = number
        summary.numberOfFrames = sources.count
        summary.rows = 4
        summary.columns = 4
        summary.frameOrigins = sources.map { source in
            FrameOrigin(
                source: source.map { ConversionSource(sopClassUID: mr.classic, sopInstanceUID: $0) },
                seriesInstanceUID: originalSeries)
        }
        if sources.allSatisfy({ $0 == nil }) { summary.frameOrigins = [] }
        return summary
    }

    /// An instance that is never converted.
    static func other(
        _ uid: String, references: [String] = [], seriesReferences: [String] = [], series: String = "1.2.9"
    ) -> InstanceSummary {
        var summary = InstanceSummary(
            sopClassUID: grayscalePresentationState, sopInstanceUID: uid, studyInstanceUID: "1.2",
            seriesInstanceUID: series)
        summary.references = references.sorted().map { InstanceReference(sopInstanceUID: $0) }
        summary.seriesReferences = seriesReferences.sorted()
        return summary
    }
}

extension ViewPlan {
    /// The multi-frame plans, ascending by the SOP Instance UID of the first source.
    var groups: [EnhancedPlan] {
        instances.compactMap { if case .enhanced(let plan) = $0.form { plan } else { nil } }
            .sorted { ($0.frames.first?.source ?? 0) < ($1.frames.first?.source ?? 0) }
    }

    /// Source UIDs of each multi-frame instance in frame order.
    func frameUIDs(_ summaries: [InstanceSummary]) -> [[String]] {
        groups.map { $0.frames.map { summaries[$0.source].sopInstanceUID } }
    }

    func instance(_ uid: String) -> PlannedInstance? { instances.first { $0.sopInstanceUID == uid } }

    /// What `uid` has become, if it is one thing.
    func target(_ uid: String) -> ReferenceMap.Target? {
        switch references[uid] {
        case .unchanged(let target), .one(let target): target
        case .frames, nil: nil
        }
    }
}
