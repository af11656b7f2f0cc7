/// Plans what the views of one Patient hold. Pure: the result is a function of the summaries and exclusions, whatever order
/// they come in; indices in it refer to the given array.
public enum PatientPlanner {
    /// - Parameters:
    ///   - summaries: of all instances of the Patient in the archive, each SOP Instance UID once. (Of several with one UID the
    ///     first is planned; the others are listed as hidden.)
    ///   - exclusions: instances, by index, whose synthesis failed: they are shown as received, for the reason given.
    ///   - updatesReferences: false to show instances as received that would have to have their references updated.
    public static func plan(
        summaries: [InstanceSummary], exclusions: [Int: ConversionReason] = [:], updatesReferences: Bool = true
    ) -> PatientPlan {
        let patient = PlannedPatient(summaries, exclusions: exclusions, updatesReferences: updatesReferences)
        return PatientPlan(
            default: defaultView(patient),
            classic: ViewPlanner.plan(patient) { ViewConversion.toClassic($0) },
            enhanced: ViewPlanner.plan(patient) { ViewConversion.toEnhanced($0) })
    }

    private static func defaultView(_ patient: PlannedPatient) -> ViewPlan {
        var references = ReferenceMap(view: .default)
        let instances = patient.order.map { index in
            let summary = patient.summaries[index]
            references[summary.sopInstanceUID] = .unchanged(ReferenceMap.Target(summary))
            return PlannedInstance(asReceived: index, summary, reason: nil)
        }
        return ViewPlan(
            view: .default, instances: instances, references: references, hidden: patient.duplicates, reasons: [:])
    }
}

/// The archived instances of one Patient, and what holds of them in every view.
struct PlannedPatient {
    let summaries: [InstanceSummary]
    private(set) var exclusions: [Int: ConversionReason]
    /// Instances that do not become again what they, or their frames, were made from: something else in the view has the UID.
    private(set) var unrestorable: Set<Int> = []
    let updatesReferences: Bool
    /// Indices, ascending by SOP Instance UID as bytes: whatever is done in an order is done in this.
    let order: [Int]
    let indexOfUID: [String: Int]
    /// Indices of instances whose SOP Instance UID another has that comes first.
    let duplicates: [Int]
    let links: LinkedForms
    let concatenations: Concatenations
    /// Instances that may become again what we made them from (C-8): it is not in the archive, and they alone name it.
    let restorable: [Int: OriginalInstance]
    /// Instances that are in the archive beside what we made of them.
    let pairs: [InstancePair]
    /// Of instances that the archive does not have: where lists in it say that they belong.
    let listings: [String: Listing]
    /// Indices, in order, by Series Instance UID.
    let membersOfSeries: [String: [Int]]

    init(_ summaries: [InstanceSummary], exclusions: [Int: ConversionReason], updatesReferences: Bool) {
        self.updatesReferences = updatesReferences
        var order: [Int] = []
        var duplicates: [Int] = []
        var indexOfUID: [String: Int] = [:]
        indexOfUID.reserveCapacity(summaries.count)
        for index in summaries.indices {
            if indexOfUID[summaries[index].sopInstanceUID] == nil {
                indexOfUID[summaries[index].sopInstanceUID] = index
                order.append(index)
            } else {
                duplicates.append(index)
            }
        }
        order.sort { summaries[$0].sopInstanceUID.utf8.lexicographicallyPrecedes(summaries[$1].sopInstanceUID.utf8) }
        self.order = order
        self.indexOfUID = indexOfUID
        self.duplicates = duplicates
        concatenations = Concatenations(summaries, order: order)
        // A member of a concatenation that is not whole is an intact file all the same, and its frames are what they are.
        links = LinkedForms(summaries, order: order, indexOfUID: indexOfUID)
        let (summaries, exclusions) = Self.consistent(summaries, exclusions, concatenations)
        self.summaries = summaries
        self.exclusions = exclusions
        membersOfSeries = Dictionary(grouping: order) { summaries[$0].seriesInstanceUID }
        restorable = Self.restorable(summaries, order: order, indexOfUID: indexOfUID)
        pairs = InstancePair.all(
            in: summaries, order: order, indexOfUID: indexOfUID, seriesUIDs: Set(membersOfSeries.keys), links,
            concatenations)
        listings = Self.listings(summaries, order: order, indexOfUID: indexOfUID)
    }
}

