internal import Archive
internal import Dispatch

/// Calls `body` for each index below `count` on all cores and returns the results in order. `body` may block: it reads files.
/// Called from threads of its own making or of a command, never from Swift's cooperative pool.
func concurrentMap<Result: Sendable>(count: Int, _ body: @Sendable (Int) -> Result) -> [Result] {
    if count <= 1 { return (0..<count).map(body) }
    let results = Lock<[Result?]>(Array(repeating: nil, count: count))
    DispatchQueue.concurrentPerform(iterations: count) { index in
        let result = body(index)
        results.withLock { $0[index] = result }
    }
    return results.withLock { $0.compactMap { $0 } }
}

/// Runs `other` on a thread of its own while `own` runs on this one. Both may use `concurrentMap`, which within its own body goes
/// one by one.
func sideBySide<Other: Sendable, Own>(
    _ other: @escaping @Sendable () -> Other, _ own: () -> Own
) -> (other: Other, own: Own) {
    let made = Lock<Other?>(nil)
    let done = Threads.run(
        [
            {
                let result = other()
                made.withLock { $0 = result }
            }
        ], orStop: {}, while: own)
    // The system may have had no thread left.
    return (made.withLock { $0 } ?? other(), done ?? own())
}
