import Foundation
import Synchronization

/// Shows systemd how far indexing has come before a mount answers, and asks it to wait on.
final class SystemdProgress: ProgressSink {
    private let next: any ProgressSink
    private let lastSent = Mutex(0.0)

    /// - Parameter next: Who else is told.
    init(_ next: any ProgressSink) {
        self.next = next
    }

    func show(_ progress: Progress) {
        next.show(progress)
        let now = ProcessInfo.processInfo.systemUptime
        let isDue = lastSent.withLock { last in
            guard now - last >= 1 else { return false }
            last = now
            return true
        }
        guard isDue else { return }
        let percent = progress.fraction.map { " \(Int($0 * 100)) %," } ?? ""
        // Longer than the time between two of these, so that TimeoutStartSec= is not what ends a long index run.
        SystemdNotification.send(
            "STATUS=\(progress.stage):\(percent) \(progress.detail)\nEXTEND_TIMEOUT_USEC=60000000\n")
    }

    func end() { next.end() }
}
