import Foundation

@testable import dicomviewfs

/// The built program, run as a child, with time limits.
struct Program {
    struct Outcome {
        var status: Int32
        var output: String
        var error: String
    }

    /// Beside the tests, or where DICOMVIEWFS says.
    static let path: String = {
        if let path = ProcessInfo.processInfo.environment["DICOMVIEWFS"] { return path }
        let test = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return URL(filePath: test).deletingLastPathComponent().appending(path: "dicomviewfs").path
    }()

    static var canMount: Bool { access("/dev/fuse", R_OK | W_OK) == 0 }
    static let cannotMount = "/dev/fuse is absent or not ours: nothing can be mounted here"

    /// Starts the program without waiting for it.
    static func start(_ arguments: [String], output: FileHandle?, error: FileHandle?) throws -> Process {
        let process = Process()
        process.executableURL = URL(filePath: path)
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output ?? FileHandle.nullDevice
        process.standardError = error ?? FileHandle.nullDevice
        try process.run()
        return process
    }

    /// Runs the program to its end; after `seconds` `onTimeout` is called and the program killed.
    static func run(_ arguments: [String], seconds: Double = 60, onTimeout: () -> Void = {}) throws -> Outcome {
        // Files, not pipes: a daemon that keeps one open must not be what is waited for.
        let place = FileManager.default.temporaryDirectory.appending(path: "run-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: place) }
        let files = try ["output", "error"].map { name in
            let url = place.appending(path: name)
            try Data().write(to: url)
            return try FileHandle(forWritingTo: url)
        }
        let process = try start(arguments, output: files[0], error: files[1])
        if !wait(seconds: seconds, until: { !process.isRunning }) {
            onTimeout()
            kill(process.processIdentifier, SIGKILL)
        }
        process.waitUntilExit()
        func text(_ name: String) -> String {
            (try? String(contentsOf: place.appending(path: name), encoding: .utf8)) ?? ""
        }
        return Outcome(status: process.terminationStatus, output: text("output"), error: text("error"))
    }

    /// Waits for something that comes about by itself.
    @discardableResult
    static func wait(seconds: Double, until condition: () -> Bool) -> Bool {
        let end = ProcessInfo.processInfo.systemUptime + seconds
        while !condition() {
            if ProcessInfo.processInfo.systemUptime > end { return false }
            usleep(10_000)
        }
        return true
    }
}
