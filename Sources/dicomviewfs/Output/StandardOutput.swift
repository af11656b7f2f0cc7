import ArgumentParser
import Foundation

/// Where a command's results go: what programs read.
enum StandardOutput {
    /// Writes all of `bytes`.
    ///
    /// - Throws: `Failure` with EX_IOERR if they cannot be written; the exit code alone if whoever read them has gone.
    static func write(_ bytes: some Sequence<UInt8>) throws {
        guard let reason = Descriptors.write(Array(bytes), to: STDOUT_FILENO) else { return }
        if reason == EPIPE { throw ExitCode(ProgramExit.inputOutput.rawValue) }
        throw Failure("standard output: \(String(cString: strerror(reason)))", .inputOutput)
    }

    static func write(_ text: String) throws { try write(text.utf8) }

    /// Writes `text`, which may hold the names of files, as one line.
    static func line(_ text: String) throws { try write(Printable.line(text) + "\n") }
}

/// Where messages to people go.
enum StandardError {
    /// Writes `text` as it is. There is nobody to be told if that cannot be.
    static func write(_ text: String) { _ = Descriptors.write(Array(text.utf8), to: STDERR_FILENO) }

    /// Writes `message`, which may hold the names of files, as one line.
    static func say(_ message: String) { write("dicomviewfs: \(Printable.line(message))\n") }

    /// True if someone may be looking.
    static var isTerminal: Bool { isatty(STDERR_FILENO) != 0 }
}

enum Descriptors {
    /// Has standard input, output and error be open, to nothing if they were closed: else the next file that is opened would be
    /// taken for one of them. Writing to one that was closed fails as it should.
    static func completeStandard() {
        for descriptor in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] where fcntl(descriptor, F_GETFD) < 0 {
            // The lowest that is free.
            _ = open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY)
        }
    }

    /// Has as many files open at once as the system lets this process have: each file that is open in the mount takes a descriptor.
    static func raiseLimit() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        // More than a million is never needed, and some systems set no bound at all.
        let wanted = min(limit.rlim_max, 1 << 20)
        guard limit.rlim_cur < wanted else { return }
        limit.rlim_cur = wanted
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }

    /// Writes all of `bytes`. Returns the system's error number if that cannot be.
    static func write(_ bytes: [UInt8], to descriptor: Int32) -> Int32? {
        bytes.withUnsafeBytes { bytes in
            var done = 0
            while done < bytes.count {
                let count = Foundation.write(descriptor, bytes.baseAddress.map { $0 + done }, bytes.count - done)
                if count > 0 {
                    done += count
                } else if count == 0 {
                    return EIO
                } else if errno == EAGAIN {
                    // A terminal or pipe that somebody made non-blocking.
                    var polled = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                    _ = poll(&polled, 1, -1)
                } else if errno != EINTR {
                    return errno
                }
            }
            return nil
        }
    }
}
