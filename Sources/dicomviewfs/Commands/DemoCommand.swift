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
                try FileManager.default.createDirectory(atPath: views, withIntermediateDirectories: true)
            } catch {
                throw Failure("\(place): \(error.localizedDescription)", .cannotCreate)
            }
            do {
                let arguments = ["mount", archive, views, "--foreground", "--status-descriptor", "3"]
                try BackgroundMount(arguments: arguments).run(display: ProgressDisplay())
            } catch {
                try? FileManager.default.removeItem(atPath: place)
                throw error
            }
            show(archive: archive, views: views)
            if keep {
                print("\nIt stays mounted. To end it:\n  dicomviewfs unmount \(views) && rm -r \(place)")
                return
            }
            if isatty(STDIN_FILENO) != 0 {
                print("\nTry it in another terminal; press Return here to unmount and remove it all.")
                _ = readLine()
            }
            try UnmountCommand.parse([views]).run()
            try? FileManager.default.removeItem(atPath: place)
        }
    }

    private func show(archive: String, views: String) {
        print("The archive \(archive)\nis mounted at \(views):\n")
        for view in ["default", "classic", "enhanced"] {
            print("\(view)/")
            printTree("\(views)/\(view)", indent: "  ")
        }
        print(
            """

            Try:
              ls -R \(views)/enhanced
              dicomviewfs status \(views)
              cp -r \(views)/classic /tmp/for-an-old-viewer
              dcmdump \(views)/enhanced/*/*/*/*.dcm | less
            """)
    }

    /// Directories, and how many files each has with the first of them.
    private func printTree(_ path: String, indent: String) {
        let names = ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
        var files: [String] = []
        for name in names {
            var isDirectory: ObjCBool = false
            _ = FileManager.default.fileExists(atPath: "\(path)/\(name)", isDirectory: &isDirectory)
            if isDirectory.boolValue {
                print("\(indent)\(name)/")
                printTree("\(path)/\(name)", indent: indent + "  ")
            } else {
                files.append(name)
            }
        }
        guard let first = files.first else { return }
        print("\(indent)\(first)\(files.count > 1 ? "  and \(files.count - 1) more" : "")")
    }
}
