/// Why an instance could not be made, and which of its sources is at fault: the caller shows that one as it was received and
/// plans the others without it.
public struct SynthesisFailure: Error, Sendable, CustomStringConvertible {
    /// Index in the list of sources, nil if it is no one source's fault.
    public var source: Int?
    public var reason: ConversionReason

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
}
