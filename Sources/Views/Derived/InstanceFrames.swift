/// What can be taken out of an instance of a view, frame by frame.
public enum InstanceFrames: Sendable, Equatable {
    /// The instance has no pixels.
    case none
    /// The instance is of a single-frame kind, and its one frame is itself.
    case itself
    /// Bytes of the file of each frame, by frameIndex from 0.
    case extracted(sizes: [UInt64])
    /// Why frames cannot be taken out.
    case refused(String)

    /// How many frames there are to be had.
    public var count: Int {
        switch self {
        case .none, .refused: 0
        case .itself: 1
        case .extracted(let sizes): sizes.count
        }
    }

    var cost: Int {
        if case .extracted(let sizes) = self { return 160 + sizes.count * 8 }
        return 160
    }
}

/// The form in which the disk cache has it: one byte that says which, then sizes of eight bytes, or the words.
extension InstanceFrames {
    var encoded: [UInt8] {
        switch self {
        case .none: [0]
        case .itself: [1]
        case .extracted(let sizes): [2] + sizes.flatMap { size in withUnsafeBytes(of: size.littleEndian) { Array($0) } }
        case .refused(let reason): [3] + reason.utf8
        }
    }

    init?(decoding bytes: [UInt8]) {
        switch bytes.first {
        case 0: self = .none
        case 1: self = .itself
        case 2 where bytes.count % 8 == 1:
            self = .extracted(
                sizes: stride(from: 1, to: bytes.count, by: 8).map { start in
                    (0..<8).reduce(0) { $0 | UInt64(bytes[start + $1]) << UInt64(8 * $1) }
                })
        case 3: self = .refused(String(decoding: bytes.dropFirst(), as: UTF8.self))
        default: return nil
        }
    }
}
