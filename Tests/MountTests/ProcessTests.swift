import Foundation
import Testing

@testable import dicomviewfs

struct ProcessTests {
    private static let python = "/usr/bin/python3"

    @Test(
        "a process runs as long as one of its threads does, for that one has its files open",
        .enabled(if: access(python, X_OK) == 0, "needs python3"))
    func threads() throws {
        // Its first thread ends, as that of a daemon that is being ended may before the others.
        let script =
            "import threading, time, ctypes, os; threading.Thread(target=time.sleep, args=(1.5,)).start(); "
            + "ctypes.CDLL(None).syscall({'x86_64': 60, 'aarch64': 93}[os.uname().machine], 0)"
        let process = Process()
        process.executableURL = URL(filePath: Self.python)
        process.arguments = ["-c", script]
        try process.run()
        let pid = process.processIdentifier
        func state() -> Substring? {
            (try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8))?.split(separator: ")").last?
                .split(separator: " ").first
        }
        #expect(Program.wait(seconds: 20) { state() == "Z" })
        #expect(isRunning(pid))
        #expect(Program.wait(seconds: 20) { !isRunning(pid) })
        process.waitUntilExit()
    }
}
