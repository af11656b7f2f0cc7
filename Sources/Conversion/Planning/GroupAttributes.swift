/// Along what the images of a group differ, and how they are told apart.
struct GroupAttributes {
    let positions: StackPositions
    private let images: [ImageFacts]
    private let summaries: [InstanceSummary]
    private let echoes: Ranks
    private let bValues: Ranks

    /// - Parameter summaries: those of `images`, ascending by SOP Instance UID.
    init(_ images: [ImageFacts], _ summaries: [InstanceSummary]) {
        self.images = images
        self.summaries = summaries
        positions = StackPositions(images)
        // Milliseconds and s/mm2, as numbers written with few or many digits.
        echoes = Ranks(images.map(\.echoTime), gap: 0.005)
        bValues = Ranks(images.map(\.diffusionBValue), gap: 0.5)
    }

    private var hasRepeatedPositions: Bool { positions.count < images.count }

    // MARK: One instance

    /// All members as one instance; nil if they have to be split.
    func grid() -> FrameGrid? {
        if positions.hasLayers { return nil }
        let withoutTime = FrameGrid(
            positions: positions, axes: [(.echoTime, echoes), (.diffusionBValue, bValues)])
        if let withoutTime { return withoutTime }
        guard hasRepeatedPositions, timings.allSatisfy({ $0.count == 1 }) else { return nil }
        for times in statedTimes where times.count > 1 {
            if let grid = grid(times: times) { return grid }
        }
        for times in [rankedTimes(by: Ranks(images.map(\.triggerTime))), rankedTimes(by: acquisitionTimes)] {
            if let times, let grid = grid(times: times) { return grid }
        }
        return rankedTimes(by: Ranks(summaries.map { $0.instanceNumber.map(Double.init) })).flatMap { grid(times: $0) }
    }

    private func grid(times: Ranks) -> FrameGrid? {
        // Diffusion directions have no axis: they may go with time, as b-values may, but must not mix within one volume.
        guard times.determines(directions) else { return nil }
        let all = FrameGrid(
            positions: positions,
            axes: [(.temporalPosition, times), (.echoTime, echoes), (.diffusionBValue, bValues)])
        if let all { return all }
        guard times.determines(echoes), times.determines(bValues) else { return nil }
        return FrameGrid(positions: positions, axes: [(.temporalPosition, times)])
    }

    /// Attributes that make other images of the same place, and that no axis stands for.
    private var timings: [Ranks] {
        [
            Ranks(images.map(\.repetitionTime), gap: 0.01, relativeGap: 1e-3),
            Ranks(images.map(\.inversionTime), gap: 0.01, relativeGap: 1e-3),
            Ranks(images.map(\.flipAngle), gap: 0.1),
        ]
    }

    private var directions: Ranks { Ranks(directions: images.map(\.gradientOrientation)) }

    private var acquisitionTimes: Ranks { Ranks(images.map(\.acquisitionDateTime)) }

    /// Attributes whose value may be one for all images of a volume, the most reliable first.
    private var statedTimes: [Ranks] {
        [
            Ranks(images.map(\.temporalPositionIdentifier)),
            Ranks(images.map(\.frameReferenceTime)),
            Ranks(images.map(\.acquisitionNumber)),
            Ranks(images.map(\.triggerTime)),
            acquisitionTimes,
        ]
    }

    /// The n-th image of each position as the n-th volume, by `order`; nil unless every position has equally many, none tie,
    /// and the volumes follow each other without overlap or with the same step at every position: otherwise a missing image
    /// would shift all that follow.
    private func rankedTimes(by order: Ranks) -> Ranks? {
        let repeats = images.count / max(1, positions.count)
        guard repeats > 1, repeats * positions.count == images.count else { return nil }
        var byPosition = [[Int]](repeating: [], count: positions.count)
        for member in images.indices { byPosition[positions.indices[member]].append(member) }
        var times = [Int](repeating: 0, count: images.count)
        var values: [[Int]] = []
        for members in byPosition {
            guard members.count == repeats else { return nil }
            let sorted = members.sorted { order.indices[$0] < order.indices[$1] }
            let ranks = sorted.map { order.indices[$0] }
            guard Set(ranks).count == ranks.count else { return nil }
            for (time, member) in sorted.enumerated() { times[member] = time }
            values.append(ranks)
        }
        guard Self.followWithoutOverlap(values) || Self.haveEqualSteps(values) else { return nil }
        return Ranks(indices: times, count: repeats)
    }

    /// - Parameter values: by position and time.
    private static func followWithoutOverlap(_ values: [[Int]]) -> Bool {
        guard let count = values.first?.count else { return false }
        for time in 1..<count {
            let before = values.map { $0[time - 1] }.max() ?? 0
            if values.contains(where: { $0[time] <= before }) { return false }
        }
        return true
    }

    private static func haveEqualSteps(_ values: [[Int]]) -> Bool {
        guard let first = values.first else { return false }
        let steps = zip(first.dropFirst(), first).map { $0 - $1 }
        return values.allSatisfy { zip($0.dropFirst(), $0).map { $0 - $1 } == steps }
    }

    // MARK: Several instances

    /// How members that fill no grid are parted. Always at least two parts, so that splitting ends.
    func split() -> Ranks {
        if positions.hasLayers {
            return Ranks(indices: positions.layers, count: (positions.layers.max() ?? 0) + 1)
        }
        for ranks in [echoes, bValues] where ranks.count > 1 { return ranks }
        for ranks in timings where ranks.count > 1 { return ranks }
        let most = mostAtOnePosition
        // As many values as images at a place, or hardly more: these tell volumes apart. Far more: each slice has its own.
        for ranks in statedTimes where ranks.count > 1 && ranks.count <= 2 * most && tellsApart(ranks) { return ranks }
        if directions.count > 1 { return directions }
        return repeats
    }

    private var mostAtOnePosition: Int {
        var counts = [Int](repeating: 0, count: positions.count)
        for position in positions.indices { counts[position] += 1 }
        return counts.max() ?? 0
    }

    private func tellsApart(_ ranks: Ranks) -> Bool {
        var seen: Set<[Int]> = []
        return zip(ranks.indices, positions.indices).allSatisfy { seen.insert([$0, $1]).inserted }
    }

    /// The first image of each place, the second, ...: by acquisition time, Instance Number, SOP Instance UID.
    private var repeats: Ranks {
        let times = acquisitionTimes
        let order = images.indices.sorted {
            (times.indices[$0], summaries[$0].instanceNumber ?? .max, $0)
                < (times.indices[$1], summaries[$1].instanceNumber ?? .max, $1)
        }
        var counts = [Int](repeating: 0, count: positions.count)
        var indices = [Int](repeating: 0, count: images.count)
        for member in order {
            indices[member] = counts[positions.indices[member]]
            counts[positions.indices[member]] += 1
        }
        return Ranks(indices: indices, count: counts.max() ?? 1)
    }
}
