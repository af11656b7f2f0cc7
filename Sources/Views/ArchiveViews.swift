public import Archive
internal import ByteLayout
internal import Conversion
internal import Digests

/// The three views of one archive: which instances each holds, kept up to date with the archive, and their bytes.
///
/// Knows no path and no file system: a tree, or a network service, names what is in here.
public final class ArchiveViews: Sendable {
    public struct Limits: Sendable {
        /// Bytes of synthesized headers in memory besides those that are open.
        public var headersInMemory = 16 << 20
        /// Bytes of received headers that a scan leaves for the settling after it.
        public var scannedHeaders = 16 << 20
        /// Bytes of synthesized headers on disk.
        public var headersOnDisk = 4 << 30
        /// Sources that are kept open.
        public var openSources = 256
        /// Deflated sources that can be read on without inflating them from the beginning.
        public var inflatedSources = 16

        public init() {}
    }

    let archive: ArchiveDirectory
    let index: IndexStore
    private let headers: HeaderStore
    private let cache: HeaderCache
    let descriptors: SourceDescriptors
    private let inflated: InflatedSources
    private let scanned: ScannedHeaders
    let derived = DerivedCaches()
    let deriver: String
    let observer: (any ViewObserver)?
    private let replanning = Lock<PlannedPatient?>(nil)
    /// Is told of headers that could not be kept.
    private let notKept = Lock<(@Sendable (IndexError) -> Void)?>(nil)

    /// A plan made to derive a header that no cache holds any more; the next one wanted is likely of the same patient.
    private struct PlannedPatient {
        var patientRowID: Int64
        var revision: Int64
        var plan: PatientPlan
        var instances: [InstanceRow]
    }

    /// - Parameters:
    ///   - observer: writes what it derives from the views in the same transaction; see `ViewObserver`.
    ///   - deriver: Names the program: what another one derived is derived anew, for a view is what one program makes of it.
    public init(
        archive: ArchiveDirectory, index: IndexStore, location: IndexLocation, observer: (any ViewObserver)?,
        deriver: String, limits: Limits = Limits()
    ) throws(ViewError) {
        self.archive = archive
        self.deriver = deriver
        self.index = index
        self.observer = observer
        do throws(IndexError) {
            headers = try HeaderStore(path: location.directory + "/headers.sqlite", limit: limits.headersOnDisk)
        } catch {
            throw .index(error)
        }
        scanned = ScannedHeaders(limit: limits.scannedHeaders)
        cache = HeaderCache(limit: limits.headersInMemory)
        descriptors = SourceDescriptors(archive: archive, limit: limits.openSources)
        inflated = InflatedSources(archive: archive, limit: limits.inflatedSources)
    }

    /// Of the archive's root (O_PATH), wherever that has gone since it was opened.
    public var archiveDescriptor: Int32 { archive.descriptor }
    /// Bytes of synthesized headers in memory.
    public var headerBytesInMemory: Int { cache.bytes }
    /// Sources that are open now.
    public var openSourceCount: Int { descriptors.count }
    /// Deflated sources that can be read on without inflating them from the beginning; they are open too.
    public var inflatedSourceCount: Int { inflated.count }

    /// Closes the sources that are no more what was indexed: the disk space of a removed file is free only when nobody has it open.
    func forgetGone() {
        descriptors.forgetGone()
        inflated.forgetGone()
    }

    /// Has `body` called when a header cannot be kept on disk or found there: it is derived again each time it is wanted, which is
    /// slower and nothing else.
    public func whenHeaderIsNotKept(_ body: @escaping @Sendable (IndexError) -> Void) {
        notKept.withLock { $0 = body }
    }

    private func tellNotKept(_ error: IndexError) { notKept.withLock { $0 }?(error) }

    /// Closes what is kept beside the index. Whoever opens a synthesized file after it has it derived.
    public func close() throws(IndexError) {
        try headers.close()
    }

    // MARK: Settling

    /// For the scan that `settle` will follow: it leaves for that what it reads.
    public var summarizer: ConversionSummarizer { ConversionSummarizer(keepingIn: scanned) }

    /// Derives the views of all patients whose instances changed. Each patient's views change at once, in one transaction
    /// what was done stays done if this is cancelled.
    ///
    /// - Returns: false if it was cancelled.
    @discardableResult
    public func settle(
        progress: @escaping @Sendable (SettlingProgress) -> Void = { _ in },
        isCancelled: @escaping @Sendable () -> Bool = { false }
    ) throws(ViewError) -> Bool {
        defer { scanned.removeAll() }
        forgetGone()
        return try settle(
            read { (snapshot) throws(IndexError) in try snapshot.dirtyPatients(deriver: deriver) }, progress: progress,
            isCancelled: isCancelled)
    }

