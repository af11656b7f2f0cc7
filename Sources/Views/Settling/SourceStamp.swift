internal import Archive
internal import Digests

/// The state of the sources of a synthesized file: a digest of path, size and modification time of each, in order
/// (design.md 2). Equal stamps and equal UIDs mean equal bytes, so that nothing need be derived again.
enum SourceStamp {
    static func make(view: ViewCode, sopInstanceUID: String, sources: [FileRow]) -> [UInt8] {
        var bytes: [UInt8] = [view.rawValue]
        bytes.append(contentsOf: sopInstanceUID.utf8)
        for source in sources {
            bytes.append(0)
            bytes.append(contentsOf: source.path)
            bytes.append(0)
            append(source.facts.size, to: &bytes)
            append(UInt64(bitPattern: source.facts.modificationTime.seconds), to: &bytes)
            append(UInt64(source.facts.modificationTime.nanoseconds), to: &bytes)
        }
        return Array(sha256(bytes).prefix(16))
    }

    /// Nanoseconds of a synthesized file's ctime: from its header and its sources, never from a clock (design.md 2).
    static func nanoseconds(headerDigest: [UInt8], stamp: [UInt8]) -> UInt32 {
        UInt32(leadingUInt64(of: sha256(headerDigest + stamp)) % 1_000_000_000)
    }

    private static func append(_ number: UInt64, to bytes: inout [UInt8]) {
        withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
    }
}
