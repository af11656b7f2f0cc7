import Archive
import ArgumentParser
import FUSE
import Foundation

struct IndexCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "index", abstract: "Build or refresh the index of an archive, which mount does by itself.",
        discussion: """
              dicomviewfs index ~/archive
              dicomviewfs index ~/archive --json | jq .views

            Interrupt it at any time: what was done is kept, and the next run goes on from there.
            """)

    @Argument(help: "The directory that holds the DICOM files.", completion: .directory)
    var archive: String

    @Flag(help: "Print the summary as JSON.")
    var json = false

    @Option(name: .customLong("index"), help: "A directory for the index, instead of the archive's .dicomviewfs.")
    var index: String?

    @Option(help: "A profile, for the names.", completion: .file(extensions: ["yaml"]))
    var profile: String?

    func validate() throws {
        try refuseEmpty(archive)
    }

    func run() throws {
        try Failure.reporting {
            let cancellation = ScanCancellation()
            let signals = SignalThread([SIGINT: { cancellation.cancel() }, SIGTERM: { cancellation.cancel() }])
            defer { signals.stop() }
            let template = try profile.map { try MountSettings(profile: $0, optionTexts: []).template }
            let (open, report) = try OpenArchive.open {
                try OpenArchive(
                    path: archive, indexDirectory: index.map(absolute), readers: 16, template: template,
                    progress: ProgressDisplay())
            } _: {
                try $0.refresh(cancellation: cancellation, progress: ProgressDisplay())
            }
            if let reason = open.index.rebuildReason {
                StandardError.say("the index was made anew: \(reason)")
            }
            for failure in report.failures { StandardError.say(failure) }
            guard report.isComplete else {
                throw Failure(
                    "interrupted after \(report.scan.progress.files) files; what was done is kept, "
                        + "run `dicomviewfs index \(archive)` again to go on", .interrupted)
            }
            let status = try StatusReport(open)
            if json {
                try StandardOutput.write(status.json())
            } else {
                let scan = report.scan
                let done =
                    "\(scan.added) new, \(scan.changed) changed, \(scan.removed) gone, \(scan.unchanged) unchanged"
                try StandardOutput.write(
                    status.text + "This run     \(done); \(Progress.decimal(report.seconds)) s\n")
            }
            try open.close()
            if !status.unsettled.isEmpty {
                throw Failure(
                    "\(Counted.patients(status.unsettled.count)) not converted by a fault of this program: report it; "
                        + "`dicomviewfs index \(archive) --json | jq .unsettled` names them", .software)
            }
            let failed = report.failures.count
            if failed > 0 {
                throw Failure(
                    "\(failed == 1 ? "1 file or folder" : "\(failed) files or folders") could not be read; the rest is "
                        + "indexed", .inputOutput)
            }
        }
    }
}
