public import Archive
internal import ByteLayout
internal import Conversion

/// The three views of one archive: which instances each holds, kept up to date with the archive, and their bytes.
///
/// Knows no path and no file system: a tree, or a network service, names what is in here.
public final class ArchiveViews: Sendable {
    public struct Limits: Sendable {
        /// Bytes of synthesized headers in memory besides those that are open.
        public var headersInMemory = 16 << 20
        /// Bytes of synthesized headers on disk.
        public var headersOnDisk = 4 << 30
        /// Sources that are kept open.
        public var openSources = 256

        public init() {}
    }

    private let archive: ArchiveDirectory
    private let index: IndexStore
    private let headers: HeaderStore
    private let cache: HeaderCache
    private let descriptors: SourceDescriptors
    private let observer: (any ViewObserver)?
    private let replanning = Lock<PlannedPatient?>(nil)

    /// A plan made to derive a header that no cache holds any more; the next one wanted is likely of the same patient.
    private struct PlannedPatient {
        var patientRowID: Int64
        var revision: Int64
        var plan: PatientPlan
        var instances: [InstanceRow]
    }

    /// - Parameter observer: writes what it derives from the views in the same transaction; see `ViewObserver`.
    public init(
        archive: ArchiveDirectory, index: IndexStore, location: IndexLocation, observer: (any ViewObserver)?,
        limits: Limits = Limits()
    ) throws(ViewError) {
        self.archive = archive
        self.index = index
        self.observer = observer
        do throws(IndexError) {
            headers = try HeaderStore(path: location.directory + "/headers.sqlite", limit: limits.headersOnDisk)
        } catch {
            throw .index(error)
        }
        cache = HeaderCache(limit: limits.headersInMemory)
        descriptors = SourceDescriptors(archive: archive, limit: limits.openSources)
    }

    /// Bytes of synthesized headers in memory.
    public var headerBytesInMemory: Int { cache.bytes }
    /// Sources that are open now.
    public var openSourceCount: Int { descriptors.count }

    // MARK: Settling

    /// Derives the views of all patients whose instances changed. Each patient's views change at once, in one transaction
    /// what was done stays done if this is cancelled.
    ///
    /// - Returns: false if it was cancelled.
    @discardableResult
    public func settle(
        progress: @escaping @Sendable (SettlingProgress) -> Void = { _ in },
        isCancelled: @Sendable () -> Bool = { false }
    ) throws(ViewError) -> Bool {
        let dirty = try read { (snapshot) throws(IndexError) in try snapshot.dirtyPatients() }
        let state = Lock(SettlingProgress())
        state.withLock { $0.patients = dirty.count }
        for patient in dirty {
            if isCancelled() { return false }
            try settle(patient) { derived, kept in
                let now = state.withLock { state in
                    state.derived += derived
                    state.kept += kept
                    return state
                }
                progress(now)
            }
            progress(
                state.withLock { state in
                    state.patientsDone += 1
                    return state
                })
        }
        return true
    }

    private func settle(
        _ patient: PatientRow, progress: @escaping @Sendable (Int, Int) -> Void
    ) throws(ViewError) {
        let derivation = try read { (snapshot) throws(IndexError) in
            var existing: [ViewCode: [String: ViewInstanceRow]] = [:]
            for view in [ViewCode.classic, .enhanced] {
                for row in try snapshot.viewInstances(ofPatient: patient.id, view: view) where !row.plan.isEmpty {
                    existing[view, default: [:]][row.sopInstanceUID] = row
                }
            }
            return PatientDerivation(
                sources: SourceLoading(archive: archive), headers: headers, patient: patient,
                instances: try snapshot.instances(ofPatient: patient.id), existing: existing, progress: progress)
        }
        let rows = try derivation.derive()
        do throws(IndexError) {
            try index.write { (transaction) throws(IndexError) in
                for view in ViewCode.allCases {
                    let changes = try transaction.replaceViewInstances(
                        ofPatient: patient.id, view: view, rows: rows[view] ?? [])
                    if !changes.isEmpty { try observer?.viewInstancesChanged(changes, in: transaction) }
                }
                try transaction.settlePatient(id: patient.id, revision: patient.revision)
            }
        } catch {
            throw .index(error)
        }
    }

