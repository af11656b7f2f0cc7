internal import DICOM

/// A concatenation of the archive (C-9): its members are one logical multi-frame image.
struct Concatenation {
    /// Concatenation UID (0020,9161).
    let uid: String
    /// SOP Instance UID of Concatenation Source (0020,0242) where all members name the same one, else empty.
    let sourceUID: String
    /// Indices of summaries in the order of their frames.
    let members: [Int]
    /// Why the members cannot be taken for one image; nil if they are all there and fit together.
    let fault: ConversionReason?
}

extension Concatenation {
    /// A frame of the image that was cut.
    enum Frame {
        case present(member: Int, frameIndex: Int)
        /// Of a member that is not in the archive.
        case absent
    }

    /// The frames of the image that was cut, as far as they are known; nil if the members do not say which frames they have, or
    /// have some twice.
    func frames(_ summaries: [InstanceSummary]) -> [Frame]? {
        var frames: [Frame] = []
        var presentCount = 0
        for member in members {
            guard let offset = summaries[member].concatenation?.frameOffset,
                offset >= frames.count, offset <= presentCount + Self.mostMissing
            else { return nil }
            frames += Array(repeating: .absent, count: offset - frames.count)
            presentCount += summaries[member].numberOfFrames
            frames += (0..<summaries[member].numberOfFrames).map { .present(member: member, frameIndex: $0) }
        }
        return frames
    }

    /// More frames cannot be missing but by mistake.
    private static let mostMissing = 1 << 16
}

/// Which instances of a Patient are members of one concatenation.
struct Concatenations {
    /// Ascending by UID.
    private(set) var all: [Concatenation] = []
    /// Index in `all`, by index of the summary.
    private(set) var ofMember: [Int: Int] = [:]
    /// Index in `all`, by the UID of the concatenation's source, where it is the source of one.
    private(set) var ofSource: [String: Int] = [:]

    /// - Parameter order: indices, ascending by SOP Instance UID.
    init(_ summaries: [InstanceSummary], order: [Int]) {
        let byUID = Dictionary(grouping: order.filter { summaries[$0].concatenation != nil }) {
            summaries[$0].concatenation?.concatenationUID ?? ""
        }
        var ambiguous: Set<String> = []
        for (uid, members) in byUID.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
            let concatenation = Self.concatenation(uid, members, summaries)
            for member in concatenation.members { ofMember[member] = all.count }
            if !concatenation.sourceUID.isEmpty,
                ofSource.updateValue(all.count, forKey: concatenation.sourceUID) != nil
            {
                ambiguous.insert(concatenation.sourceUID)
            }
            all.append(concatenation)
        }
        for uid in ambiguous { ofSource[uid] = nil }
    }

    /// The concatenation, whole and consistent, that an instance is a member of.
    func whole(with index: Int) -> Concatenation? {
        ofMember[index].map { all[$0] }.flatMap { $0.fault == nil ? $0 : nil }
    }

    /// Images are cut so that files have some hundred megabytes. Every frame depends on all members, so that there is a limit.
    static let mostMembers = 1000

    private static func concatenation(
        _ uid: String, _ unsorted: [Int], _ summaries: [InstanceSummary]
    ) -> Concatenation {
        // Stable: members without an offset, or with the same, stay in the order of their UIDs.
        let members = unsorted.enumerated().sorted {
            (summaries[$0.element].concatenation?.frameOffset ?? .max, $0.offset)
                < (summaries[$1.element].concatenation?.frameOffset ?? .max, $1.offset)
        }.map(\.element)
        let sources = Set(members.map { summaries[$0].concatenation?.sourceUID ?? "" })
        return Concatenation(
            uid: uid, sourceUID: sources.count == 1 ? sources.first ?? "" : "", members: members,
            fault: fault(members, summaries))
    }

    private static func fault(_ members: [Int], _ summaries: [InstanceSummary]) -> ConversionReason? {
        guard let first = members.first.map({ summaries[$0] }) else { return nil }
        if members.count > mostMembers {
            return ConversionReason(.concatenation, tag: .concatenationUID, "\(members.count) members")
        }
        func fault(_ tag: Tag, _ detail: String) -> ConversionReason {
            ConversionReason(.concatenation, tag: tag, detail)
        }
        if members.contains(where: { summaries[$0].concatenation?.frameOffset == nil }) {
            return fault(.concatenationFrameOffsetNumber, "a member does not say which frames it has")
        }
        var next = 0
        for member in members.map({ summaries[$0] }) {
            let differing: Tag? =
                if member.concatenation?.sourceUID != first.concatenation?.sourceUID {
                    .sopInstanceUIDOfConcatenationSource
                } else if member.sopClassUID != first.sopClassUID {
                    .sopClassUID
                } else if member.studyInstanceUID != first.studyInstanceUID {
                    .studyInstanceUID
                } else if member.seriesInstanceUID != first.seriesInstanceUID {
                    .seriesInstanceUID
                } else if member.rows != first.rows {
                    .rows
                } else if member.columns != first.columns {
                    .columns
                } else {
                    nil
                }
            if let differing { return fault(differing, "the members disagree") }
            let offset = member.concatenation?.frameOffset ?? 0
            if offset < next { return fault(.concatenationFrameOffsetNumber, "frame \(offset + 1) is there twice") }
            if offset > next {
                return fault(.concatenationFrameOffsetNumber, "frames \(next + 1) to \(offset) are missing")
            }
            next += member.numberOfFrames
        }
        if let total = members.compactMap({ summaries[$0].concatenation?.totalNumber }).max(), total != members.count {
            return fault(.inConcatenationTotalNumber, "\(members.count) of \(total) members")
        }
        return members.compactMap { index in summaries[index].obstacle.map { (index, $0) } }.first.map {
            index, reason in
            fault(.concatenationUID, "\(summaries[index].sopInstanceUID): \(reason)")
        }
    }
}

extension PlannedPatient {
    /// Members of a concatenation that is not whole are no image that could be converted; one that cannot be, takes the others
    /// with it.
    static func consistent(
        _ summaries: [InstanceSummary], _ exclusions: [Int: ConversionReason], _ concatenations: Concatenations
    ) -> ([InstanceSummary], [Int: ConversionReason]) {
        var (summaries, exclusions) = (summaries, exclusions)
        for concatenation in concatenations.all {
            for member in concatenation.members
            where summaries[member].multiFrameFamily != nil && summaries[member].obstacle == nil {
                summaries[member].obstacle = concatenation.fault
            }
            let failed = concatenation.members.filter { exclusions[$0] != nil }
            guard let first = failed.first, let reason = exclusions[first] else { continue }
            for member in concatenation.members where exclusions[member] == nil {
                exclusions[member] = ConversionReason(
                    .concatenation, tag: .concatenationUID, "\(summaries[first].sopInstanceUID): \(reason)")
            }
        }
        return (summaries, exclusions)
    }
}
