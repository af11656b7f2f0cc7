/// The members of a group as cells of a grid: stack position times index on each axis.
struct FrameGrid {
    /// Positions in `members`, in frame order: axes slowest, stack position fastest, so that volumes are contiguous.
    struct Cell {
        let member: Int
        let position: Int
        /// From 0, one for each axis.
        let axisIndices: [Int]
    }

    let axes: [DimensionAxis]
    let cells: [Cell]

    /// The grid of `positions` and `axes`; nil unless every cell has exactly one member. Axes along which nothing varies are
    /// left out.
    init?(positions: StackPositions, axes candidates: [(DimensionAxis, Ranks)]) {
        let varying = candidates.filter { $0.1.count > 1 }
        var size = positions.count
        for (_, ranks) in varying {
            let (product, overflow) = size.multipliedReportingOverflow(by: ranks.count)
            if overflow || product > positions.indices.count { return nil }
            size = product
        }
        guard size == positions.indices.count else { return nil }
        var members = [Int?](repeating: nil, count: size)
        for member in positions.indices.indices {
            let volume = varying.reduce(0) { $0 * $1.1.count + $1.1.indices[member] }
            let cell = volume * positions.count + positions.indices[member]
            if members[cell] != nil { return nil }
            members[cell] = member
        }
        axes = varying.map(\.0)
        cells = members.compactMap { $0 }.map { member in
            Cell(
                member: member, position: positions.indices[member], axisIndices: varying.map { $0.1.indices[member] })
        }
    }
}

/// Values of one attribute over the members of a group, as indices into its distinct values in ascending order.
struct Ranks {
    /// For each member, from 0.
    let indices: [Int]
    /// How many distinct values there are.
    let count: Int

    /// Numbers that lie nearer to their neighbour than `gap` are one value. Members without a value come first, as a value of
    /// their own (digest section 3: one index for "no value").
    init(_ values: [Double?], gap: Double = 0, relativeGap: Double = 0) {
        let distinct = Set(values.compactMap { $0 }).sorted()
        var rank: [Double: Int] = [:]
        var next = values.contains { $0 == nil } ? 1 : 0
        var last: Double?
        for value in distinct {
            if let last, value - last <= max(gap, abs(value) * relativeGap) { next -= 1 }
            rank[value] = next
            next += 1
            last = value
        }
        indices = values.map { $0.flatMap { rank[$0] } ?? 0 }
        count = next
    }

    init(indices: [Int], count: Int) {
        self.indices = indices
        self.count = count
    }

    /// Texts, as bytes.
    init(_ texts: [String]) {
        let distinct = Set(texts).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        let rank = Dictionary(distinct.enumerated().map { ($0.element, $0.offset) }) { first, _ in first }
        indices = texts.map { rank[$0] ?? 0 }
        count = distinct.count
    }

    /// Digests of values, in any order.
    init(marks: [UInt32]) {
        var rank: [UInt32: Int] = [:]
        indices = marks.map { mark in
            if let known = rank[mark] { return known }
            rank[mark] = rank.count
            return rank.count - 1
        }
        count = rank.count
    }

    /// Directions, told apart to three digits.
    init(directions: [[Double]]) {
        self.init(
            directions.map { direction in direction.map { "\(($0 * 1000).rounded() + 0)" }.joined(separator: ",") })
    }

    /// True if members with one index here all have one index in `other`.
    func determines(_ other: Ranks) -> Bool {
        var seen = [Int?](repeating: nil, count: count)
        for (mine, theirs) in zip(indices, other.indices) {
            if let known = seen[mine], known != theirs { return false }
            seen[mine] = theirs
        }
        return true
    }
}
