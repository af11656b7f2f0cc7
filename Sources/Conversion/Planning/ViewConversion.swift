internal import DICOM

/// Which archived instances of a Patient a view converts, and into what, references and UIDs aside.
struct ViewConversion {
    /// Where an archived instance is found in the view.
    enum Place {
        /// It stands for itself, as received or with updated references.
        case shown
        /// It is a frame, counted from 0, of `groups[group]`.
        case frame(group: Int, frameIndex: Int)
        /// Its frames are classic instances; `multiFrames[multiFrame]`.
        case frames(multiFrame: Int)
        /// A frame of another archived instance is shown for it.
        case linked(LinkedForms.Frame)
        /// Another archived instance is shown for it: one was made of the other by a change of references alone.
        case replaced(by: Int)
        /// All its frames are archived as classic instances, which are shown.
        case linkedFrames
    }

    /// Classic instances that become one multi-frame instance.
    struct Group {
        var plan: EnhancedPlan
        var series: SeriesIdentity
        var sopClassUID: String
    }

    /// A multi-frame instance that is taken apart.
    struct MultiFrame {
        var source: Int
        var family: ConversionFamily
        var series: SeriesIdentity
        /// The members of its concatenation in the order of their frames (C-9), itself alone if it is of none.
        var members: [Int]
        /// Frames before those of this one in the new Series.
        var precedingFrames = 0
    }

    let view: View
    /// By index of the summary.
    private(set) var places: [Place]
    private(set) var groups: [Group] = []
    private(set) var multiFrames: [MultiFrame] = []
    /// Why instances that the view would convert are not converted.
    private(set) var reasons: [Int: ConversionReason] = [:]

    private init(view: View, _ patient: PlannedPatient) {
        self.view = view
        places = Array(repeating: .shown, count: patient.summaries.count)
    }

    /// Of an instance and what was made of it for this view, that is shown, where the archive has what it refers to; of what was
    /// made for the other, the instance.
    private mutating func placeReplaced(_ patient: PlannedPatient) {
        for pair in patient.pairs {
            if pair.view == view, pair.isUpdatedShown, case .shown = places[pair.original] {
                places[pair.original] = .replaced(by: pair.updated)
            } else {
                places[pair.updated] = .replaced(by: pair.original)
            }
        }
    }

    // MARK: Classic to Enhanced

    static func toEnhanced(_ patient: PlannedPatient) -> ViewConversion {
        var conversion = ViewConversion(view: .enhanced, patient)
        conversion.placeReplaced(patient)
        var images: [Int] = []
        for index in patient.order where patient.summaries[index].classicFamily != nil {
            if case .replaced = conversion.places[index] { continue }
            if let frame = patient.links.frameOfClassic[index] {
                conversion.places[index] = .linked(frame)
            } else if let reason = patient.exclusions[index] ?? patient.summaries[index].obstacle {
                conversion.reasons[index] = reason
            } else {
                images.append(index)
            }
        }
        let planner = GroupPlanner(summaries: patient.summaries)
        for candidates in ImageGrouping(summaries: patient.summaries).candidates(among: images) {
            for group in planner.groups(of: candidates) { conversion.add(group, patient.summaries) }
        }
        conversion.sortGroups(patient.summaries)
        conversion.numberGroups(patient.summaries)
        return conversion
    }

    private mutating func add(_ group: GroupPlanner.Group, _ summaries: [InstanceSummary]) {
        guard let first = group.frames.first.map({ summaries[$0.source] }), let family = first.classicFamily else {
            return
        }
        // neither stated nor to be had from the distance of the planes.
        if first.image?.sliceThickness == nil, group.regularSpacing == nil {
            for frame in group.frames {
                reasons[frame.source] = ConversionReason(.missingAttribute, tag: Tag(0x0018, 0x0050))
            }
            return
        }
        let plan = EnhancedPlan(
            frames: group.frames, axes: group.axes, stackID: "1", instanceNumber: 0,
            regularSpacing: group.regularSpacing,
            isTrueEnhanced: first.trueEnhancedKey != 0
                && group.frames.allSatisfy { summaries[$0.source].trueEnhancedKey == first.trueEnhancedKey })
        let target = plan.isTrueEnhanced ? family.enhanced : family.legacyConverted
        groups.append(Group(plan: plan, series: SeriesIdentity(of: first, kind: target), sopClassUID: target))
    }

    /// Groups by the SOP Instance UID of their first frames; from here on their frames are found in `places`.
    private mutating func sortGroups(_ summaries: [InstanceSummary]) {
        let firstUIDs = groups.map { $0.plan.frames.first.map { summaries[$0.source].sopInstanceUID } ?? "" }
        groups = groups.indices.sorted { firstUIDs[$0].utf8.lexicographicallyPrecedes(firstUIDs[$1].utf8) }
            .map { groups[$0] }
        for (number, group) in groups.enumerated() {
            for (frameIndex, frame) in group.plan.frames.enumerated() {
                places[frame.source] = .frame(group: number, frameIndex: frameIndex)
            }
        }
    }

