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

    func run() throws {
        try Failure.reporting {
            let cancellation = ScanCancellation()
            let signals = SignalThread([SIGINT: { cancellation.cancel() }, SIGTERM: { cancellation.cancel() }])
            defer { signals.stop() }
            try prepareDestination()
            let open = try OpenArchive(path: archive, indexDirectory: index.map(absolute), readers: 16)
            try open.directory.refuseOverlap(withMountpoint: destination)
            let display = ProgressDisplay()
            let report = try open.refresh(cancellation: cancellation, progress: display)
            for failure in report.scan.failures { StandardError.write("dicomviewfs: \(failure)\n") }
            guard report.isComplete else { throw Failure("interrupted; run it again to go on", .interrupted) }
            let export = Export(archive: open, cancellation: cancellation, display: display)
            let count = try export.run(view.code, to: destination)
            display.end()
            print("\(count.files) files, \(StatusReport.size(count.bytes)) written to \(destination)")
            try open.close()
        }
    }

    private func prepareDestination() throws {
        do {
            try FileManager.default.createDirectory(atPath: destination, withIntermediateDirectories: true)
            let entries = try FileManager.default.contentsOfDirectory(atPath: destination)
            guard entries.isEmpty || overwrite else {
                throw Failure("\(destination): not empty; name an empty directory, or say --overwrite", .cannotCreate)
            }
        } catch let failure as Failure {
            throw failure
        } catch {
            throw Failure("\(destination): \(error.localizedDescription)", .cannotCreate)
        }
    }
}
