import Foundation

/// Where messages to people go; what programs read goes to stdout.
enum StandardError {
    static func write(_ text: String) {
        FileHandle.standardError.write(Data(text.utf8))
    }

    /// True if someone may be looking.
    static var isTerminal: Bool { isatty(STDERR_FILENO) != 0 }
}
