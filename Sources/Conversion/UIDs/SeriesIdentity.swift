/// What a new Series is known by, so that it has one Series Date/Time, one intent and one kind of instances.
struct SeriesIdentity: Hashable {
    /// Broken archives have one Series in two Studies, and a Series is of one.
    let studyInstanceUID: String
    let seriesInstanceUID: String
    /// SOP Class UID of the new instances, `other` for instances whose references alone change, `pr` for presentation states
    /// made of overlays.
    let kind: String
    let seriesDate: String
    let seriesTime: String
    let presentationIntentType: String

    init(of source: InstanceSummary, kind: String) {
        studyInstanceUID = source.studyInstanceUID
        seriesInstanceUID = source.seriesInstanceUID
        self.kind = kind
        seriesDate = source.seriesDate
        seriesTime = source.seriesTime
        presentationIntentType = source.presentationIntentType
    }

    /// The Series Instance UID in `view`.
    func uid(view: View) -> String {
        DerivedUID.make(
            .series, view: view,
            identity: [
                studyInstanceUID, seriesInstanceUID, kind, seriesDate, seriesTime, presentationIntentType,
            ])
    }
}
