internal import Archive
internal import Conversion

/// Synthesizes planned instances one after the other, keeping at hand what the next may share with the last.
struct InstanceSynthesis {
    let sources: SourceLoading
    let references: ReferenceMap
    private var classicSource: (file: FileRow, source: ClassicSource)?

    init(sources: SourceLoading, references: ReferenceMap) {
        self.sources = sources
        self.references = references
    }

    /// - Parameter file: gives the file of a summary's index.
    mutating func synthesize(
        _ planned: PlannedInstance, file: (Int) -> FileRow
    ) throws(DerivationFailure) -> SynthesizedFile {
        switch planned.form {
        case .asReceived:
            throw .synthesis(SynthesisFailure(source: nil, reason: ConversionReason(.unsupportedValue)))
        case .enhanced:
            let instances = try sources.load(planned.sources.map(file))
            return try converting { () throws(SynthesisFailure) in
                try EnhancedSynthesis.synthesize(planned, sources: instances, references: references)
            }
        case .presentationState:
            let instances = try sources.load(planned.sources.map(file))
            return try converting { () throws(SynthesisFailure) in
                try PresentationStateSynthesis.synthesize(planned, sources: instances, references: references)
            }
        case .classic(let plan):
            let source = try classicSource(for: file(plan.source))
            return try converting { () throws(SynthesisFailure) in
                try source.synthesize(planned, references: references)
            }
        case .updated(let source):
            let instances = try sources.load([file(source)])
            return try converting { () throws(SynthesisFailure) in
                try UpdatedSynthesis.synthesize(planned, source: instances[0], references: references)
            }
        }
    }

    private mutating func classicSource(for file: FileRow) throws(DerivationFailure) -> ClassicSource {
        if let held = classicSource, held.file == file { return held.source }
        let instance = try sources.load([file])[0]
        let source = try converting { () throws(SynthesisFailure) in try ClassicSource(instance) }
        classicSource = (file, source)
        return source
    }

    private func converting<Result>(
        _ body: () throws(SynthesisFailure) -> Result
    ) throws(DerivationFailure) -> Result {
        do throws(SynthesisFailure) { return try body() } catch { throw .synthesis(error) }
    }
}
