/// A Transfer Syntax: how a data set and its pixels are encoded (PS3.5 section 10 and Annex A).
public struct TransferSyntax: Hashable, Sendable, CustomStringConvertible {
    /// The UID, without padding.
    public let uid: String

    /// Whether elements carry their VR.
    public let isExplicitVR: Bool

    /// Whether numbers are written with the most significant byte first.
    public let isBigEndian: Bool

    /// Whether the data set is one deflated stream after the File Meta Information (PS3.5 section A.5).
    public let isDeflated: Bool

    /// How the frames lie in Pixel Data.
    public let frameEncoding: FrameEncoding

    /// Whether pixels may have lost information, and by which method.
    public let lossyCompression: LossyCompression

    /// Whether the transfer syntax is one of ``all``.
    public let isKnown: Bool

    /// The transfer syntax of a UID, as it stands in (0002,0010): padding around it is ignored.
    ///
    /// One that is not known is taken for Explicit VR Little Endian, as every
    /// encapsulated one is (PS3.5 section A.4), with frames of ``FrameEncoding/unknown`` encoding.
    public init(uid: String) {
        let isPadding: (Character) -> Bool = { $0 == "\0" || $0 == " " }
        var bare = uid[...]
        while let last = bare.last, isPadding(last) { bare.removeLast() }
        bare = bare.drop(while: isPadding)
        if let known = Self.byUID[String(bare)] {
            self = known
        } else {
            self.uid = String(bare)
            self.isExplicitVR = true
            self.isBigEndian = false
            self.isDeflated = false
            self.frameEncoding = .unknown
            self.lossyCompression = .never
            self.isKnown = false
        }
    }

    init(
        known uid: String, isExplicitVR: Bool = true, isBigEndian: Bool = false, isDeflated: Bool = false,
        _ frameEncoding: FrameEncoding, _ lossyCompression: LossyCompression = .never
    ) {
        self.uid = uid
        self.isExplicitVR = isExplicitVR
        self.isBigEndian = isBigEndian
        self.isDeflated = isDeflated
        self.frameEncoding = frameEncoding
        self.lossyCompression = lossyCompression
        self.isKnown = true
    }

    /// Whether Pixel Data is a sequence of fragments. False where that is not known: the length of the element then tells.
    public var isEncapsulated: Bool {
        switch frameEncoding {
        case .oneFragmentPerFrame, .fragmentsPerFrame, .acrossFrames, .stream: true
        case .native, .referenced, .realTime, .unknown: false
        }
    }

    /// The registered name, such as "RLE Lossless"; nil if the UID is not registered.
    public var name: String? { UIDRegistry.name(for: uid) }

    /// The registered name, otherwise the UID.
    public var description: String { name ?? uid }

    public static func == (left: TransferSyntax, right: TransferSyntax) -> Bool { left.uid == right.uid }

    public func hash(into hasher: inout Hasher) { hasher.combine(uid) }

    private static let byUID = Dictionary(all.map { ($0.uid, $0) }, uniquingKeysWith: { first, _ in first })
}
