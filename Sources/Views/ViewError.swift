public import Archive
public import Conversion

/// Why a file of a view could not be opened, read, or derived.
public enum ViewError: Error, Sendable, CustomStringConvertible {
    /// The source is not the file that was indexed: its size or modification time differ.
    case sourceChanged(path: String)
    /// Sources changed, and what follows from it is not derived yet.
    case unsettled(sopInstanceUID: String)
    /// The system refused to open or read the source.
    case sourceUnreadable(path: String, errno: Int32)
    /// The source ends before the bytes that were planned from it.
    case sourceTooShort(path: String)
    /// The view has no such instance any more.
    case notFound
    /// A synthesized file came out different from what the index says of it: index again.
    case inconsistent(sopInstanceUID: String)
    case synthesis(ConversionReason)
    /// No frames can be taken out of the instance.
    case notExtractable(sopInstanceUID: String, reason: String)
    case index(IndexError)

    public var description: String {
        switch self {
        case .sourceChanged(let path): "\(path): changed since it was indexed; it is indexed again"
        case .unsettled(let uid): "\(uid): its sources changed; it is derived again"
        case .sourceUnreadable(let path, let errno): "\(path): \(message(of: errno))"
        case .sourceTooShort(let path): "\(path): shorter than when it was indexed; copy it again from its source"
        case .notFound: "no such instance in this view"
        case .inconsistent(let uid): "\(uid): differs from what the index says; it is derived again"
        case .synthesis(let reason): "\(reason)"
        case .notExtractable(let uid, let reason): "\(uid): no frames can be taken out: \(reason)"
        case .index(let error): "\(error)"
        }
    }
}
