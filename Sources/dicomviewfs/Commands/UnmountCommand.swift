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

    @Flag(help: "Only remove a mount whose process is gone; do nothing if there is none.")
    var stale = false

    func validate() throws {
        try refuseEmpty(mountpoint)
    }

    func run() throws {
        try Failure.reporting {
            if stale {
                _ = try (try? Mountpoint(FilePath(mountpoint)))?.removeStaleMount()
                return
            }
            let place = try Mountpoint(FilePath(mountpoint))
            if try place.removeStaleMount() { return }
            let mount = place.mount
            let pid = StatusFile.pid(of: place.path)
            try place.unmount(lazily: lazy)
            if lazy { return }
            // The index is free for another mount when the process has ended.
            let end = ProcessInfo.processInfo.systemUptime + 30
            // Another may have lain below it.
            while (mount != nil && place.mount == mount) || (pid.map(isRunning) ?? false) {
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

/// True if the process is there and does something: one that has ended, but that its parent has not yet looked after, does not.
/// While threads of it are left they have its files open and its locks, although the process itself is said to have ended.
func isRunning(_ process: Int32) -> Bool {
    guard let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8) else {
        return kill(process, 0) == 0 && access("/proc/self/stat", R_OK) != 0
    }
    // "21 (name) S ...": the name may hold anything.
    let fields = text.split(separator: ")").last?.split(separator: " ") ?? []
    guard fields.first == "Z" else { return true }
    // proc_pid_stat(5): the state is the third field, the number of threads the twentieth.
    return fields.count > 17 && (Int(fields[17]) ?? 0) > 1
}