    /// As `settle`, of those among these patients whose instances changed (`PatientRow.id`).
    @discardableResult
    public func settle(
        patients ids: Set<Int64>, progress: @escaping @Sendable (SettlingProgress) -> Void = { _ in },
        isCancelled: @escaping @Sendable () -> Bool = { false }
    ) throws(ViewError) -> Bool {
        defer { scanned.removeAll() }
        let dirty = try read { (snapshot) throws(IndexError) in
            try snapshot.dirtyPatients(deriver: deriver).filter { ids.contains($0.id) }
        }
        return try settle(dirty, progress: progress, isCancelled: isCancelled)
    }

    private func settle(
        _ dirty: [PatientRow], progress: @escaping @Sendable (SettlingProgress) -> Void,
        isCancelled: @escaping @Sendable () -> Bool
    ) throws(ViewError) -> Bool {
        let state = Lock(SettlingProgress())
        state.withLock { $0.patients = dirty.count }
        let lanes = SettlingLanes(dirty)
        let lane = { @Sendable [self] () -> Result<Bool, ViewError> in
            do throws(ViewError) {
                while let (patient, weight) = try lanes.next(weight: instanceCount(of:)) {
                    defer { lanes.end(weight) }
                    if isCancelled() {
                        lanes.stop()
                        return .success(false)
                    }
                    let failures = try settle(patient) { derived, kept in
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
                            state.failures += failures
                            return state
                        })
                }
                return .success(true)
            } catch {
                lanes.stop()
                return .failure(error)
            }
        }
        guard dirty.count > 1 else { return try lane().get() }
        let (other, own) = sideBySide(lane, lane)
        let isComplete = try (other.get(), own.get())
        return isComplete.0 && isComplete.1
    }

    private func instanceCount(of patient: PatientRow) throws(ViewError) -> Int {
        try read { (snapshot) throws(IndexError) in try snapshot.instanceCount(ofPatient: patient.id) }
    }

    /// Returns what kept the patient from being settled.
    func settleWhole(
        _ patient: PatientRow, progress: @escaping @Sendable (Int, Int) -> Void
    ) throws(ViewError) -> [String] {
        let derivation = try read { (snapshot) throws(IndexError) in
            var existing: [ViewCode: [String: ViewInstanceRow]] = [:]
            for view in [ViewCode.classic, .enhanced] where patient.deriver == deriver {
                for row in try snapshot.viewInstances(ofPatient: patient.id, view: view) where !row.plan.isEmpty {
                    existing[view, default: [:]][row.sopInstanceUID] = row
                }
            }
            return PatientDerivation(
                sources: SourceLoading(archive: archive, scanned: scanned), headers: headers, patient: patient,
                instances: try snapshot.instances(ofPatient: patient.id), existing: existing, progress: progress,
                notKept: tellNotKept)
        }
        // The one works on the processors, the other mostly on the index.
        let (arrivals, outcome) = sideBySide(
            { @Sendable [self] () -> Result<Void, ViewError> in
                do throws(ViewError) {
                    return .success(try showArrivals(derivation.instances, of: patient))
                } catch {
                    return .failure(error)
                }
            }, { derivation.derive() })
        try arrivals.get()
        do throws(IndexError) {
            try index.write { (transaction) throws(IndexError) in
                for view in [ViewCode.classic, .enhanced] {
                    let changes = try transaction.replaceViewInstances(
                        ofPatient: patient.id, view: view, rows: outcome.rows[view] ?? [])
                    if !changes.isEmpty { try observer?.viewInstancesChanged(changes, in: transaction) }
                }
                if outcome.unavailable.isEmpty {
                    try transaction.settlePatient(id: patient.id, revision: patient.revision, deriver: deriver)
                }
            }
        } catch {
            throw .index(error)
        }
        return outcome.unavailable.map { "\($0)" }
    }

    // MARK: Opening

    /// Opens the file of an instance of a view. Every source is checked to be as it was indexed, and what is indexed of it to be
    /// what the instance was derived from: between a scan and the settling after it the one is ahead of the other.
    public func open(_ row: ViewInstanceRow) throws(ViewError) -> ViewFile {
        let sources = try checkedSources(of: row)
        if row.form == .asReceived {
            do throws(StoreError) {
                return ViewFile(
                    source: try SourceFile(sources[0], in: archive), row: sources[0], descriptors: descriptors,
                    inflated: inflated, cache: cache, archive: archive)
            } catch {
                throw ViewError(error)
            }
        }
        for source in sources {
            do throws(StoreError) { try archive.check(source) } catch { throw ViewError(error) }
        }
        let header = try pinned(row, sources)
        return ViewFile(
            header: header, key: row.plan, descriptors: descriptors, inflated: inflated, cache: cache, archive: archive)
    }

    /// Opens a file that is made of one instance of a view and has bytes of that instance's sources alone.
    ///
    /// - Parameters:
    ///   - key: names the file and the state of the instance.
    ///   - build: is given the sources of the instance.
    func open(
        derivedFrom row: ViewInstanceRow, key: [UInt8],
        _ build: ([FileRow]) throws(ViewError) -> SynthesizedHeader
    ) throws(ViewError) -> ViewFile {
        let sources = try checkedSources(of: row)
        for source in sources {
            do throws(StoreError) { try archive.check(source) } catch { throw ViewError(error) }
        }
        let header = try cache.pin(key) { () throws(ViewError) in try build(sources) }
        return ViewFile(
            header: header, key: key, descriptors: descriptors, inflated: inflated, cache: cache, archive: archive)
    }

    /// The header of a synthesized instance, held or made, until `unpin`.
    func pinned(_ row: ViewInstanceRow, _ sources: [FileRow]) throws(ViewError) -> SynthesizedHeader {
        try cache.pin(row.plan) { () throws(ViewError) in try self.header(of: row, sources) }
    }

    func unpin(_ row: ViewInstanceRow) { cache.unpin(row.plan) }

    /// The sources of an instance as they are indexed, if the instance was derived from them as that.
    private func checkedSources(of row: ViewInstanceRow) throws(ViewError) -> [FileRow] {
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
            guard row.size == source.facts.size, row.modificationTime == source.facts.modificationTime else {
                throw .sourceChanged(path: archive.displayPath(source.path))
            }
        } else {
            guard SourceStamp.isOf(sources, row.plan) else { throw .unsettled(sopInstanceUID: row.sopInstanceUID) }
        }
        return sources
    }

    /// What the disk cache has under `key` besides headers.
    func storedRecord(_ key: [UInt8]) -> [UInt8]? {
        do throws(IndexError) {
            return try headers.header(key)?.bytes
        } catch {
            tellNotKept(error)
            return nil
        }
    }

    /// Keeps a small record in the disk cache.
    func storeRecord(_ bytes: [UInt8], _ key: [UInt8]) {
        do throws(IndexError) {
            try headers.insert([(key, StoredHeader(bytes: bytes, layout: []))])
        } catch {
            tellNotKept(error)
        }
    }

    private func header(of row: ViewInstanceRow, _ sources: [FileRow]) throws(ViewError) -> SynthesizedHeader {
        do throws(IndexError) {
            if let stored = try headers.header(row.plan), sha256(stored.bytes) == row.headerDigest,
                let layout = Layout(
                    decoding: stored.layout, synthesizedCount: stored.bytes.count, sourceCount: sources.count),
                layout.size == row.size
            {
                return SynthesizedHeader(bytes: stored.bytes, layout: layout, sources: sources)
            }
        } catch {
            tellNotKept(error)
        }
        let file = try derive(row)
        guard file.layout.size == row.size, sha256(file.bytes) == row.headerDigest else {
            deriveAnew(row)
            throw .inconsistent(sopInstanceUID: row.sopInstanceUID)
        }
        let stored = StoredHeader(bytes: file.bytes, layout: file.layout.encoded())
        do throws(IndexError) { try headers.insert([(row.plan, stored)]) } catch { tellNotKept(error) }
        return SynthesizedHeader(bytes: file.bytes, layout: file.layout, sources: sources)
    }

    /// Has the instance derived anew when its patient is settled the next time: what the index says of it is not what comes out.
    /// Where that cannot be written, as on a full disk, the next reader finds the same and tries again.
    private func deriveAnew(_ row: ViewInstanceRow) {
        _ = try? index.write { (transaction) throws(IndexError) in
            try transaction.forgetPlan(ofViewInstance: row.id)
            try transaction.unsettlePatient(id: row.patientRowID)
        }
    }

    /// Derives one instance again from its sources.
    private func derive(_ row: ViewInstanceRow) throws(ViewError) -> SynthesizedFile {
        let patient = try plan(ofPatient: row.patientRowID)
        let view = patient.plan[row.view.view]
        guard let planned = view.instances.first(where: { $0.sopInstanceUID == row.sopInstanceUID }) else {
            deriveAnew(row)
            throw .inconsistent(sopInstanceUID: row.sopInstanceUID)
        }
        var synthesis = InstanceSynthesis(
            sources: SourceLoading(archive: archive), references: view.references)
        do throws(DerivationFailure) {
            return try synthesis.synthesize(planned) { patient.instances[$0].file }
        } catch {
            switch error {
            case .synthesis(let failure): throw .synthesis(failure.reason)
            case .sources(let faults):
                switch faults.min(by: { $0.key < $1.key })?.value {
                case .unavailable(let error): throw error
                case .unusable(let reason): throw .synthesis(reason)
                case nil: throw .notFound
                }
            }
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

    func read<Result>(
        _ body: (IndexSnapshot) throws(IndexError) -> Result
    ) throws(ViewError) -> Result {
        do throws(IndexError) {
            return try index.read(body)
        } catch {
            throw .index(error)
        }
    }
}