    /// Digest 2.6: the lowest Instance Number of the sources where all sources of the new Series have one of their own, else
    /// the ordinal of the group by lowest Instance Number and SOP Instance UID.
    private mutating func numberGroups(_ summaries: [InstanceSummary]) {
        for (_, members) in Dictionary(grouping: groups.indices, by: { groups[$0].series }) {
            let numbers = members.flatMap { groups[$0].plan.frames.map { summaries[$0.source].instanceNumber } }
            let isTold = !numbers.contains(nil) && Set(numbers).count == numbers.count
            func key(_ group: Int) -> (Int, Int) {
                (groups[group].plan.frames.compactMap { summaries[$0.source].instanceNumber }.min() ?? .max, group)
            }
            let keyed = members.map { key($0) }.sorted { $0 < $1 }
            for (ordinal, (lowest, group)) in keyed.enumerated() {
                groups[group].plan.instanceNumber = isTold ? lowest : ordinal + 1
            }
        }
    }

    // MARK: Enhanced to classic

    static func toClassic(_ patient: PlannedPatient) -> ViewConversion {
        var conversion = ViewConversion(view: .classic, patient)
        conversion.placeReplaced(patient)
        let ambiguous = ambiguousPETImages(patient)
        let covered = coveredConcatenations(patient)
        for index in patient.order {
            let summary = patient.summaries[index]
            guard let family = summary.multiFrameFamily else { continue }
            if case .replaced = conversion.places[index] { continue }
            if isCovered(index, patient, covered) {
                conversion.places[index] = .linkedFrames
            } else if let reason = summary.obstacle ?? patient.exclusions[index] ?? ambiguous[index] {
                conversion.reasons[index] = reason
                conversion.placeCovered(by: index, patient)
            } else {
                conversion.places[index] = .frames(multiFrame: conversion.multiFrames.count)
                conversion.multiFrames.append(
                    MultiFrame(
                        source: index, family: family, series: SeriesIdentity(of: summary, kind: family.classic),
                        members: patient.concatenations.whole(with: index)?.members ?? [index]))
            }
        }
        conversion.numberFrames(patient.summaries)
        return conversion
    }

    /// Whether classic instances of the archive stand for all frames of an instance; of a concatenation that is not whole, for all
    /// frames of all its members, which are one image as far as they go.
    private static func isCovered(_ index: Int, _ patient: PlannedPatient, _ concatenations: Set<Int>) -> Bool {
        if let number = patient.concatenations.ofMember[index], patient.concatenations.all[number].fault != nil {
            return concatenations.contains(number)
        }
        return patient.links.isCovered(index, patient.summaries)
    }

    /// Those that are not whole and of whose members the archive has all frames as classic instances.
    private static func coveredConcatenations(_ patient: PlannedPatient) -> Set<Int> {
        let numbers = patient.concatenations.all.indices.filter { number in
            let concatenation = patient.concatenations.all[number]
            return concatenation.fault != nil
                && concatenation.members.allSatisfy { patient.links.isCovered($0, patient.summaries) }
                && concatenation.frames(patient.summaries) != nil
        }
        return Set(numbers)
    }

    /// A multi-frame instance that is not taken apart is shown for what there is of its frames as classic instances.
    private mutating func placeCovered(by index: Int, _ patient: PlannedPatient) {
        for frame in patient.links.framesOfSource[index] ?? [] {
            guard let classic = patient.links.classicOfFrame[frame], case .shown = places[classic] else { continue }
            places[classic] = .linked(frame)
        }
    }

    /// PET images of which several would become one classic Series, which each of them describes by its own frames: how the times
    /// and slices of all go together, no one of them tells. The members of a concatenation are one image.
    private static func ambiguousPETImages(_ patient: PlannedPatient) -> [Int: ConversionReason] {
        let images = patient.order.filter { patient.summaries[$0].describesPETSeries }
        var reasons: [Int: ConversionReason] = [:]
        let series = Dictionary(grouping: images) {
            SeriesIdentity(of: patient.summaries[$0], kind: ConversionFamily.pet.classic)
        }
        for members in series.values {
            let count = Set(members.map { patient.concatenations.whole(with: $0)?.members.first ?? $0 }).count
            for index in members where count > 1 {
                reasons[index] = ConversionReason(
                    .missingAttribute, tag: Tag(0x0054, 0x1000), "of \(count) images in one Series")
            }
        }
        return reasons
    }

    /// Digest 2.6: frames are numbered on through the new Series, multi-frame instances by Instance Number and SOP Instance UID;
    /// the members of a concatenation one behind the other, where its first is.
    private mutating func numberFrames(_ summaries: [InstanceSummary]) {
        let numberOfSource = Dictionary(uniqueKeysWithValues: multiFrames.enumerated().map { ($1.source, $0) })
        for (_, inSeries) in Dictionary(grouping: multiFrames.indices, by: { multiFrames[$0].series }) {
            // Members of a concatenation once.
            let images = Dictionary(inSeries.map { (multiFrames[$0].members[0], $0) }) { first, _ in first }.sorted {
                (summaries[$0.key].instanceNumber ?? .max, $0.value) < (
                    summaries[$1.key].instanceNumber ?? .max, $1.value
                )
            }
            var count = 0
            for image in images {
                for member in multiFrames[image.value].members {
                    // Of a member whose frames are all archived as classic instances nothing is to be numbered.
                    if let number = numberOfSource[member] { multiFrames[number].precedingFrames = count }
                    count += summaries[member].numberOfFrames
                }
            }
        }
    }
}
