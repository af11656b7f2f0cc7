internal import Archive
internal import Conversion

/// Synthesizes planned instances one after the other, keeping at hand what the next may share with the last.
struct InstanceSynthesis {
    let sources: SourceLoading
    let references: ReferenceMap
    /// Of the members of the concatenation, or the one instance, that frames were taken out of last.
    private var classicSources: (files: [FileRow], sources: [ClassicSource])?

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
            let source = try classicSources(planned.sources.map(file))[plan.position]
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

    private mutating func classicSources(_ files: [FileRow]) throws(DerivationFailure) -> [ClassicSource] {
        if let held = classicSources, held.files == files { return held.sources }
        let instances = try sources.load(files)
        let made = try converting { () throws(SynthesisFailure) in try ClassicSource.concatenation(instances) }
        classicSources = (files, made)
        return made
    }

    private func converting<Result>(
        _ body: () throws(SynthesisFailure) -> Result
    ) throws(DerivationFailure) -> Result {
        do throws(SynthesisFailure) { return try body() } catch { throw .synthesis(error) }
    }
}
