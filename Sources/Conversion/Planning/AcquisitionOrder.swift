/// The images of a group in the order of their times or numbers, and which volumes that order shows.
struct AcquisitionOrder {
    private let order: Ranks
    private let positions: StackPositions
    /// How many images the place with the most of them has.
    private let most: Int

    init(_ order: Ranks, _ positions: StackPositions, most: Int) {
        self.order = order
        self.positions = positions
        self.most = most
    }

    private var members: Range<Int> { order.indices.indices }

    /// The n-th image of each place as the n-th volume; nil unless every place has equally many, none tie, and the volumes follow
    /// each other without overlap or with the same step at every place: otherwise a missing image would shift all that follow.
    var nthOfEachPlace: Ranks? {
        guard most > 1, most * positions.count == members.count else { return nil }
        var byPlace = [[Int]](repeating: [], count: positions.count)
        for member in members { byPlace[positions.indices[member]].append(member) }
        var volumes = [Int](repeating: 0, count: members.count)
        var values: [[Int]] = []
        for place in byPlace {
            guard place.count == most else { return nil }
            let sorted = place.sorted { order.indices[$0] < order.indices[$1] }
            let ranks = sorted.map { order.indices[$0] }
            guard Set(ranks).count == ranks.count else { return nil }
            for (volume, member) in sorted.enumerated() { volumes[member] = volume }
            values.append(ranks)
        }
        guard Self.followWithoutOverlap(values) || Self.haveEqualSteps(values) else { return nil }
        return Ranks(indices: volumes, count: most)
    }

    /// - Parameter values: by place and volume.
    private static func followWithoutOverlap(_ values: [[Int]]) -> Bool {
        guard let count = values.first?.count else { return false }
        for volume in 1..<count {
            let before = values.map { $0[volume - 1] }.max() ?? 0
            if values.contains(where: { $0[volume] <= before }) { return false }
        }
        return true
    }

    private static func haveEqualSteps(_ values: [[Int]]) -> Bool {
        guard let first = values.first else { return false }
        let steps = zip(first.dropFirst(), first).map { $0 - $1 }
        return values.allSatisfy { zip($0.dropFirst(), $0).map { $0 - $1 } == steps }
    }

    /// Volumes that lack images, a new one where a place comes again; nil where that may mix them.
    ///
    /// It cannot where whole volumes go through the places in one order, and those that lack some begin and end as these do. A
    /// volume without its first or last image may as well have one of its neighbour's; a scanner that goes from place to place
    /// makes no whole volume; and a place that most volumes lack is none of theirs.
    var runs: Ranks? {
        let sorted = members.sorted { (order.indices[$0], $0) < (order.indices[$1], $1) }
        var isTaken: Set<[Int]> = []
        var volumes = [Int](repeating: 0, count: members.count)
        var runs: [[Int]] = [[]]
        var places: Set<Int> = []
        for member in sorted {
            let place = positions.indices[member]
            guard isTaken.insert([place, order.indices[member]]).inserted else { return nil }
            if !places.insert(place).inserted {
                runs.append([])
                places = [place]
            }
            runs[runs.count - 1].append(place)
            volumes[member] = runs.count - 1
        }
        guard runs.count > 1, let whole = runs.first(where: { $0.count == positions.count }) else { return nil }
        var frequency = [Int](repeating: 0, count: positions.count)
        for place in runs.joined() { frequency[place] += 1 }
        guard frequency.allSatisfy({ $0 * 2 >= runs.count }) else { return nil }
        var step = [Int](repeating: 0, count: positions.count)
        for (number, place) in whole.enumerated() { step[place] = number }
        for run in runs {
            let steps = run.map { step[$0] }
            guard steps.first == 0, steps.last == whole.count - 1, zip(steps, steps.dropFirst()).allSatisfy({ $0 < $1 })
            else { return nil }
        }
        return Ranks(indices: volumes, count: runs.count)
    }
}
