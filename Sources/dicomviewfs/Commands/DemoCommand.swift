import ArgumentParser
import FUSE
import Foundation
import SystemPackage

struct DemoCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo", abstract: "Make a small archive, mount it, show the trees and what to try.",
        discussion: """
              dicomviewfs demo              mounted while you look, gone afterwards
              dicomviewfs demo ~/views --keep
            """)

    @Argument(help: "Where to mount; a new temporary directory if left out.", completion: .directory)
    var mountpoint: String?

    @Flag(help: "Leave archive and mount.")
    var keep = false

    func run() throws {
        try Failure.reporting {
            let place = FileManager.default.temporaryDirectory.appending(path: "dicomviewfs-demo-\(getpid())").path
            let archive = place + "/archive"
            let views = mountpoint.map(absolute) ?? place + "/views"
            do {
                try DemoArchive.write(to: archive)
            } catch {
                throw Failure("\(archive): \(error.localizedDescription)", .cannotCreate)
            }
            let isMade = access(views, F_OK) != 0
            if let failure = Directories.make(views) {
                try? FileManager.default.removeItem(atPath: place)
                throw Failure("\(failure.path): \(String(cString: strerror(failure.errno)))", .cannotCreate)
            }
            if isMade, mountpoint != nil { try StandardOutput.line("Made the directory \(views).") }
            do {
                let arguments = ["mount", archive, views, "--foreground", "--status-descriptor", "3"]
                try BackgroundMount(arguments: arguments).run(display: ProgressDisplay())
            } catch {
                if isMade { rmdir(views) }
                try? FileManager.default.removeItem(atPath: place)
                throw error
            }
            let isLookedAt = isatty(STDIN_FILENO) != 0
            do {
                try show(archive: archive, views: views)
                // Of a mount that is gone when this ends there is nothing to try.
                if keep || isLookedAt { try suggest(views) }
                if keep {
                    let end = "dicomviewfs unmount \(views) && rm -r \(place)"
                    return try StandardOutput.write("\nIt stays mounted. To end it:\n  \(end)\n")
                }
                if isLookedAt {
                    try StandardOutput.write(
                        "\nTry it in another terminal; press Return here to unmount and remove it all.\n")
                    _ = readLine()
                }
            } catch {
                try remove(views, isMade, place)
                throw error
            }
            try remove(views, isMade, place)
        }
    }

    private func remove(_ views: String, _ isMade: Bool, _ place: String) throws {
        try UnmountCommand.parse([views]).run()
        if isMade { rmdir(views) }
        try? FileManager.default.removeItem(atPath: place)
    }

    private func show(archive: String, views: String) throws {
        try StandardOutput.write("The archive \(archive)\nis mounted at \(views):\n\n")
        for view in ["default", "classic", "enhanced"] {
            try StandardOutput.line("\(view)/")
            try printTree("\(views)/\(view)", indent: "  ")
        }
    }

    private func suggest(_ views: String) throws {
        try StandardOutput.write(
            """

            Try:
              ls -R \(views)/enhanced
              dicomviewfs status \(views)
              cp -r --no-preserve=mode \(views)/classic /tmp/for-an-old-viewer
              dcmdump \(views)/enhanced/*/*/*/*.dcm | less

            """)
    }

    /// Directories, and how many files each has with the first of them.
    private func printTree(_ path: String, indent: String) throws {
        let names = ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
        var files: [String] = []
        for name in names {
            var isDirectory: ObjCBool = false
            _ = FileManager.default.fileExists(atPath: "\(path)/\(name)", isDirectory: &isDirectory)
            if isDirectory.boolValue {
                try StandardOutput.line("\(indent)\(name)/")
                try printTree("\(path)/\(name)", indent: indent + "  ")
            } else {
                files.append(name)
            }
        }
        guard let first = files.first else { return }
        try StandardOutput.line("\(indent)\(first)\(files.count > 1 ? "  and \(files.count - 1) more" : "")")
    }
}
