import CFuse
import Glibc

/// What libfuse has to say, which it would print to stderr: kept for the error of a mount that failed, and passed on.
///
/// libfuse has one log function for the process, so this is one for all sessions.
enum LibraryMessages {
    private struct State {
        var sink: MessageSink?
        var recent: [String] = []
    }

    private static let state = Lock(State())

    /// From now on libfuse's messages go to `sink`.
    static func deliver(to sink: @escaping MessageSink) {
        state.withLock { state in
            state.sink = sink
            state.recent = []
        }
        fuse_set_log_func { level, format, arguments in
            guard let format, let arguments else { return }
            var text = [CChar](repeating: 0, count: 1024)
            let length = min(Int(vsnprintf(&text, text.count, format, arguments)), text.count - 1)
            guard length > 0 else { return }
            let bytes = text[..<length].map { UInt8(bitPattern: $0) }
            LibraryMessages.take(String(decoding: bytes, as: UTF8.self), severity: level.rawValue)
        }
    }

    /// The last messages, oldest first.
    static var recent: [String] {
        state.withLock { $0.recent }
    }

    private static func take(_ text: String, severity: UInt32) {
        var line = Substring(text)
        while line.last?.isNewline == true { line.removeLast() }
        guard !line.isEmpty else { return }
        let message = String(line)
        let sink = state.withLock { state in
            if state.recent.count >= 8 { state.recent.removeFirst() }
            state.recent.append(message)
            return state.sink
        }
        // The order of syslog(3): 3 is an error, 4 a warning, 5 a notice.
        let level: MessageLevel = severity <= 3 ? .error : severity == 4 ? .warning : severity == 5 ? .notice : .debug
        sink?(level, message)
    }
}
