import ArgumentParser
import Foundation

/// The program.
@main
struct DicomViewFS: ParsableCommand {
    /// Of the release; views depend on the ruleset alone.
    static let version = "0.1.0"

    static let configuration = CommandConfiguration(
        commandName: "dicomviewfs",
        abstract: "Mount a DICOM archive and see it as received, single-frame and multi-frame at once.",
        discussion: """
            Files of the views are made when they are read; the archive is never changed.

              dicomviewfs mount ~/archive ~/views     mount; then look into ~/views
              dicomviewfs status ~/views              what is there, and what could not be converted
              dicomviewfs unmount ~/views
              dicomviewfs import ~/archive ~/new       store more in it; while it is mounted, copy into ~/views/import
              dicomviewfs demo                        make a small archive and show it
            """,
        version: version,
        subcommands: [
            MountCommand.self, UnmountCommand.self, IndexCommand.self, ImportCommand.self, ExportCommand.self,
            VerifyCommand.self, StatusCommand.self, DemoCommand.self,
        ])

    static func main() {
        Descriptors.completeStandard()
        let arguments = MountProgramArguments.translated(
            name: CommandLine.arguments.first ?? "", Array(CommandLine.arguments.dropFirst()))
        if let arguments { main(arguments) }
    }
}
