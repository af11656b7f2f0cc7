import Archive
import ArgumentParser
import FUSE
import Foundation
import ViewTree

struct ExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write one view to disk: same names, bytes and times as when mounted.",
        discussion: """
              dicomviewfs export ~/archive classic /data/for-old-viewer
            """)

    @Argument(help: "The directory that holds the DICOM files.", completion: .directory)
    var archive: String

    @Argument(help: "default, classic or enhanced.")
    var view: ExportedView

    @Argument(help: "The directory to write to; made if absent, and it must be empty.", completion: .directory)
    var destination: String

    @Flag(help: "Write into a directory that is not empty, replacing files of the same name.")
    var overwrite = false

    @Option(name: .customLong("index"), help: "A directory for the index, instead of the archive's .dicomviewfs.")
    var index: String?

    @Option(help: "A profile, for the names.", completion: .file(extensions: ["yaml"]))
    var profile: String?

    enum ExportedView: String, ExpressibleByArgument, CaseIterable {
        case `default`, classic, enhanced

        var code: ViewCode {
            switch self {
            case .default: .default
            case .classic: .classic
            case .enhanced: .enhanced
            }
        }
    }

    func validate() throws {
        try refuseEmpty(archive, destination)
    }

    func run() throws {
        try Failure.reporting {
            let cancellation = ScanCancellation()
            let signals = SignalThread([SIGINT: { cancellation.cancel() }, SIGTERM: { cancellation.cancel() }])
            defer { signals.stop() }
            try PathOverlap.refuse(destination: destination, archive: archive)
            try checkDestination()
            let template = try MountSettings(profile: profile, optionTexts: []).template
            let display = ProgressDisplay()
            let (open, report) = try OpenArchive.open {
                try OpenArchive(
                    path: archive, indexDirectory: index.map(absolute), readers: 16, template: template,
                    progress: ProgressDisplay())
            } _: {
                try $0.refresh(cancellation: cancellation, progress: display)
            }
            for failure in report.failures { StandardError.say(failure) }
            guard report.isComplete else { throw Failure("interrupted; run it again to go on", .interrupted) }
            try makeDestination()
            let export = Export(archive: open, cancellation: cancellation, display: display)
            let count = try export.run(view.code, to: destination)
            display.end()
            try StandardOutput.line(
                "\(Counted.files(count.files)), \(StatusReport.size(count.bytes)) written to \(destination)")
            try say(what: StatusReport(open).files)
            try open.close()
            for failure in count.failures.prefix(Self.listed) { StandardError.say(failure) }
            let failed = count.failures.count + report.failures.count
            if failed > 0 {
                throw Failure("\(Counted.files(failed)) could not be read or written; the rest is there", .inputOutput)
            }
        }
    }

    /// How many failures are said one by one.
    private static let listed = 100

    /// Says what of the archive is not in the view: it holds instances, and not every file is one.
    private func say(what files: StatusReport.Files) {
        for (reason, count) in files.skippedByReason.sorted(by: { $0.key < $1.key }) {
            StandardError.say(
                "\(Counted.files(count)) of the archive left out: \(Reasons.sentence(skipped: reason))")
        }
        if !files.skippedByReason.isEmpty {
            StandardError.say("`dicomviewfs index \(archive) --json | jq .files.skipped` names them")
        }
    }

    private func checkDestination() throws {
        var facts = stat()
        if stat(destination, &facts) == 0, facts.st_mode & S_IFMT != S_IFDIR {
            throw Failure("\(destination): not a directory; name one to write to", .cannotCreate)
        }
        guard let entries = try? FileManager.default.contentsOfDirectory(atPath: destination) else { return }
        guard entries.isEmpty || overwrite else {
            throw Failure("\(destination): not empty; name an empty directory, or say --overwrite", .cannotCreate)
        }
    }

    private func makeDestination() throws {
        if let failure = Directories.make(destination) {
            throw Failure("\(failure.path): \(String(cString: strerror(failure.errno)))", .cannotCreate)
        }
    }
}
