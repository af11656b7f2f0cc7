import Archive
import Digests

/// What a directory's times say of its entries besides the latest second: the sum of the digests of their names and ctimes,
/// wrapping, so that their order does not matter and a change of one entry costs no look at the others.
enum EntryDigest {
    /// The share of one entry.
    static func digest(name: [UInt8], changeTime: FileTime) -> UInt64 {
        var content = name
        content.append(0)
        withUnsafeBytes(of: changeTime.seconds.littleEndian) { content += $0 }
        withUnsafeBytes(of: changeTime.nanoseconds.littleEndian) { content += $0 }
        return leadingUInt64(of: sha256(content))
    }

    /// The nanoseconds of a directory whose entries' digests sum up to `sum`.
    static func nanoseconds(of sum: UInt64) -> UInt32 {
        UInt32(truncatingIfNeeded: sum % 1_000_000_000)
    }
}
