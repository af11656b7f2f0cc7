/// How much a message of a session matters.
public enum MessageLevel: Sendable {
    case error
    case warning
    case notice
    case debug
}

/// Where the messages of a session go. Called on any thread.
public typealias MessageSink = @Sendable (_ level: MessageLevel, _ message: String) -> Void
