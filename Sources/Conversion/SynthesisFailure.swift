/// Why a planned instance cannot be written after all.
public struct SynthesisFailure: Error, Sendable {
    /// The source at fault, by its place in the list that was given to the synthesis; nil if it is none of them alone.
    public let source: Int?
    public let reason: ConversionReason

    public init(source: Int?, reason: ConversionReason) {
        self.source = source
        self.reason = reason
    }
}
