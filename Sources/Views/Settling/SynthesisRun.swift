internal import Archive
internal import ByteLayout
internal import Conversion
internal import DICOM
internal import Digests

/// Planned instances that are synthesized together: one combined from many sources, or all frames of one source.
struct SynthesisJob: Sendable {
    struct Target: Sendable {
        var planned: PlannedInstance
        /// The state of its sources.
        var stamp: [UInt8]
    }

    var targets: [Target]
}

/// Synthesizes planned instances of one view of one patient. Jobs may run side by side.
struct SynthesisRun: Sendable {
    /// Headers are handed to the store in batches of this many bytes, so that a source of many frames is not held whole.
    private static let batchSize = 4 << 20

    struct Outcome: Sendable {
        var rows: [ViewInstanceRow] = []
        /// Why an instance cannot be converted after all, by index.
        var failures: [Int: SourceFault] = [:]
    }

    let sources: SourceLoading
    let headers: HeaderStore
    let view: View
    let patientRowID: Int64
    let instances: [InstanceRow]
    let references: ReferenceMap
    let progress: @Sendable (_ derived: Int, _ kept: Int) -> Void
    /// Told of headers that could not be kept.
    let notKept: @Sendable (IndexError) -> Void

    func perform(_ job: SynthesisJob) -> Outcome {
        var outcome = Outcome()
        var batch: [(key: [UInt8], header: StoredHeader)] = []
        var batchBytes = 0
        var synthesis = InstanceSynthesis(sources: sources, references: references)
        for target in job.targets {
            do throws(DerivationFailure) {
                let file = try synthesis.synthesize(target.planned) { instances[$0].file }
                outcome.rows.append(row(for: target, file))
                batch.append((target.stamp, StoredHeader(bytes: file.bytes, layout: file.layout.encoded())))
                batchBytes += file.bytes.count
            } catch {
                switch error {
                case .synthesis(let failure):
                    let guilty = failure.source.map { [target.planned.sources[$0]] } ?? target.planned.sources
                    for source in guilty { outcome.failures[source] = .unusable(failure.reason) }
                    for (position, reason) in failure.others {
                        outcome.failures[target.planned.sources[position]] = .unusable(reason)
                    }
                case .sources(let faults):
                    for (position, fault) in faults { outcome.failures[target.planned.sources[position]] = fault }
                }
            }
            if batchBytes > Self.batchSize { keep(&batch, &batchBytes) }
        }
        keep(&batch, &batchBytes)
        return outcome
    }

    /// Rows hold without their headers: one that is not in the cache is derived when it is wanted.
    private func keep(_ batch: inout [(key: [UInt8], header: StoredHeader)], _ batchBytes: inout Int) {
        do throws(IndexError) { try headers.insert(batch) } catch { notKept(error) }
        progress(batch.count, 0)
        batch.removeAll()
        batchBytes = 0
    }

    private func row(for target: SynthesisJob.Target, _ file: SynthesizedFile) -> ViewInstanceRow {
        let planned = target.planned
        let files = planned.sources.map { instances[$0].file }
        let latest = files.map(\.facts.modificationTime).max() ?? FileTime(seconds: 0, nanoseconds: 0)
        let digest = sha256(file.bytes)
        let nanoseconds = SourceStamp.nanoseconds(headerDigest: digest, stamp: target.stamp)
        return ViewInstanceRow(
            view: view.code, patientRowID: patientRowID, sopInstanceUID: planned.sopInstanceUID,
            sopClassUID: planned.sopClassUID, studyInstanceUID: planned.studyInstanceUID,
            seriesInstanceUID: planned.seriesInstanceUID, form: form(of: planned), sourceFileIDs: files.map(\.id),
            size: file.layout.size, modificationTime: latest,
            changeTime: FileTime(seconds: latest.seconds, nanoseconds: nanoseconds), headerDigest: digest,
            attributes: attributes(of: planned, file), plan: target.stamp, notes: file.notes.map { ReasonRow($0) })
    }

    private func form(of planned: PlannedInstance) -> ViewInstanceRow.Form {
        switch planned.form {
        case .asReceived: .asReceived
        case .enhanced: .enhanced
        case .classic: .classic
        case .updated: .updated
        case .presentationState: .presentationState
        }
    }

    /// The naming attributes as they are in the synthesized data set, so that a path depends on the instance alone.
    private func attributes(of planned: PlannedInstance, _ file: SynthesizedFile) -> NamingAttributes {
        guard let header = try? DICOMFile(header: MemoryByteSource(file.bytes)) else { return NamingAttributes() }
        return NamingAttributes(header.dataSet)
    }
}
