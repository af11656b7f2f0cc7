import Foundation
import Synchronization

/// Where progress goes.
protocol ProgressSink: Sendable {
    func show(_ progress: Progress)
    /// No more is coming: what follows is other output.
    func end()
}

/// Where nobody looks.
struct Silence: ProgressSink {
    func show(_ progress: Progress) {}
    func end() {}
}

/// Shows progress on stderr: a bar that is drawn over on a terminal, a line now and then elsewhere.
final class ProgressDisplay: ProgressSink {
    private struct State {
        var lastShown = 0.0
        var lastStage = ""
        var isOnLine = false
    }

    private let state = Mutex(State())
    private let isTerminal = StandardError.isTerminal

    func show(_ progress: Progress) {
        let now = ProcessInfo.processInfo.systemUptime
        state.withLock { state in
            let interval = isTerminal ? 0.1 : 5
            let isNews = progress.stage != state.lastStage && isTerminal
            guard isNews || now - state.lastShown >= interval else { return }
            // Elsewhere nothing is said of what is over in no time.
            let isFirst = state.lastShown == 0
            state.lastShown = now
            state.lastStage = progress.stage
            if isTerminal {
                StandardError.write("\r\u{1B}[K\(line(progress))")
                state.isOnLine = true
            } else if !isFirst {
                StandardError.write("\(line(progress))\n")
            }
        }
    }

    func end() {
        state.withLock { state in
            if state.isOnLine { StandardError.write("\r\u{1B}[K") }
            state.isOnLine = false
        }
    }

    private func line(_ progress: Progress) -> String {
        guard let fraction = progress.fraction else { return "\(progress.stage): \(progress.detail)" }
        let percent = Int(fraction * 100)
        guard isTerminal else { return "\(progress.stage): \(percent) %, \(progress.detail)" }
        let width = 20
        let filled = Int(fraction * Double(width))
        let bar = String(repeating: "#", count: filled) + String(repeating: "-", count: max(0, width - filled))
        return "\(progress.stage) [\(bar)] \(percent) % \(progress.detail)"
    }
}
