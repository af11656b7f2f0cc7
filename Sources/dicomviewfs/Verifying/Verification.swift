import Archive
import Foundation
import Synchronization
import ViewTree
import Views

/// Everything that can be asked of an archive and its index, one stage after the other.
struct Verification {
    let archive: OpenArchive
    let deep: Bool
    let cancellation: ScanCancellation
    let display: any ProgressSink
    /// Called for each fault: what it is about, and what is wrong.
    let report: (_ subject: String, _ detail: String) -> Void

    /// How much was looked at.
    struct Outcome {
        var files: Int
        var views: ViewVerification.Count
    }

    func run() throws -> Outcome {
        for fault in try archive.index.integrityFaults(deep: deep) { report(archive.location.databasePath, fault) }
        let counts = try archive.index.read { (snapshot) throws(IndexError) in try snapshot.archiveCounts() }
        if deep { try verifyFiles(counts.files) }
        let views = try verifyViews()
        let faults = try archive.index.read { [template = archive.tree.template] (snapshot) throws(IndexError) in
            try TreeVerification.faults(in: snapshot, template: template)
        }
        for fault in faults { report(fault.path, fault.detail) }
        display.end()
        if cancellation.isCancelled { throw Failure("interrupted", .interrupted) }
        return Outcome(files: counts.files, views: views)
    }

    private func verifyFiles(_ total: Int) throws {
        let verification = FileVerification(
            archive: archive.directory, store: archive.index, summarizer: ConversionSummarizer())
        try verification.run(
            progress: { done in
                let fraction = total > 0 ? Double(done) / Double(total) : 1
                display.show(
                    Progress(stage: "Reading headers", fraction: fraction, detail: "\(done) of \(total) files"))
                return !cancellation.isCancelled
            }, report: report)
    }

    private func verifyViews() throws -> ViewVerification.Count {
        let scratch = archive.location.directory + "/verify.sqlite"
        let verification = try ViewVerification(of: archive.views, scratchPath: scratch)
        let (patients, bytes) = try archive.index.read { (snapshot) throws(IndexError) in
            var bytes: UInt64 = 0
            for view in ViewCode.allCases { bytes += try snapshot.viewCounts(view).bytes }
            return (try snapshot.patients(), bytes)
        }
        let meter = ByteMeter(total: bytes, display: display)
        for patient in patients {
            if cancellation.isCancelled { break }
            let faults = try verification.faults(ofPatient: patient.id, deep: deep) { meter.add($0) }
            for fault in faults { report(try subject(of: fault), fault.detail) }
        }
        return verification.count
    }

    private func subject(of fault: ViewFault) throws -> String {
        let path = try archive.index.read { (snapshot) throws(IndexError) in
            try TreeVerification.path(ofViewInstance: fault.viewInstanceID, in: snapshot)
        }
        return path ?? "\(TreeName.name(of: fault.view)): \(fault.sopInstanceUID)"
    }
}

/// Shows how far the files of the views have been gone through.
private final class ByteMeter: Sendable {
    private let total: UInt64
    private let display: any ProgressSink
    private let done = Mutex<(files: Int, bytes: UInt64)>((0, 0))
    private let start = ProcessInfo.processInfo.systemUptime

    init(total: UInt64, display: any ProgressSink) {
        self.total = total
        self.display = display
    }

    func add(_ size: UInt64) {
        let now = done.withLock { done in
            done.files += 1
            done.bytes &+= size
            return done
        }
        let fraction = total > 0 ? min(1, Double(now.bytes) / Double(total)) : 1
        var detail = "\(now.files) files, \(StatusReport.size(now.bytes)) of \(StatusReport.size(total))"
        let elapsed = ProcessInfo.processInfo.systemUptime - start
        if fraction > 0.01, fraction < 1 { detail += ", \(Progress.duration(elapsed / fraction - elapsed)) left" }
        display.show(Progress(stage: "Verifying", fraction: fraction, detail: detail))
    }
}
