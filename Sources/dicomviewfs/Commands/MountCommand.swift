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
              dicomviewfs mount ~/archive ~/views --profile legacy  names and views for old tools (after `make install`)
              dicomviewfs mount ~/archive ~/views --profile ./mine.yaml
              dicomviewfs mount ~/archive ~/views --foreground      until interrupted
              kill -HUP PID                                         read the profile again, look through the archive

            Options (-o): allow_other, uid=N, gid=N, umask=M, fmask=M, dmask=M (octal), views=default:classic:enhanced, \
            index=auto (answer at once if the index is complete), index=background (at once, fill the trees meanwhile) or \
            index=complete (when the archive was looked through), rescan_interval=S, settle_time=S, strict_import, xattr, \
            list_hidden, index_dir=DIR, profile=FILE, ro, inode32, nopassthrough; those of mount(8) are accepted.
            """)

    @Argument(help: "The directory that holds the DICOM files.", completion: .directory)
    var archive: String

    @Argument(help: "An existing directory outside the archive.", completion: .directory)
    var mountpoint: String

    @Option(name: .customShort("o"), parsing: .singleValue, help: "Mount options, separated by commas.")
    var options: [String] = []

    @Flag(name: [.customLong("foreground"), .customShort("f")], help: "Serve from this process, until interrupted.")
    var foreground = false

    @Flag(name: [.customLong("read-only"), .customShort("r")], help: "As -o ro: nothing can be written.")
    var readOnly = false

    @Option(name: .customLong("index"), help: "A directory for the index, instead of the archive's .dicomviewfs.")
    var index: String?

    @Option(
        help: "A profile: a file (a path with / or .yaml), or the name of an installed one.",
        completion: .file(extensions: ["yaml"]))
    var profile: String?

    @Flag(name: .customShort("s"), help: .hidden)
    var sloppy = false

    @Flag(name: .customShort("n"), help: .hidden)
    var noMtab = false

    @Option(name: .customLong("status-descriptor"), help: .hidden)
    var statusDescriptor: Int32?

    func validate() throws {
        try refuseEmpty(archive, mountpoint)
    }

    func run() throws {
        try Failure.reporting {
            do {
                _ = try MountOptions(options)
            } catch let failure as Failure {
                throw Failure(failure.message, .usage)
            }
            let settings = try MountSettings(profile: profile, optionTexts: options + (readOnly ? ["ro"] : []))
            if foreground {
                // Whoever waits for the end of something that this process inherited would wait until the unmount.
                if let statusDescriptor { clinux_close_from(UInt32(clamping: statusDescriptor) + 1) }
                let mount = ForegroundMount(
                    archive: archive, mountpoint: mountpoint, settings: settings,
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
                if let profile = settings.profile { arguments += ["--profile", profile] }
                if readOnly { arguments.append("--read-only") }
                if let index { arguments += ["--index", absolute(index)] }
                try BackgroundMount(arguments: arguments).run(display: ProgressDisplay())
            }
        }
    }
}

/// An empty path is a variable that was not set; it would mean the directory that the shell is in.
func refuseEmpty(_ paths: String...) throws {
    if paths.contains("") { throw ValidationError("A path is empty: a variable is not set.") }
}

/// `path` as seen from anywhere, symbolic links as they are.
func absolute(_ path: String) -> String {
    path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
}
