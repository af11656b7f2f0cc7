public import Archive

extension ArchiveViews {
    /// Shows an instance in `default/`, in the transaction that stores it; the converted views follow when its patient settles
    ///
    public func show(_ instance: InstanceRow, in transaction: IndexTransaction) throws(IndexError) {
        guard instance.isShown else { return }
        let row = ViewInstanceRow(asReceived: instance, view: .default, reason: nil)
        let changes = try transaction.putViewInstance(row)
        if !changes.isEmpty { try observer?.viewInstancesChanged(changes, in: transaction) }
    }

    /// Brings `default/` in line with what the index now says of these patients (`PatientRow.id`), and nothing else.
    public func showArrivals(ofPatients ids: Set<Int64>) throws(ViewError) {
        for id in ids.sorted() {
            do throws(IndexError) {
                try index.write { (transaction) throws(IndexError) in
                    let rows = try transaction.snapshot.instances(ofPatient: id).map {
                        ViewInstanceRow(asReceived: $0, view: .default, reason: nil)
                    }
                    let changes = try transaction.replaceViewInstances(ofPatient: id, view: .default, rows: rows)
                    if !changes.isEmpty { try observer?.viewInstancesChanged(changes, in: transaction) }
                }
            } catch {
                throw .index(error)
            }
        }
    }

    /// Brings `default/` in line with a patient's instances as they were read, unless they changed since: what arrived meanwhile is
    /// in `default/` already and must not go from it.
    func showArrivals(_ instances: [InstanceRow], of patient: PatientRow) throws(ViewError) {
        do throws(IndexError) {
            try index.write { (transaction) throws(IndexError) in
                guard try transaction.snapshot.patient(id: patient.id)?.revision == patient.revision else { return }
                let rows = instances.map { ViewInstanceRow(asReceived: $0, view: .default, reason: nil) }
                let changes = try transaction.replaceViewInstances(ofPatient: patient.id, view: .default, rows: rows)
                if !changes.isEmpty { try observer?.viewInstancesChanged(changes, in: transaction) }
            }
        } catch {
            throw .index(error)
        }
    }

    /// Brings index and `default/` in line with the archive at these paths beneath its root. The patients returned
    /// (`PatientRow.id`) are to be settled.
    public func follow(paths: [[UInt8]]) throws(ViewError) -> (report: ScanReport, patients: Set<Int64>) {
        let scan = ArchiveScan(archive: archive, store: index, summarizer: summarizer, threadCount: 1)
        let (report, patients): (ScanReport, Set<Int64>)
        do throws(IndexError) { (report, patients) = try scan.run(paths: paths) } catch { throw .index(error) }
        forgetGone()
        try showArrivals(ofPatients: patients)
        return (report, patients)
    }

    /// The patients that are to be settled (`PatientRow.id`).
    public func unsettledPatients() throws(ViewError) -> Set<Int64> {
        try read { (snapshot) throws(IndexError) in Set(try snapshot.dirtyPatients(deriver: deriver).map(\.id)) }
    }
}
