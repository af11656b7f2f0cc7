import ArgumentParser
import CLinux
import Foundation

struct MountCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mount",
        abstract: "Mount an archive; returns when the trees can be read.",
        discussion: """
            MOUNTPOINT then holds default/ (as received), classic/ (single-frame) and enhanced/ (multi-frame).

              dicomviewfs mount ~/archive ~/views
              dicomviewfs mount /srv/dicom /mnt/dicom -o allow_other,umask=0022
              dicomviewfs mount ~/archive ~/views --foreground      until interrupted
              kill -HUP PID                                         look for changes in the archive

            Options (-o): allow_other, uid=N, gid=N, umask=M, fmask=M, dmask=M (octal), index=background (answer at once, \
            fill the trees meanwhile), nopassthrough; those of mount(8) are accepted.
            """)

    @Argument(help: "The directory that holds the DICOM files.", completion: .directory)
    var archive: String

    @Argument(help: "An existing directory outside the archive.", completion: .directory)
    var mountpoint: String

    @Option(name: .customShort("o"), parsing: .singleValue, help: "Mount options, separated by commas.")
    var options: [String] = []

    @Flag(name: [.customLong("foreground"), .customShort("f")], help: "Serve from this process, until interrupted.")
    var foreground = false

    @Flag(name: [.customLong("read-only"), .customShort("r")], help: "Accepted; every mount is read-only for now.")
    var readOnly = false

    @Option(name: .customLong("index"), help: "A directory for the index, instead of the archive's .dicomviewfs.")
    var index: String?

    @Flag(name: .customShort("s"), help: .hidden)
    var sloppy = false

    @Flag(name: .customShort("n"), help: .hidden)
    var noMtab = false

    @Option(name: .customLong("status-descriptor"), help: .hidden)
    var statusDescriptor: Int32?

    func run() throws {
        try Failure.reporting {
            let mountOptions: MountOptions
            do {
                mountOptions = try MountOptions(options)
            } catch let failure as Failure {
                throw ValidationError(failure.message)
            }
            if foreground {
                // Whoever waits for the end of something that this process inherited would wait until the unmount.
                if let statusDescriptor { clinux_close_from(UInt32(clamping: statusDescriptor) + 1) }
                let mount = ForegroundMount(
                    archive: archive, mountpoint: mountpoint, options: mountOptions,
                    indexDirectory: index.map(absolute),
                    reporter: statusDescriptor.map { MountReporter(descriptor: $0) })
                do {
                    try mount.run()
                } catch let failure as Failure where statusDescriptor != nil {
                    // Said through the pipe.
                    throw ExitCode(failure.exit.rawValue)
                }
            } else {
                var arguments = ["mount", absolute(archive), absolute(mountpoint), "--foreground"]
                arguments += ["--status-descriptor", "\(BackgroundMount.statusDescriptor)"]
                for option in options { arguments += ["-o", option] }
                if let index { arguments += ["--index", absolute(index)] }
                try BackgroundMount(arguments: arguments).run(display: ProgressDisplay())
            }
        }
    }
}

/// `path` as seen from anywhere, symbolic links as they are.
func absolute(_ path: String) -> String {
    path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
}
