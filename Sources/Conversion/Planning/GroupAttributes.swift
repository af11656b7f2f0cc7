/// Along what the images of a group differ, and how they are told apart.
struct GroupAttributes {
    let positions: StackPositions
    let images: [ImageFacts]
    let summaries: [InstanceSummary]
    let echoes: Ranks
    let bValues: Ranks
    /// How many images each place has, and how many the one with the most of them.
    let imagesAtPlaces: [Int]
    let mostAtOnePlace: Int

    /// - Parameter summaries: those of `images`, ascending by SOP Instance UID.
    init(_ images: [ImageFacts], _ summaries: [InstanceSummary]) {
        self.images = images
        self.summaries = summaries
        positions = StackPositions(images)
        // Milliseconds and s/mm2, as numbers written with few or many digits.
        echoes = Ranks(images.map(\.echoTime), gap: 0.005)
        bValues = Ranks(images.map(\.diffusionBValue), gap: 0.5)
        var counts = [Int](repeating: 0, count: positions.count)
        for position in positions.indices { counts[position] += 1 }
        imagesAtPlaces = counts
        mostAtOnePlace = counts.max() ?? 0
    }

    private var hasRepeatedPositions: Bool { positions.count < images.count }

    /// All members as one instance; nil if they have to be split.
    func grid() -> FrameGrid? {
        if positions.hasLayers { return nil }
        let withoutTime = FrameGrid(positions: positions, axes: [(.echoTime, echoes), (.diffusionBValue, bValues)])
        if let withoutTime, !hasRepeatedPositions { return withoutTime }
        let marks = volumeMarks
        if let withoutTime, isUniform(withoutTime, marks) { return withoutTime }
        guard hasRepeatedPositions, timings.allSatisfy({ $0.count == 1 }) else { return nil }
        for times in statedTimes where times.count > 1 {
            if let grid = grid(times: times, marks) { return grid }
        }
        if let grid = directionGrid(marks) { return grid }
        // Where the images say which time they are of, none is made up that says otherwise.
        guard !isTelling(temporalPositions) else { return nil }
        for times in [Ranks(images.map(\.triggerTime)), acquisitionTimes] {
            if let ranked = order(times).nthOfEachPlace, let grid = grid(times: ranked, marks) { return grid }
        }
        return nil
    }

    private func grid(times: Ranks, _ marks: [Ranks]) -> FrameGrid? {
        let all = FrameGrid(
            positions: positions,
            axes: [(.temporalPosition, times), (.echoTime, echoes), (.diffusionBValue, bValues)])
        if let all, isUniform(all, marks) { return all }
        guard times.determines(echoes), times.determines(bValues),
            let grid = FrameGrid(positions: positions, axes: [(.temporalPosition, times)]), isUniform(grid, marks)
        else { return nil }
        return grid
    }

    /// Directions as an axis where they fill it, and each has one b-value.
    private func directionGrid(_ marks: [Ranks]) -> FrameGrid? {
        let directions = directions
        guard directions.count > 1, directions.determines(bValues),
            let grid = FrameGrid(
                positions: positions, axes: [(.diffusionGradientOrientation, directions), (.echoTime, echoes)]),
            isUniform(grid, marks)
        else { return nil }
        return grid
    }

    /// Whether nothing mixes within a volume that has no axis: diffusion directions, which may go with time or b-values, and what
    /// else tells volumes apart.
    private func isUniform(_ grid: FrameGrid, _ marks: [Ranks]) -> Bool {
        var volumes = [Int](repeating: 0, count: images.count)
        var number: [[Int]: Int] = [:]
        for cell in grid.cells {
            let next = number.count
            volumes[cell.member] = number[cell.axisIndices, default: next]
            number[cell.axisIndices] = volumes[cell.member]
        }
        let ranks = Ranks(indices: volumes, count: number.count)
        return ranks.determines(directions) && marks.allSatisfy { !isTelling($0) || ranks.determines($0) }
    }

    /// Whether images at the same places differ in it as volumes do: it has hardly more values than there are volumes, where what is
    /// set slice by slice has far more, and parts at least some images of one place.
    func isTelling(_ ranks: Ranks) -> Bool {
        ranks.count > 1 && ranks.count <= 2 * mostAtOnePlace
            && repetitions(within: ranks) < images.count - positions.count
    }

    /// How many images have the value and the place of another before them.
    func repetitions(within ranks: Ranks) -> Int {
        var seen: Set<[Int]> = []
        return zip(ranks.indices, positions.indices).reduce(0) { $0 + (seen.insert([$1.0, $1.1]).inserted ? 0 : 1) }
    }

    // MARK: Attributes

    /// Attributes that make other images of the same place, and that no axis stands for.
    var timings: [Ranks] {
        [
            Ranks(images.map(\.repetitionTime), gap: 0.01, relativeGap: 1e-3),
            Ranks(images.map(\.inversionTime), gap: 0.01, relativeGap: 1e-3),
            Ranks(images.map(\.flipAngle), gap: 0.1),
        ]
    }

    var directions: Ranks { Ranks(directions: images.map(\.gradientOrientation)) }

    var acquisitionTimes: Ranks { Ranks(images.map(\.acquisitionDateTime)) }

    var instanceNumbers: Ranks { Ranks(summaries.map { $0.instanceNumber.map(Double.init) }) }

    private var temporalPositions: Ranks { Ranks(images.map(\.temporalPositionIdentifier)) }

    /// Attributes whose value may be one for all images of a volume, the most reliable first.
    var statedTimes: [Ranks] {
        [
            temporalPositions,
            Ranks(images.map(\.frameReferenceTime)),
            Ranks(images.map(\.acquisitionNumber)),
            Ranks(images.map(\.triggerTime)),
            acquisitionTimes,
        ]
    }

    /// Those that have several values.
    var volumeMarks: [Ranks] {
        guard let first = images.first?.volumeMarks else { return [] }
        return first.indices.compactMap { mark in
            let values = images.map { $0.volumeMarks.indices.contains(mark) ? $0.volumeMarks[mark] : 0 }
            return values.allSatisfy { $0 == first[mark] } ? nil : Ranks(marks: values)
        }
    }

    // MARK: Places

    func order(_ ranks: Ranks) -> AcquisitionOrder { AcquisitionOrder(ranks, positions, most: mostAtOnePlace) }
}
