import ArgumentParser
import FUSE
import Foundation
import SystemPackage

struct UnmountCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "unmount", abstract: "Unmount; returns when the mount is gone and its process has ended.",
        discussion: "  dicomviewfs unmount ~/views")

    @Argument(help: "Where it is mounted.", completion: .directory)
    var mountpoint: String

    @Flag(help: "Unmount even if it is in use: it vanishes from the tree now, and ends when its last user does.")
    var lazy = false

    func run() throws {
        try Failure.reporting {
            let place = try Mountpoint(FilePath(mountpoint))
            if try place.removeStaleMount() { return }
            let pid = StatusFile.pid(of: place.path)
            try place.unmount(lazily: lazy)
            if lazy { return }
            // The index is free for another mount when the process has ended.
            let end = ProcessInfo.processInfo.systemUptime + 30
            while place.mount?.type == "fuse.dicomviewfs" || (pid.map { kill($0, 0) == 0 } ?? false) {
                guard ProcessInfo.processInfo.systemUptime < end else {
                    throw Failure(
                        "\(mountpoint): unmounted, but process \(pid.map(String.init) ?? "of the mount") has not ended yet",
                        .temporaryFailure)
                }
                usleep(5000)
            }
        }
    }
}
