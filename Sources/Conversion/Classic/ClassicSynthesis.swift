/// Classic single-frame instances made from frames of Enhanced and Legacy Converted Enhanced instances (PS3.4 C.3.5,
/// digest C-rules).
public enum ClassicSynthesis {
    /// One instance. Where several frames of a source are wanted, make one `ClassicSource` and ask it for each.
    ///
    /// - Parameters:
    ///   - planned: of the form `.classic`, of an instance that is no member of a concatenation.
    ///   - references: what stands in the classic view for the instances that `source` refers to.
    /// - Throws: `SynthesisFailure` if the frame cannot be told apart, lacks what a classic instance must have, or is missing
    ///   from the file.
    public static func synthesize(
        _ planned: PlannedInstance, source: SourceInstance, references: ReferenceMap
    ) throws(SynthesisFailure) -> SynthesizedFile {
        try ClassicSource(source).synthesize(planned, references: references)
    }
}
