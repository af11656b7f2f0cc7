/// Paths at which something happened, until they have come to rest.
struct RestingPaths {
    /// After an event that ends a change: long enough for others that come with it.
    static let afterEnd = 0.05
    /// After an event that says nothing of an end.
    static let afterTouch = 2.0

    private var due: [[UInt8]: Double] = [:]

    /// When the next path is at rest; nil if there is none.
    var nextTime: Double? { due.values.min() }

    /// Something happened that may go on.
    mutating func touched(_ path: [UInt8], at time: Double) {
        due[path] = time + Self.afterTouch
    }

    /// Something happened that is over.
    mutating func ended(_ path: [UInt8], at time: Double) {
        due[path] = time + Self.afterEnd
    }

    /// The paths that are at rest, which then are forgotten; ascending.
    mutating func takeDue(at time: Double) -> [[UInt8]] {
        let resting = due.filter { $0.value <= time }.map(\.key)
        for path in resting { due[path] = nil }
        return resting.sorted { $0.lexicographicallyPrecedes($1) }
    }
}
