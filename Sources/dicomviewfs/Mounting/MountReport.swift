import Foundation

/// What the process that serves a mount tells the one that started it, a line of JSON each, through a pipe.
enum MountReport: Codable {
    case progress(Progress)
    /// The root has answered.
    case ready
    /// It cannot be; the message was not shown yet.
    case failed(message: String, exit: Int32)
}

/// Tells the process that started this one.
final class MountReporter: ProgressSink {
    private let descriptor: Int32

    /// - Parameter descriptor: The writing end of the pipe.
    init(descriptor: Int32) {
        self.descriptor = descriptor
        // Programs that this one starts must not keep the pipe open, and nobody may be reading any more.
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        signal(SIGPIPE, SIG_IGN)
    }

    func show(_ progress: Progress) { send(.progress(progress)) }
    func end() {}

    func send(_ report: MountReport) {
        guard var line = try? JSONEncoder().encode(report) else { return }
        line.append(UInt8(ascii: "\n"))
        // Fewer than PIPE_BUF bytes: whole or not at all.
        line.withUnsafeBytes { _ = write(descriptor, $0.baseAddress, $0.count) }
    }
}