extension PlannedPatient {
    /// Has instances shown as received, but for those that are already for another reason.
    mutating func exclude(_ more: [Int: ConversionReason]) {
        // The members of a concatenation stand and fall together.
        for index in order {
            guard let reason = more[index] else { continue }
            let others = concatenations.ofMember[index].map { concatenations.all[$0].members } ?? []
            for member in [index] + others where exclusions[member] == nil {
                exclusions[member] = reason
            }
        }
    }

    mutating func leaveUnrestored(_ indices: Set<Int>) {
        unrestorable.formUnion(indices)
    }

    private static func restorable(
        _ summaries: [InstanceSummary], order: [Int], indexOfUID: [String: Int]
    ) -> [Int: OriginalInstance] {
        let candidates = order.filter { summaries[$0].original != nil }
        if candidates.isEmpty { return [:] }
        var claims: [String: Int] = [:]
        for index in order {
            if let uid = summaries[index].conversionSource?.sopInstanceUID { claims[uid, default: 0] += 1 }
            for origin in summaries[index].frameOrigins {
                if let uid = origin.source?.sopInstanceUID { claims[uid, default: 0] += 1 }
            }
        }
        var restorable: [Int: OriginalInstance] = [:]
        for index in candidates {
            guard let original = summaries[index].original, indexOfUID[original.sopInstanceUID] == nil,
                claims[original.sopInstanceUID] == 1
            else { continue }
            restorable[index] = original
        }
        return restorable
    }

    private static func listings(
        _ summaries: [InstanceSummary], order: [Int], indexOfUID: [String: Int]
    ) -> [String: Listing] {
        var listings: [String: Listing] = [:]
        for index in order {
            for listed in summaries[index].listings {
                for uid in listed.sopInstanceUIDs where indexOfUID[uid] == nil {
                    if listed.listing.isPlaceholder(for: uid) { continue }
                    if let known = listings[uid], !listed.listing.precedes(known) { continue }
                    listings[uid] = listed.listing
                }
            }
        }
        return listings
    }
}

extension ReferenceMap.Target {
    /// The same under another SOP Instance UID.
    func renamed(_ uid: String, frameNumber: Int? = nil) -> Self {
        Self(
            sopClassUID: sopClassUID, sopInstanceUID: uid, seriesInstanceUID: seriesInstanceUID,
            studyInstanceUID: studyInstanceUID, frameNumber: frameNumber ?? self.frameNumber)
    }

    init(_ summary: InstanceSummary) {
        self.init(
            sopClassUID: summary.sopClassUID, sopInstanceUID: summary.sopInstanceUID,
            seriesInstanceUID: summary.seriesInstanceUID, studyInstanceUID: summary.studyInstanceUID)
    }

    init(_ instance: PlannedInstance, frameNumber: Int? = nil) {
        self.init(
            sopClassUID: instance.sopClassUID, sopInstanceUID: instance.sopInstanceUID,
            seriesInstanceUID: instance.seriesInstanceUID, studyInstanceUID: instance.studyInstanceUID,
            frameNumber: frameNumber)
    }
}

extension PlannedInstance {
    init(asReceived index: Int, _ summary: InstanceSummary, reason: ConversionReason?) {
        self.init(
            form: .asReceived(source: index, reason: reason), sopClassUID: summary.sopClassUID,
            sopInstanceUID: summary.sopInstanceUID, seriesInstanceUID: summary.seriesInstanceUID,
            studyInstanceUID: summary.studyInstanceUID)
    }
}
