/// Drops that are staged whole, and wait for something before they are judged; in the order in which they came.
struct WaitingDrops: Sendable {
    enum Reason: Sendable {
        /// The index does not know yet what the archive has.
        case firstScan
        /// There was no room to store them.
        case room
    }

    /// What is dropped waits until the archive was looked through for the first time.
    var isBeforeFirstScan = false
    private var order: [UInt64] = []
    private var reasons: [UInt64: Reason] = [:]

    subscript(id: UInt64) -> Reason? { reasons[id] }

    func count(_ reason: Reason) -> Int { reasons.values.count { $0 == reason } }

    /// False if it waits already.
    @discardableResult
    mutating func add(_ id: UInt64, _ reason: Reason) -> Bool {
        if reasons.updateValue(reason, forKey: id) != nil { return false }
        order.append(id)
        return true
    }

    /// Those that wait for this, who wait no more.
    mutating func take(_ reason: Reason) -> [UInt64] {
        let taken = order.filter { reasons[$0] == reason }
        order.removeAll { reasons[$0] == reason }
        for id in taken { reasons[id] = nil }
        return taken
    }
}
