import Archive

/// Node ids of what stands beside an instance or a series without a row of its own in the index: an id says by itself what it
/// names, so that handles are good over restarts and re-indexing, and no row is written for any of a million frames.
///
///     bit 63 62 61   60 ... 22                           21 20   19 ... 0
///     +--+--+--+----------------------------------------+------+--------+
///     | 0| 1| 0| leading 39 bits of the owner's node id | rank | member |     of a series or an instance (`Member`)
///     +--+--+--+----------------------------------------+------+--------+
///     | 0| 1| 1| 61 bits of a hash of the owner and the frames          |     a list of frames that was named by hand
///     +--+--+--+--------------------------------------------------------+
///
/// Node ids of rows have bit 62 cleared (`NodeIdentity`). Of several owners with the same leading bits, which a million of files
/// hardly have, each has a rank, by identity. What has come to be another's by that differs in its generation, so that no handle
/// ever leads to another's file.
struct HiddenNodeID: Hashable {
    /// What of its owner an id names.
    enum Member: Hashable {
        /// Of a series: `.frames`. Of an instance: its directory in there.
        case frames
        /// Of a series: `.metadata`. Of an instance: its file in there.
        case metadata
        /// Of an instance, from 1.
        case frame(Int)
    }

    private static let marker: UInt64 = 1 << 62
    private static let listMarker: UInt64 = 1 << 61
    private static let ownerBits: UInt64 = 39
    private static let memberMask: UInt64 = (1 << 20) - 1
    /// Owners with the same leading bits that can be told apart.
    static let maximumRank = 3
    /// The last frame that has an id of this form; later ones are named as lists by hand are.
    static let lastFrameNumber = Int(memberMask) - 1

    /// Leading bits of the owner's node id.
    var owner: UInt64
    var rank: Int
    var member: Member

    /// - Parameter owner: the node id of a series or an instance.
    init(owner: UInt64, rank: Int, member: Member) {
        self.owner = owner >> (62 - Self.ownerBits)
        self.rank = rank
        self.member = member
    }

    /// Nil for ids of other nodes.
    init?(rawValue: UInt64) {
        guard rawValue & Self.marker != 0, rawValue & Self.listMarker == 0, rawValue >> 63 == 0 else { return nil }
        owner = rawValue >> 22 & ((1 << Self.ownerBits) - 1)
        rank = Int(rawValue >> 20 & 3)
        switch rawValue & Self.memberMask {
        case 0: member = .frames
        case 1: member = .metadata
        case let number: member = .frame(Int(number) - 1)
        }
    }

    var rawValue: UInt64 {
        let number: UInt64 =
            switch member {
            case .frames: 0
            case .metadata: 1
            case .frame(let frameNumber): UInt64(frameNumber + 1) & Self.memberMask
            }
        return Self.marker | owner << 22 | UInt64(rank) << 20 | number
    }

    /// The node ids that an owner with these leading bits can have.
    var owners: ClosedRange<UInt64> {
        let shift = 62 - Self.ownerBits
        return owner << shift...(owner << shift | ((1 << shift) - 1))
    }

    /// The id of a list of frames whose hash begins with `hash`.
    static func list(_ hash: UInt64) -> UInt64 { marker | listMarker | hash >> 3 }

    static func isList(_ id: UInt64) -> Bool { id >> 61 == 3 }

    /// Whether `id` names something that has no row of its own.
    static func isHidden(_ id: UInt64) -> Bool { id >> 62 == 1 }
}
