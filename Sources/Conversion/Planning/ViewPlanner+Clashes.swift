internal import DICOM

/// What we make of one content has one UID for ever. So where a file of a view has come back into the archive beside what it
/// was made from, the view makes an instance of the same UID again; and each UID stands in a view once.
extension ViewPlanner {
    /// The plan of a view in which no two instances have one SOP Instance UID.
    ///
    /// - Of an archived instance and a made one that has its UID, Series, Study and SOP Class, the made one is shown: the other is
    ///   a copy of it, whole or not, that is in `ViewPlan.copies`. (A copy that is whole is mostly found before, see `LinkedForms`
    ///   and `InstancePair`.)
    /// - An archived instance that has the UID and is something else keeps it. What would have been made is not, and its sources
    ///   are shown as received with the reason.
    /// - What would get the UID of its original back (C-8) gets its derived one where anything else in the view has that UID.
    ///
    /// Each round takes something out of what is converted, so there is an end; and all of a round is decided at once, so the
    /// order of the instances decides nothing.
    static func plan(_ patient: PlannedPatient, conversion: (PlannedPatient) -> ViewConversion) -> ViewPlan {
        var patient = patient
        while true {
            var plan = ViewPlanner(patient, conversion: conversion(patient)).plan()
            let clashes = Clashes(in: plan, patient.summaries)
            if clashes.exclusions.isEmpty && clashes.unrestorable.isEmpty {
                plan.leaveOut(clashes.copies)
                return plan
            }
            patient.exclude(clashes.exclusions)
            patient.leaveUnrestored(clashes.unrestorable)
        }
    }

    /// Instances of a plan that have one SOP Instance UID, and what is to be done about them.
    private struct Clashes {
        /// Archived instances that are copies of what is made.
        var copies: [String: Int] = [:]
        /// Sources of what must not be made.
        var exclusions: [Int: ConversionReason] = [:]
        /// Sources of what must not get an original UID back.
        var unrestorable: Set<Int> = []

        init(in plan: ViewPlan, _ summaries: [InstanceSummary]) {
            let instances = plan.instances
            var start = 0
            while start < instances.count {
                var end = start + 1
                while end < instances.count, instances[end].sopInstanceUID == instances[start].sopInstanceUID {
                    end += 1
                }
                if end - start > 1 { decide(instances[start..<end], summaries) }
                start = end
            }
        }

        private mutating func decide(_ instances: ArraySlice<PlannedInstance>, _ summaries: [InstanceSummary]) {
            let restored = instances.filter(\.isOriginal)
            if !restored.isEmpty {
                for instance in restored { unrestorable.formUnion(instance.sources) }
                return
            }
            var archived: Int?
            for case .asReceived(let source, _) in instances.map(\.form) { archived = source }
            let made = instances.filter { if case .asReceived = $0.form { false } else { true } }
            if let archived, made.count == 1, made[0].isCopied(by: summaries[archived]) {
                copies[made[0].sopInstanceUID] = archived
                return
            }
            for instance in made {
                let reason = ConversionReason(.identityTaken, tag: Tag(0x0008, 0x0018), instance.sopInstanceUID)
                for source in instance.sources { exclusions[source] = reason }
            }
        }
    }
}

extension PlannedInstance {
    /// Whether an archived instance that has the UID of this one is it, as far as its header can tell.
    fileprivate func isCopied(by summary: InstanceSummary) -> Bool {
        let pairs = [
            (summary.sopClassUID, sopClassUID), (summary.studyInstanceUID, studyInstanceUID),
            (summary.seriesInstanceUID, seriesInstanceUID),
        ]
        // A file that breaks off before one of them has none; between two elements, that is no damage that could be seen.
        return pairs.allSatisfy { $0 == $1 || $0.isEmpty }
    }
}

extension ViewPlan {
    /// Leaves out archived instances that are copies of others in the plan. References lead to the UID that both have.
    fileprivate mutating func leaveOut(_ copies: [String: Int]) {
        guard !copies.isEmpty else { return }
        let indices = Set(copies.values)
        instances.removeAll { if case .asReceived(let source, _) = $0.form { indices.contains(source) } else { false } }
        for index in indices { reasons[index] = nil }
        hidden = (hidden + indices).sorted()
        self.copies.merge(copies) { first, _ in first }
    }
}
