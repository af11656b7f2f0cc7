import Archive
import ArgumentParser
import FUSE
import Foundation
import Views

struct VerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Check index, views and names of an archive against its files.",
        discussion: """
              dicomviewfs verify ~/archive            every view is derived again and compared; headers are read
              dicomviewfs verify ~/archive --deep     and every byte of every file

            The index is brought in line first. One line a fault goes to stdout. Exits 0 if there is none, 1 if there are some.
            """)

    @Argument(help: "The directory that holds the DICOM files.", completion: .directory)
    var archive: String

    @Flag(help: "Read the headers of all files again, and every byte of every file of every view.")
    var deep = false

    @Option(name: .customLong("index"), help: "A directory for the index, instead of the archive's .dicomviewfs.")
    var index: String?

    func validate() throws {
        try refuseEmpty(archive)
    }

    func run() throws {
        var faults = 0
        try Failure.reporting {
            let cancellation = ScanCancellation()
            let signals = SignalThread([SIGINT: { cancellation.cancel() }, SIGTERM: { cancellation.cancel() }])
            defer { signals.stop() }
            let display = ProgressDisplay()
            let (open, refresh) = try OpenArchive.open {
                try OpenArchive(path: archive, indexDirectory: index.map(absolute), readers: 16)
            } _: {
                try $0.refresh(cancellation: cancellation, progress: display)
            }
            if let reason = open.index.rebuildReason {
                StandardError.say("the index was made anew: \(reason)")
            }
            guard refresh.isComplete else { throw Failure("interrupted", .interrupted) }
            var unwritten: (any Error)?
            let report = { (subject: String, detail: String) in
                faults += 1
                display.end()
                do { try StandardOutput.line("\(subject): \(detail)") } catch { unwritten = unwritten ?? error }
            }
            for failure in refresh.failures { report(failure, "cannot be looked into") }
            let outcome = try Verification(
                archive: open, deep: deep, cancellation: cancellation, display: display, report: report
            ).run()
            for duplicate in try StatusReport(open).duplicates where !duplicate.differing.isEmpty {
                let hidden = duplicate.differing.joined(separator: ", ")
                StandardError.say(
                    "\(duplicate.shown ?? ""): shown; not shown, with the same SOP Instance UID and other content: "
                        + hidden)
            }
            let views = outcome.views
            let amount = deep ? ", \(StatusReport.size(views.bytes)) read" : ""
            if let unwritten { throw unwritten }
            try StandardOutput.line(
                "\(outcome.files) files, \(views.files) files of views\(amount), \(views.references) references, "
                    + "\(views.danglingReferences) of them to nothing in the archive: "
                    + (faults == 0 ? "no fault" : faults == 1 ? "1 fault" : "\(faults) faults"))
            try open.close()
        }
        if faults > 0 { throw ExitCode(1) }
    }
}
