/// Makes multi-frame instances of images that are alike: one for all where they fill a grid of positions, echoes, b-values
/// and times, else several (digest section 3). What it makes of some images depends on these images alone.
struct GroupPlanner {
    let summaries: [InstanceSummary]

    struct Group {
        /// Indices of summaries, positions and axis indices from 1, in frame order.
        var frames: [EnhancedPlan.Frame]
        var axes: [DimensionAxis]
        var regularSpacing: Double?
    }

    /// - Parameter members: indices of summaries, ascending by SOP Instance UID.
    func groups(of members: [Int]) -> [Group] {
        var groups: [Group] = []
        // A list of work in place of recursion: a split into many parts must not go as deep as there are parts.
        var pending = [members]
        while let members = pending.popLast() {
            if members.isEmpty { continue }
            let attributes = GroupAttributes(members.compactMap { summaries[$0].image }, members.map { summaries[$0] })
            if let grid = attributes.grid() {
                groups += limited(group(grid, attributes, members))
            } else {
                let ranks = attributes.split()
                var parts = [[Int]](repeating: [], count: ranks.count)
                for (member, rank) in zip(members, ranks.indices) { parts[rank].append(member) }
                pending += parts
            }
        }
        return groups
    }

    private func group(_ grid: FrameGrid, _ attributes: GroupAttributes, _ members: [Int]) -> Group {
        Group(
            frames: grid.cells.map {
                EnhancedPlan.Frame(
                    source: members[$0.member], inStackPositionNumber: $0.position + 1,
                    axisIndices: $0.axisIndices.map { $0 + 1 })
            },
            axes: grid.axes, regularSpacing: attributes.positions.regularSpacing)
    }

    // MARK: Size

    /// The longest native Pixel Data: an even 32-bit length that is not "undefined" (PS3.5 7.1).
    static let maximumPixelDataLength = 0xFFFF_FFFE

    /// Splits what is too long for one Pixel Data element: by the slowest axis as long as there is one, then by frame count.
    private func limited(_ group: Group) -> [Group] {
        guard let first = group.frames.first, let length = summaries[first.source].image?.nativeFrameLength, length > 0
        else {
            return [group]
        }
        return Self.split(group, framesAtMost: max(1, Self.maximumPixelDataLength / length)).map { part in
            var part = part
            if part.axes.isEmpty {
                part.regularSpacing =
                    StackPositions(part.frames.compactMap { summaries[$0.source].image }).regularSpacing
            }
            return part
        }
    }

    static func split(_ group: Group, framesAtMost maximum: Int) -> [Group] {
        guard group.frames.count > maximum else { return [group] }
        guard !group.axes.isEmpty, let slowest = group.frames.last?.axisIndices.first else {
            return stride(from: 0, to: group.frames.count, by: maximum).map { start in
                let frames = group.frames[start..<min(start + maximum, group.frames.count)]
                return Group(
                    frames: frames.enumerated().map { offset, frame in
                        EnhancedPlan.Frame(source: frame.source, inStackPositionNumber: offset + 1, axisIndices: [])
                    },
                    axes: [], regularSpacing: nil)
            }
        }
        let framesOfIndex = group.frames.count / slowest
        let indicesAtMost = maximum / framesOfIndex
        if indicesAtMost <= 1 {
            // Each index of the slowest axis by itself, without that axis.
            return (0..<slowest).flatMap { index in
                var part = group
                part.axes.removeFirst()
                part.frames = group.frames[index * framesOfIndex..<(index + 1) * framesOfIndex].map { frame in
                    var frame = frame
                    frame.axisIndices.removeFirst()
                    return frame
                }
                return split(part, framesAtMost: maximum)
            }
        }
        return stride(from: 0, to: slowest, by: indicesAtMost).map { start in
            let end = min(start + indicesAtMost, slowest)
            var part = group
            part.frames = group.frames[start * framesOfIndex..<end * framesOfIndex].map { frame in
                var frame = frame
                frame.axisIndices[0] -= start
                return frame
            }
            if end - start == 1 {
                part.axes.removeFirst()
                for index in part.frames.indices { part.frames[index].axisIndices.removeFirst() }
            }
            return part
        }
    }
}
