import Archive
import ArgumentParser
import FUSE
import Foundation
import Views

struct ImportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Store files in an archive that is not mounted, as copying into import/ would.",
        discussion: """
              dicomviewfs import ~/archive /media/cdrom
              dicomviewfs import ~/archive scan1.dcm scan2.dcm ~/Downloads/study
              dicomviewfs import ~/archive /data/new --json | jq '.notStored[] | {path, reason}'

            Files are copied, never changed or removed. What the archive has already is not stored again. What cannot be stored \
            (no DICOM, broken off, the same SOP Instance UID with other content) is named with its reason, and the exit status \
            is 65 then. Interrupt it at any time: what was stored is kept, and the next run goes on from there.

            While the archive is mounted, copy into import/ of the mount instead.
            """)

    @Argument(help: "The directory that holds the DICOM files.", completion: .directory)
    var archive: String

    @Argument(help: "Files, and directories with all in them.", completion: .file())
    var files: [String]

    @Flag(help: "Print the summary as JSON.")
    var json = false

    @Option(name: .customLong("index"), help: "A directory for the index, instead of the archive's .dicomviewfs.")
    var index: String?

    func validate() throws {
        try refuseEmpty(archive)
        for file in files { try refuseEmpty(file) }
    }

    func run() throws {
        var isRefused = false
        try Failure.reporting {
            let cancellation = ScanCancellation()
            let signals = SignalThread([SIGINT: { cancellation.cancel() }, SIGTERM: { cancellation.cancel() }])
            defer { signals.stop() }
            let given = GivenFiles(
                paths: files, excluded: try [GivenFiles.DirectoryIdentity(path: archive)])
            for path in files where access(path, F_OK) != 0 {
                throw Failure("\(path): \(systemMessage(errno))", .noInput)
            }
            if let index { try PathOverlap.refuse(index: absolute(index), archive: archive) }
            let report = try imported(given, cancellation)
            if json {
                try StandardOutput.write(report.json())
            } else {
                try StandardOutput.write(report.text)
            }
            for file in report.notStored {
                StandardError.say("\(file.path): not stored (\(file.outcome)): \(file.reason)")
            }
            isRefused = !report.notStored.isEmpty
        }
        if isRefused { throw ExitCode(ProgramExit.dataError.rawValue) }
    }

    private func imported(_ given: GivenFiles, _ cancellation: ScanCancellation) throws -> ImportReport {
        let display = ProgressDisplay()
        do {
            // First what is there, so that nothing is stored twice.
            let (open, refreshed) = try OpenArchive.open {
                try OpenArchive(path: archive, indexDirectory: index.map(absolute), readers: 16, progress: display)
            } _: {
                try $0.refresh(cancellation: cancellation, progress: display)
            }
            for failure in refreshed.failures { StandardError.say(failure) }
            guard refreshed.isComplete else { throw Failure("interrupted; nothing was imported", .interrupted) }
            let report = try ImportRun(open, cancellation: cancellation, display: display).run(given)
            let isSettled = try open.views.settle(
                progress: { display.show(Progress($0, elapsed: 0)) }, isCancelled: { cancellation.isCancelled })
            display.end()
            guard isSettled else {
                throw Failure(
                    "interrupted; \(Counted.files(report.stored)) stored, the next mount derives the rest of the views",
                    .interrupted)
            }
            try open.index.checkpoint()
            try open.close()
            return report
        } catch IndexError.locked(let path, let pid) {
            display.end()
            throw inUse(path, pid)
        }
    }

    /// Somebody else imports into the archive, or has its index: mostly a mount, which takes the files as well.
    private func inUse(_ path: String, _ pid: Int32?) -> Failure {
        let holder = pid.map { "process \($0)" } ?? "another process"
        let canonical = URL(filePath: archive).resolvingSymlinksInPath().path
        let boxes = MountTableEntry.mountpoints(ofType: "fuse.dicomviewfs", source: canonical).map { "\($0)/import" }
        if let box = boxes.first(where: { access($0, W_OK) == 0 }) {
            return Failure(
                "\(archive): mounted by \(holder); copy into the mount instead: cp -r \(words(files)) \(words([box]))/",
                .temporaryFailure)
        }
        return Failure("\(path): in use by \(holder); try again when it has ended, or unmount", .temporaryFailure)
    }

    /// As a shell takes them.
    private func words(_ paths: [String]) -> String {
        paths.map { path in
            let isPlain = path.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "/._-+=:,@".contains($0)) }
            return isPlain ? path : "'\(path.replacing("'", with: "'\\''"))'"
        }.joined(separator: " ")
    }
}
