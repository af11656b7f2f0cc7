/// Why a file could not be imported although nothing is wrong with it: it stays where it was staged, to be tried again.
public enum ImportError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The system refused something; its error number.
    case system(path: String, errno: Int32)
    case index(IndexError)

    public var description: String {
        switch self {
        case .system(let path, let errno): "\(path): \(message(of: errno))"
        case .index(let error): "\(error)"
        }
    }
}
