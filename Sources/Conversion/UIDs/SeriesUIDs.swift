/// Series Instance UIDs in one view, and what has become of archived Series.
final class SeriesUIDs {
    private let patient: PlannedPatient
    private let conversion: ViewConversion
    private let graph: ReferenceGraph
    private let restored: RestoredInstances
    private var uids: [SeriesIdentity: String] = [:]
    private var successors: [String: [String]] = [:]

    init(
        _ patient: PlannedPatient, _ conversion: ViewConversion, _ graph: ReferenceGraph, _ restored: RestoredInstances
    ) {
        self.patient = patient
        self.conversion = conversion
        self.graph = graph
        self.restored = restored
    }

    func uid(_ identity: SeriesIdentity) -> String {
        if let known = uids[identity] { return known }
        let uid = identity.uid(view: conversion.view)
        uids[identity] = uid
        return uid
    }

    /// The Series of a frame that becomes an instance: its original one if that is restored (C-8), else a new one.
    func uid(of frame: LinkedForms.Frame, in multiFrame: ViewConversion.MultiFrame) -> String {
        restored.origin(of: frame)?.seriesInstanceUID ?? uid(multiFrame.series)
    }

    /// The Series of an instance whose references change: its original one if that is restored, else a new one.
    func uid(ofUpdated index: Int) -> String {
        restored.originals[index]?.seriesInstanceUID
            ?? uid(SeriesIdentity(of: patient.summaries[index], kind: "other"))
    }

    /// The Series in which the instances of an archived Series are in this view, ascending.
    func successors(of seriesInstanceUID: String) -> [String] {
        if let known = successors[seriesInstanceUID] { return known }
        var found: Set<String> = []
        for index in patient.membersOfSeries[seriesInstanceUID] ?? [] { found.formUnion(series(of: index)) }
        let sorted = found.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        successors[seriesInstanceUID] = sorted
        return sorted
    }

    private func series(of index: Int) -> Set<String> {
        let summary = patient.summaries[index]
        switch conversion.places[index] {
        case .shown:
            return [graph.isChanged[index] ? uid(ofUpdated: index) : summary.seriesInstanceUID]
        case .frame(let group, _): return [uid(conversion.groups[group].series)]
        case .linked(let frame): return series(of: frame.source)
        case .replaced(let other): return series(of: other)
        case .frames, .linkedFrames:
            return (0..<summary.numberOfFrames).reduce(into: []) { found, frameIndex in
                let frame = LinkedForms.Frame(source: index, frameIndex: frameIndex)
                if let classic = patient.links.classicOfFrame[frame] {
                    found.formUnion(series(of: classic))
                } else if case .frames(let multiFrame) = conversion.places[index] {
                    found.insert(uid(of: frame, in: conversion.multiFrames[multiFrame]))
                }
            }
        }
    }
}