    // MARK: Opening

    /// Opens the file of an instance of a view. Every source is checked to be as it was indexed.
    public func open(_ row: ViewInstanceRow) throws(ViewError) -> ViewFile {
        let sources = try read { (snapshot) throws(IndexError) in
            var sources: [FileRow] = []
            sources.reserveCapacity(row.sourceFileIDs.count)
            for id in row.sourceFileIDs {
                if let source = try snapshot.file(id: id) { sources.append(source) }
            }
            return sources
        }
        guard sources.count == row.sourceFileIDs.count else { throw .notFound }
        if row.form == .asReceived {
            guard let source = sources.first else { throw .notFound }
            do throws(StoreError) {
                return ViewFile(
                    source: try SourceFile(source, in: archive), row: source, descriptors: descriptors, cache: cache,
                    archive: archive)
            } catch {
                throw ViewError(error)
            }
        }
        for source in sources {
            do throws(StoreError) { try archive.check(source) } catch { throw ViewError(error) }
        }
        let header = try cache.pin(row.plan) { () throws(ViewError) in try self.header(of: row, sources) }
        return ViewFile(header: header, key: row.plan, descriptors: descriptors, cache: cache, archive: archive)
    }

    private func header(of row: ViewInstanceRow, _ sources: [FileRow]) throws(ViewError) -> SynthesizedHeader {
        do throws(IndexError) {
            if let stored = try headers.header(row.plan),
                let layout = Layout(
                    decoding: stored.layout, synthesizedCount: stored.bytes.count, sourceCount: sources.count),
                layout.size == row.size
            {
                return SynthesizedHeader(bytes: stored.bytes, layout: layout, sources: sources)
            }
        } catch {
            throw .index(error)
        }
        let file = try derive(row)
        guard file.layout.size == row.size else { throw .inconsistent(sopInstanceUID: row.sopInstanceUID) }
        let stored = StoredHeader(bytes: file.bytes, layout: file.layout.encoded())
        do throws(IndexError) { try headers.insert([(row.plan, stored)]) } catch { throw .index(error) }
        return SynthesizedHeader(bytes: file.bytes, layout: file.layout, sources: sources)
    }

    /// Derives one instance again from its sources.
    private func derive(_ row: ViewInstanceRow) throws(ViewError) -> SynthesizedFile {
        let patient = try plan(ofPatient: row.patientRowID)
        let view = patient.plan[row.view.view]
        guard let planned = view.instances.first(where: { $0.sopInstanceUID == row.sopInstanceUID }) else {
            throw .inconsistent(sopInstanceUID: row.sopInstanceUID)
        }
        var synthesis = InstanceSynthesis(
            sources: SourceLoading(archive: archive), references: view.references)
        do throws(SynthesisFailure) {
            return try synthesis.synthesize(planned) { patient.instances[$0].file }
        } catch {
            throw .synthesis(error.reason)
        }
    }

    private func plan(ofPatient patientRowID: Int64) throws(ViewError) -> PlannedPatient {
        let (patient, instances, rows) = try read { (snapshot) throws(IndexError) in
            (
                try snapshot.patient(id: patientRowID), try snapshot.instances(ofPatient: patientRowID),
                try snapshot.viewInstances(ofPatient: patientRowID, view: .classic)
                    + snapshot.viewInstances(ofPatient: patientRowID, view: .enhanced)
            )
        }
        guard let patient else { throw .notFound }
        let held = replanning.withLock { $0 }
        if let held, held.patientRowID == patient.id, held.revision == patient.revision { return held }
        let planned = PlannedPatient(
            patientRowID: patient.id, revision: patient.revision,
            plan: PatientDerivation.plan(instances, shownAs: rows), instances: instances)
        replanning.withLock { $0 = planned }
        return planned
    }

    private func read<Result>(
        _ body: (IndexSnapshot) throws(IndexError) -> Result
    ) throws(ViewError) -> Result {
        do throws(IndexError) {
            return try index.read(body)
        } catch {
            throw .index(error)
        }
    }
}
