import Foundation
import Testing

@testable import dicomviewfs

/// Replays the examples of Mounts/README.md: the commands of each `console` block run in the mountpoint of the demo archive, and
/// must print what stands there, word for word.
@Suite(.serialized, .enabled(if: Program.canMount, Comment(rawValue: Program.cannotMount)), .timeLimit(.minutes(5)))
struct MountsReadmeTests {
    struct Example: Sendable {
        var command: String
        var output: String
    }

    static let examples: [Example] = {
        let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let text = (try? String(contentsOf: repository.appending(path: "Mounts/README.md"), encoding: .utf8)) ?? ""
        var examples: [Example] = []
        var isInBlock = false
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("```") {
                isInBlock = line == "```console"
            } else if isInBlock, line.hasPrefix("$ ") {
                examples.append(Example(command: String(line.dropFirst(2)), output: ""))
            } else if isInBlock, let last = examples.indices.last {
                examples[last].output += line + "\n"
            }
        }
        return examples
    }()

    @Test("every example of Mounts/README.md prints what stands there")
    func replayed() throws {
        #expect(Self.examples.count >= 15)
        let fixture = try MountFixture()
        try fixture.mount()
        for example in Self.examples {
            let output = fixture.place.appending(path: "output")
            try Data().write(to: output)
            let file = try FileHandle(forWritingTo: output)
            let process = Process()
            process.executableURL = URL(filePath: "/bin/bash")
            process.arguments = ["-c", example.command]
            process.currentDirectoryURL = URL(filePath: fixture.mountpoint)
            process.environment = [
                "PATH": "\(URL(filePath: Program.path).deletingLastPathComponent().path):/usr/bin:/bin", "LC_ALL": "C",
                "TZ": "UTC", "HOME": fixture.place.path,
            ]
            process.standardInput = FileHandle.nullDevice
            process.standardOutput = file
            process.standardError = file
            try process.run()
            if !Program.wait(seconds: 30, until: { !process.isRunning }) {
                // A loop that waits for what does not come would wait for ever, with whoever runs the tests.
                Issue.record("$ \(example.command): does not end")
                process.terminate()
                fixture.clear()
            }
            process.waitUntilExit()
            let printed = try String(contentsOf: output, encoding: .utf8)
            #expect(printed == example.output, "$ \(example.command)")
        }
        try fixture.unmount()
    }
}
