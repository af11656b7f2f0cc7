public import ByteLayout

/// A file of a converted view: the bytes made for it, and the order in which they and those of the sources follow.
public struct SynthesizedFile: Sendable {
    /// All bytes that come from no source: File Meta, data set, item headers, padding. `Origin.synthesized` offsets count in it.
    public var bytes: [UInt8]
    /// Sources are numbered as in the list that was given to the synthesis.
    public var layout: Layout
    /// What was settled by a rule that a reader should know of.
    public var notes: [ConversionReason]

    public init(bytes: [UInt8], layout: Layout, notes: [ConversionReason] = []) {
        self.bytes = bytes
        self.layout = layout
        self.notes = notes
    }
}
