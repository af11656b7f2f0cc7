import Foundation
import Testing

@testable import dicomviewfs

/// An empty archive to be mounted, and files to be dropped into it.
final class ImportFixture {
    let mounts: MountFixture
    /// Where the files to drop are.
    var source: String { mounts.place.appending(path: "source").path }
    var mountpoint: String { mounts.mountpoint }
    var archive: String { mounts.archive }

    init() throws {
        mounts = try MountFixture()
        try FileManager.default.moveItem(atPath: mounts.archive, toPath: source)
        try FileManager.default.createDirectory(atPath: mounts.archive, withIntermediateDirectories: true)
    }

    /// The files to drop, by path, of those that `isWanted`.
    func dropped(_ isWanted: (String) -> Bool = { _ in true }) throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: source).sorted().map { "\(source)/\($0)" }.filter {
            isWanted($0) && (try? FileManager.default.contentsOfDirectory(atPath: $0)) == nil
        }
    }

    func mount(_ options: String...) throws {
        let outcome = try Program.run(["mount", archive, mountpoint] + options) { self.mounts.clear() }
        #expect(outcome.status == 0, "\(outcome.error)")
        try #require(mounts.isMounted)
    }

    func unmount() throws { try mounts.unmount() }
    func status() throws -> StatusReport { try mounts.status() }
    func pid() throws -> Int32 { try mounts.pid() }
    func files(of view: String) throws -> [String] { try mounts.files(of: view) }
    func bytes(_ path: String) throws -> Data { try mounts.bytes(path) }
    func archiveFiles() throws -> [String] { try mounts.archiveFiles() }
    func viewFiles() throws -> [String: Data] { try mounts.viewFiles() }

    /// A path in `import/`.
    func drop(_ name: String) -> String { "\(mountpoint)/import/\(name)" }

    /// The lines of `imports.tsv` of what was judged, by name: the fields that follow the name.
    func imports() throws -> [String: [String]] {
        var imports: [String: [String]] = [:]
        for line in try lines(of: "imports.tsv").dropFirst() where line[1] != "pending" {
            imports[line[0]] = Array(line.dropFirst())
        }
        return imports
    }

    /// The lines of a list in `.dicomviewfs/`, as fields.
    func lines(of name: String) throws -> [[String]] {
        String(decoding: try bytes(".dicomviewfs/\(name)"), as: UTF8.self).split(separator: "\n").map {
            $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
        }
    }

    /// Waits until the file dropped as `name` was judged; its outcome.
    func outcome(_ name: String) -> String? {
        var outcome: String?
        Program.wait(seconds: 20) {
            outcome = try? imports()["import/\(name)"]?[0]
            return outcome != nil
        }
        return outcome
    }

    /// Runs a program of the system, which must succeed; what it printed.
    @discardableResult
    func sh(_ words: String...) throws -> String {
        let (status, output) = try run(words)
        #expect(status == 0, "\(words): \(output)")
        return output
    }

    /// Runs a program of the system; its exit status and what it printed, errors too.
    func run(_ words: [String]) throws -> (status: Int32, output: String) {
        let output = mounts.place.appending(path: "output-\(UUID().uuidString)")
        try Data().write(to: output)
        let file = try FileHandle(forWritingTo: output)
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = words
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = file
        process.standardError = file
        try process.run()
        if !Program.wait(seconds: 60, until: { !process.isRunning }) {
            mounts.clear()
            kill(process.processIdentifier, SIGKILL)
        }
        process.waitUntilExit()
        return (process.terminationStatus, try String(contentsOf: output, encoding: .utf8))
    }
}

extension MountFixture {
    /// Name and bytes of every file of the three views.
    func viewFiles() throws -> [String: Data] {
        var files: [String: Data] = [:]
        for view in ["default", "classic", "enhanced"] {
            for path in try self.files(of: view) { files[path] = try bytes(path) }
        }
        return files
    }
}
