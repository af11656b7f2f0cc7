import FUSE
import Foundation

/// Starts this program again in a session of its own to serve a mount, and waits until the mount answers.
///
/// It does not fork: after fork only async-signal-safe calls are allowed in a program with threads, and Swift's runtime has them.
struct BackgroundMount {
    /// After the program's name.
    var arguments: [String]

    /// - Throws: `Failure` with what kept the mount from being.
    func run(display: any ProgressSink) throws {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw Failure("no pipe: \(String(cString: strerror(errno)))", .systemError) }
        let (reading, writing) = (ends[0], ends[1])
        _ = fcntl(reading, F_SETFD, FD_CLOEXEC)
        _ = fcntl(writing, F_SETFD, FD_CLOEXEC)
        let process = try {
            defer { close(writing) }
            return try spawn(statusDescriptor: writing)
        }()
        // It is in a session of its own, which the terminal's signals do not reach.
        let end: @Sendable () -> Void = { kill(process, SIGTERM) }
        let signals = SignalThread([SIGINT: end, SIGTERM: end, SIGHUP: end])
        defer { signals.stop() }
        let pipe = FileHandle(fileDescriptor: reading, closeOnDealloc: true)
        let outcome = follow(pipe, display)
        display.end()
        switch outcome {
        case .ready: return
        case .failed(let failure): throw failure
        case .ended:
            // Without a word: say how.
            var status: Int32 = 0
            waitpid(process, &status, 0)
            throw Failure("the process that serves the mount ended early (wait status \(status))", .software)
        }
    }

    private enum Outcome {
        case ready
        case failed(Failure)
        case ended
    }

    /// The descriptor under which the pipe is known to the process that is started.
    static let statusDescriptor: Int32 = 3

    private func spawn(statusDescriptor: Int32) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        // The descriptor may have the wanted number already; dup2 on itself would keep close-on-exec (glibc clears it).
        posix_spawn_file_actions_adddup2(&actions, statusDescriptor, Self.statusDescriptor)
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // What is blocked here must not be there.
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        let newSession: Int16 = 0x80  // POSIX_SPAWN_SETSID
        posix_spawnattr_setflags(&attributes, newSession | Int16(POSIX_SPAWN_SETSIGMASK))
        // Not the name this was run by, which mount(8) chooses and which says how arguments are to be read.
        let words = ["dicomviewfs"] + arguments
        var argv: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        defer { for argument in argv { free(argument) } }
        var process = pid_t()
        let result = posix_spawn(&process, "/proc/self/exe", &actions, &attributes, &argv, environ)
        guard result == 0 else {
            throw Failure(
                "cannot start the process that serves the mount: \(String(cString: strerror(result)))", .systemError)
        }
        return process
    }

    private func follow(_ pipe: FileHandle, _ display: any ProgressSink) -> Outcome {
        var buffer = Data()
        while true {
            let piece = pipe.availableData
            if piece.isEmpty { return .ended }
            buffer.append(piece)
            while let newline = buffer.firstIndex(of: UInt8(ascii: "\n")) {
                let line = Data(buffer[buffer.startIndex..<newline])
                buffer = Data(buffer[buffer.index(after: newline)...])
                switch try? JSONDecoder().decode(MountReport.self, from: line) {
                case .progress(let progress): display.show(progress)
                case .ready: return .ready
                case .failed(let message, let exit):
                    return .failed(Failure(message, ProgramExit(rawValue: exit) ?? .software))
                case nil: break
                }
            }
        }
    }
}
