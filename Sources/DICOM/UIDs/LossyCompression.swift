/// Whether a transfer syntax may lose information; with the Defined Term of Lossy Image Compression Method (0028,2114)
/// for what it does (PS3.3 section C.7.6.1.1.5.1).
public enum LossyCompression: Hashable, Sendable {
    /// Every sample is restored exactly.
    case never
    /// Reversible and irreversible coding are both allowed: Lossy Image Compression (0028,2110) tells.
    case possible(method: String)
    /// Information was lost.
    case always(method: String)

    /// True if information was lost, whatever the data set says.
    public var isAlways: Bool {
        if case .always = self { true } else { false }
    }

    /// The Defined Term of Lossy Image Compression Method; nil if nothing can be lost.
    public var method: String? {
        switch self {
        case .never: nil
        case .possible(let method), .always(let method): method
        }
    }
}
