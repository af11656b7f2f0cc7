import Archive
import Digests

/// Who a node is, over remounts, re-indexing and machines: the leading 16 bytes of the SHA-256 of the tree's name and of what
/// every component of the path stands for.
///
/// The node id, which is st_ino, is taken from it:
///
///     bit 63 62  bits 61 ... 0
///     +--+--+-----------------------------------------------------------+
///     | 0| 0| leading 62 bits of the identity, or of a hash of it again |
///     +--+--+-----------------------------------------------------------+
///
/// Bit 63 is 0 because directory cookies are node ids and offsets are signed, bit 62 because the ids of nodes that have no row of their
/// own are made of those that have one (`HiddenNodeID`). 0 (no node) and 1 (the
/// root, FUSE_ROOT_ID) are never given, nor those below 2^40: these are
/// names in `import/` (`ImportJournal`).
///
/// Two identities may have one id. Then the smaller identity has it and the other is hashed again. So which identity has which id
/// depends on the set of identities alone, not on the order in which they came.
struct NodeIdentity: Hashable, Comparable, Sendable {
    static let byteCount = 16
    /// Of a node id.
    static let bitCount = 62

    let bytes: [UInt8]

    init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// The top of a tree, or a node beside the trees.
    init(tree: String) {
        bytes = Array(sha256("dicomviewfs\u{0}\(tree)").prefix(Self.byteCount))
    }

    /// The identity of `component` beneath the directory with this one. The name itself is not part of it but for its readable
    /// text: a name may yield to another's (a clash of codes), and the node stays the same.
    func child(_ component: NameComponent) -> NodeIdentity {
        var content = bytes
        content += component.text
        content.append(0)
        content += component.identity.utf8
        return NodeIdentity(bytes: Array(sha256(content).prefix(Self.byteCount)))
    }

    /// The node id of the `rehash`-th hash, cut to `bits` bits (fewer than 62 only to see clashes in tests).
    func nodeID(rehash: Int, bits: Int = bitCount) -> UInt64 {
        let digest = rehash == 0 ? bytes : sha256(bytes + "\u{0}\(rehash)".utf8)
        var id = leadingUInt64(of: digest) >> UInt64(64 - min(Self.bitCount, max(8, bits)))
        // The numbers below are those of dropped names, which no hash decides on.
        if bits >= Self.bitCount, id < ImportJournal.endOfIDs { id |= 1 << 61 }
        return max(id, 2)
    }

    static func < (left: NodeIdentity, right: NodeIdentity) -> Bool {
        left.bytes.lexicographicallyPrecedes(right.bytes)
    }
}
