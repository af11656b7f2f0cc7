/// Why an instance could not be made, and which of its sources is at fault: the caller shows that one as it was received and
/// plans the others without it.
public struct SynthesisFailure: Error, Sendable, CustomStringConvertible {
    /// Index in the list of sources, nil if it is no one source's fault.
    public var source: Int?
    public var reason: ConversionReason
    /// Other sources that were found at fault in the same step, by index, so that all can be planned without at once.
    public var others: [Int: ConversionReason] = [:]

    public init(source: Int?, reason: ConversionReason) {
        self.source = source
        self.reason = reason
    }

    public var description: String {
        (source.map { "source \($0): " } ?? "") + reason.description
    }

    /// What `body` returns; a reason it throws becomes the failure of `source`.
    static func attributing<Result>(
        to source: Int?, _ body: () throws(ConversionReason) -> Result
    ) throws(SynthesisFailure) -> Result {
        do throws(ConversionReason) {
            return try body()
        } catch {
            throw SynthesisFailure(source: source, reason: error)
        }
    }

    /// What `body` returns of each source below `count`; reasons it throws become one failure that names all sources at fault.
    static func attributingEach<Result>(
        count: Int, _ body: (_ source: Int) throws(ConversionReason) -> Result
    ) throws(SynthesisFailure) -> [Result] {
        var results: [Result] = []
        results.reserveCapacity(count)
        var faults: [Int: ConversionReason] = [:]
        for source in 0..<count {
            do throws(ConversionReason) { results.append(try body(source)) } catch { faults[source] = error }
        }
        if let failure = SynthesisFailure(faults) { throw failure }
        return results
    }

    /// Of several sources; nil if there are none.
    init?(_ faults: [Int: ConversionReason]) {
        guard let first = faults.keys.min(), let reason = faults[first] else { return nil }
        self.init(source: first, reason: reason)
        others = faults
        others[first] = nil
    }
}
