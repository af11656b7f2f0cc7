public import Archive

/// Imports staged files: into the archive, into `default/` at once, and into the other views when the patient settles.
public final class InstanceImport: Sendable {
    public let staging: StagingArea
    private let intake: InstanceIntake<ConversionSummarizer>
    private let views: ArchiveViews
    private let schedule: SettlingSchedule?

    /// - Parameter schedule: Settles the patients; nil if the caller does at the end.
    public init(
        staging: StagingArea, index: IndexStore, views: ArchiveViews, schedule: SettlingSchedule?
    ) {
        self.staging = staging
        self.views = views
        self.schedule = schedule
        intake = InstanceIntake(staging: staging, store: index, summarizer: ConversionSummarizer())
    }

    /// Judges the staged file `id`, and stores it if it is an instance that the archive does not have.
    ///
    /// - Parameters:
    ///   - isFinal: False while more may be written: then nil is the answer for what is not surely a whole instance.
    ///   - willStore: Says that the file goes to a path beneath the archive's root, before it does.
    public func take(
        _ id: UInt64, _ file: Descriptor, isFinal: Bool = true,
        willStore: @escaping (_ path: [UInt8]) throws(ImportError) -> Void = { (_) throws(ImportError) in }
    ) throws(ImportError) -> ImportVerdict? {
        let steps = InstanceIntake<ConversionSummarizer>.Steps(
            willStore: willStore,
            didStore: { [views] (row, transaction) throws(IndexError) in try views.show(row, in: transaction) })
        let verdict = try intake.take(id, file, isFinal: isFinal, steps)
        if verdict?.outcome == .stored {
            if let patient = verdict?.patientRowID { schedule?.changed(CollectionOfOne(patient)) }
        }
        return verdict
    }

    /// What `take` would say of a file anywhere, which nothing is done with; nil if it would be stored.
    public func examine(_ file: Descriptor, path: String) throws(ImportError) -> ImportVerdict? {
        try intake.examine(file, path: path)
    }

    /// As `examine`, of the file alone: nil too for what the archive may have already.
    public func examineAlone(_ file: Descriptor, path: String) throws(ImportError) -> ImportVerdict? {
        try intake.examineAlone(file, path: path)
    }

    /// The modification time of the file at `path` beneath the archive's root was changed, and nothing else of it; `facts` are
    /// what it says now.
    public func retimed(_ path: [UInt8], _ facts: FileFacts) throws(ImportError) {
        let patient = try intake.retime(path, facts) { [views] (row, transaction) throws(IndexError) in
            try views.show(row, in: transaction)
        }
        guard let patient else { return }
        schedule?.changed(CollectionOfOne(patient))
    }

    /// Brings index and `default/` in line with the archive at these paths beneath its root; the patients settle by the
    /// schedule.
    public func pathsChanged(_ paths: [[UInt8]]) throws(ViewError) {
        let patients = try views.follow(paths: paths).patients
        if !patients.isEmpty { schedule?.changed(patients) }
    }

    /// Where the archive has the bytes of a dropped name now.
    public func locate(_ name: DroppedName) throws(ImportError) -> ContentLocation { try intake.locate(name) }

    /// Those of `names` that the index does not know to be as they were.
    public func moved(among names: [DroppedName]) throws(ImportError) -> [DroppedName] {
        try intake.moved(among: names)
    }

    /// A file is open in which an instance may come; see `SettlingSchedule`.
    public func writerOpened() { schedule?.writerOpened() }
    public func writerClosed() { schedule?.writerClosed() }
}
