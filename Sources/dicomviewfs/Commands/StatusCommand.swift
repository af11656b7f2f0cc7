import ArgumentParser
import Foundation

struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "What a mount holds, what could not be converted and why, and how it serves.",
        discussion: """
              dicomviewfs status ~/views
              dicomviewfs status ~/views --json | jq '.unconverted[] | {path, reason}'
            """)

    @Argument(help: "Where it is mounted.", completion: .directory)
    var mountpoint: String

    @Flag(help: "As JSON.")
    var json = false

    func validate() throws {
        try refuseEmpty(mountpoint)
    }

    func run() throws {
        try Failure.reporting {
            let status = try StatusFile.read(mountpoint)
            try StandardOutput.write(json ? status.bytes : Data(status.report.text.utf8))
        }
    }
}
