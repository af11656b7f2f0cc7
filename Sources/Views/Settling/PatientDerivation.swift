internal import Archive
internal import Conversion
internal import Digests

/// Derives what one patient is in each view from what the index knows of the patient's instances: plans, synthesizes what
/// is new, keeps the headers, and makes the rows.
struct PatientDerivation {
    let sources: SourceLoading
    let headers: HeaderStore
    let patient: PatientRow
    /// The patient's shown instances, with summaries.
    let instances: [InstanceRow]
    /// The rows there are, by view and SOP Instance UID.
    let existing: [ViewCode: [String: ViewInstanceRow]]
    /// Called with how many files were derived or kept.
    let progress: @Sendable (_ derived: Int, _ kept: Int) -> Void
    /// Called with why headers could not be kept.
    let notKept: @Sendable (IndexError) -> Void

    /// What came of it.
    struct Outcome {
        var rows: [ViewCode: [ViewInstanceRow]] = [:]
        /// What kept sources from being read; while there is any the patient is not settled.
        var unavailable: [ViewError] = []
    }

    /// The rows of each view. Instances that turn out not to be convertible are planned again as received, with the reason,
    /// so that one bad slice spoils nothing else (V-5).
    func derive() -> Outcome {
        let summaries = Self.summaries(of: instances)
        var faults: [Int: SourceFault] = [:]
        var derived = Derived()
        while true {
            let plan = Self.plan(summaries, faults.mapValues(\.reason))
            var outcome = Outcome()
            var failures: [Int: SourceFault] = [:]
            for view in View.allCases {
                let (viewRows, viewFailures) = self.rows(of: plan[view], &derived)
                outcome.rows[view.code] = viewRows
                failures.merge(viewFailures) { first, _ in first }
            }
            let new = failures.filter { faults[$0.key] == nil }
            if new.isEmpty {
                for index in faults.keys.sorted() {
                    if case .unavailable(let error)? = faults[index] { outcome.unavailable.append(error) }
                }
                return outcome
            }
            faults.merge(new) { first, _ in first }
        }
    }

    /// Rows that were synthesized in this derivation, whatever plan they belonged to.
    private struct Derived {
        var rows: [ViewCode: [String: ViewInstanceRow]] = [:]
    }

    /// The plan from which `rows` were made: instances that could not be converted stand in them with the reason.
    static func plan(_ instances: [InstanceRow], shownAs rows: [ViewInstanceRow]) -> PatientPlan {
        let positions = Dictionary(
            instances.enumerated().map { ($1.sopInstanceUID, $0) }, uniquingKeysWith: { first, _ in first })
        // What something was made of in any view was not given up, whatever reason another view gives for showing it as received.
        let converted = Set(rows.filter { $0.form != .asReceived }.flatMap(\.sourceFileIDs))
        var exclusions: [Int: ConversionReason] = [:]
        for row in rows where row.form == .asReceived {
            // Planning finds the one again by itself, and for one view alone; the other says nothing of the instance.
            let code = row.reason?.code
            if code == ConversionReason.Code.identityTaken.rawValue || code == ConversionReason.Code.notDerived.rawValue
            {
                continue
            }
            guard let reason = row.reason, let position = positions[row.sopInstanceUID],
                !converted.contains(instances[position].file.id)
            else { continue }
            exclusions[position] = ConversionReason(reason)
        }
        return plan(summaries(of: instances), exclusions)
    }

    private static func plan(_ summaries: [InstanceSummary], _ exclusions: [Int: ConversionReason]) -> PatientPlan {
        PatientPlanner.plan(summaries: summaries, exclusions: exclusions)
    }

    private static func summaries(of instances: [InstanceRow]) -> [InstanceSummary] {
        instances.map { row in
            do throws(SummaryDecodingError) {
                return try InstanceSummary(decoding: row.summary)
            } catch {
                return unreadable(row)
            }
        }
    }

    /// An index that is damaged in one summary: nothing is known of the instance but its UIDs, so it is neither converted, nor
    /// are its references updated. Taken for a bare instance, a multi-frame object would be planned as one frame.
    private static func unreadable(_ row: InstanceRow) -> InstanceSummary {
        var summary = InstanceSummary(
            sopClassUID: row.sopClassUID, sopInstanceUID: row.sopInstanceUID,
            studyInstanceUID: row.studyInstanceUID, seriesInstanceUID: row.seriesInstanceUID,
            transferSyntaxUID: row.transferSyntaxUID)
        summary.obstacle = ConversionReason(
            .damaged, "what the index knows of the instance cannot be read; delete the index to have it built anew")
        summary.isDamaged = true
        return summary
    }

    // MARK: One view

    /// `row` with a note of the archived copy of it that is not shown, and of none other.
    private func withNotesOfCopies(_ row: ViewInstanceRow, _ plan: ViewPlan) -> ViewInstanceRow {
        var row = row
        let code = ConversionReason.Code.copyNotShown
        row.notes.removeAll { $0.code == code.rawValue }
        if let copy = plan.copies[row.sopInstanceUID] {
            let path = sources.archive.displayPath(instances[copy].file.path)
            row.notes.append(ReasonRow(ConversionReason(code, path)))
        }
        return row
    }

    private func rows(
        of plan: ViewPlan, _ derived: inout Derived
    ) -> ([ViewInstanceRow], [Int: SourceFault]) {
        var rows: [ViewInstanceRow] = []
        var jobs: [SynthesisJob] = []
        var classicJobs: [Int: Int] = [:]
        var kept = 0
        for planned in plan.instances {
            if case .asReceived(let source, let reason) = planned.form {
                let row = ViewInstanceRow(asReceived: instances[source], view: plan.view.code, reason: reason)
                rows.append(withNotesOfCopies(row, plan))
                continue
            }
            let files = planned.sources.map { instances[$0].file }
            let stamp = SourceStamp.make(
                view: plan.view.code, derivedUID: planned.derivedUID, sources: files)
            if let row = derived.rows[plan.view.code]?[planned.sopInstanceUID]
                ?? existing[plan.view.code]?[planned.sopInstanceUID], row.plan == stamp,
                row.sourceFileIDs == files.map(\.id)
            {
                rows.append(withNotesOfCopies(row, plan))
                kept += 1
                continue
            }
            let target = SynthesisJob.Target(planned: planned, stamp: stamp)
            if case .classic(let classic) = planned.form {
                // All frames of one source, or concatenation, in one job: what they share is worked out once.
                let image = classic.members.first ?? classic.source
                if let job = classicJobs[image] {
                    jobs[job].targets.append(target)
                } else {
                    classicJobs[image] = jobs.count
                    jobs.append(SynthesisJob(targets: [target]))
                }
            } else {
                jobs.append(SynthesisJob(targets: [target]))
            }
        }
        progress(0, kept)
        let run = SynthesisRun(
            sources: sources, headers: headers, view: plan.view, patientRowID: patient.id, instances: instances,
            references: plan.references, progress: progress, notKept: notKept)
        let batch = jobs
        let results = concurrentMap(count: batch.count) { run.perform(batch[$0]) }
        var failures: [Int: SourceFault] = [:]
        for outcome in results {
            for row in outcome.rows {
                rows.append(withNotesOfCopies(row, plan))
                derived.rows[plan.view.code, default: [:]][row.sopInstanceUID] = row
            }
            failures.merge(outcome.failures) { first, _ in first }
        }
        return (rows, failures)
    }
}
