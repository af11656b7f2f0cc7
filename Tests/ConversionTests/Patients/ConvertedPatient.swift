import Conversion
import DICOM
import Testing

/// All instances of one Patient in memory, and the files of its views as a reader gets them: planned and synthesized as the
/// views of an archive are.
struct ConvertedPatient {
    struct File {
        let bytes: [UInt8]
        let planned: PlannedInstance
        let dataSet: DataSet

        var isReceived: Bool { if case .asReceived = planned.form { true } else { false } }
    }

    let files: [[UInt8]]
    let sources: [SourceInstance]
    let summaries: [InstanceSummary]
    private(set) var plan: PatientPlan
    private(set) var exclusions: [Int: ConversionReason] = [:]
    /// By SOP Instance UID.
    private(set) var views: [View: [String: File]] = [:]

    init(_ files: [[UInt8]]) throws {
        self.files = files
        sources = try files.map { SourceInstance(file: try DICOMFile(header: MemoryByteSource($0))) }
        summaries = try sources.map { try InstanceSummary(decoding: InstanceSummary(file: $0.file).encoded()) }
        plan = PatientPlanner.plan(summaries: summaries)
        while try !synthesizeAll() { plan = PatientPlanner.plan(summaries: summaries, exclusions: exclusions) }
    }

    /// False if something could not be made, and is excluded from now on.
    private mutating func synthesizeAll() throws -> Bool {
        views = [:]
        for view in View.allCases {
            for planned in plan[view].instances {
                do throws(SynthesisFailure) {
                    let bytes = try bytes(of: planned, plan[view].references)
                    guard let file = try? DICOMFile(header: MemoryByteSource(bytes)) else { continue }
                    views[view, default: [:]][planned.sopInstanceUID] = File(
                        bytes: bytes, planned: planned, dataSet: file.dataSet)
                } catch {
                    let source = planned.sources[error.source ?? 0]
                    if exclusions[source] != nil { throw error }
                    exclusions[source] = error.reason
                    return false
                }
            }
        }
        return true
    }

    private func bytes(of planned: PlannedInstance, _ references: ReferenceMap) throws(SynthesisFailure) -> [UInt8] {
        let sources = planned.sources.map { self.sources[$0] }
        let file: SynthesizedFile
        switch planned.form {
        case .asReceived(let source, _): return files[source]
        case .enhanced:
            file = try EnhancedSynthesis.synthesize(planned, sources: sources, references: references)
        case .presentationState:
            file = try PresentationStateSynthesis.synthesize(planned, sources: sources, references: references)
        case .classic(let plan):
            file = try ClassicSource.concatenation(sources)[plan.position].synthesize(planned, references: references)
        case .updated:
            file = try UpdatedSynthesis.synthesize(planned, source: sources[0], references: references)
        }
        return file.materialized(planned.sources.map { files[$0] })
    }

    subscript(view: View) -> [String: File] { views[view] ?? [:] }

    /// The UIDs and digests of all files of a view that are made of an instance, ascending.
    func made(of index: Int, _ view: View) -> [String] {
        self[view].filter { $0.value.planned.sources.contains(index) }
            .map { "\($0.key) \($0.value.bytes.hashValue)" }.sorted()
    }

    /// The files of a view, as another archive would receive them.
    func exported(_ view: View) -> [[UInt8]] {
        self[view].sorted { $0.key < $1.key }.map(\.value.bytes)
    }

    /// Where references of the files of a view lead to nothing, though they lead to something in the archive; or name another
    /// Series than that of their target.
    func faults(_ view: View) -> [String] {
        let files = self[view]
        let archived = Set(summaries.map(\.sopInstanceUID))
        let series = Set(files.values.compactMap { $0.dataSet.string(.seriesInstanceUID) })
        let archivedSeries = Set(summaries.map(\.seriesInstanceUID))
        let sources = Set(files.values.compactMap { $0.dataSet.string(.sopInstanceUIDOfConcatenationSource) })
        let archivedSources = Dictionary(grouping: summaries) { $0.concatenation?.sourceUID ?? "" }
        var faults: [String] = []
        /// Whether an item names frames of an image that was cut, and the archive has none of them.
        func namesAbsentFrames(_ item: DataSet) -> Bool {
            let numbers = item.integers(.referencedFrameNumber)
            let members = archivedSources[item.string(.referencedSOPInstanceUID) ?? ""] ?? []
            return !numbers.isEmpty
                && numbers.allSatisfy { number in
                    !members.contains { member in
                        let offset = member.concatenation?.frameOffset ?? 0
                        return number > offset && number <= offset + member.numberOfFrames
                    }
                }
        }
        func hasAbsentFrames(_ dataSet: DataSet, of source: String) -> Bool {
            dataSet.sequences.contains { sequence in
                sequence.items.contains { item in
                    item.string(.referencedSOPInstanceUID) == source && namesAbsentFrames(item)
                        || hasAbsentFrames(item, of: source)
                }
            }
        }
        func walk(_ dataSet: DataSet, _ uid: String, in listed: String?) {
            for sequence in dataSet.sequences where sequence.tag != .conversionSourceAttributesSequence {
                for item in sequence.items {
                    let target = item.string(.referencedSOPInstanceUID)
                    let own =
                        [0x0020_9170, 0x0020_9171].contains(sequence.tag.rawValue)
                        ? nil : item.string(.seriesInstanceUID)
                    if let target, let file = files[target] {
                        if item.string(.referencedSOPClassUID) != file.planned.sopClassUID {
                            faults.append("\(uid): class of \(target)")
                        }
                        if let listed, listed != file.planned.seriesInstanceUID {
                            faults.append("\(uid): Series of \(target)")
                        }
                        let frames = file.dataSet.integer(.numberOfFrames) ?? 1
                        for number in item.integers(.referencedFrameNumber) where number < 1 || number > frames {
                            faults.append("\(uid): frame \(number) of \(target)")
                        }
                    } else if let target, archived.contains(target) {
                        faults.append("\(uid): \(target) is not in \(view)")
                    } else if let target, archivedSources[target] != nil, !sources.contains(target),
                        !namesAbsentFrames(item),
                        // A list has no frame numbers: it names what is named elsewhere.
                        listed == nil || !(files[uid].map { hasAbsentFrames($0.dataSet, of: target) } ?? false)
                    {
                        faults.append("\(uid): no concatenation of \(target) is in \(view)")
                    }
                    if !namesInstances(item), let own, !series.contains(own), archivedSeries.contains(own) {
                        faults.append("\(uid): Series \(own) is not in \(view)")
                    }
                    walk(item, uid, in: own)
                }
            }
            if let value = dataSet.string(.uid), archived.contains(value), files[value] == nil {
                faults.append("\(uid): UIDREF \(value)")
            }
        }
        func namesInstances(_ item: DataSet) -> Bool {
            item.string(.referencedSOPInstanceUID) != nil
                || item.sequences.contains { $0.items.contains { namesInstances($0) } }
        }
        for (uid, file) in files { walk(file.dataSet, uid, in: nil) }
        return faults
    }
}
