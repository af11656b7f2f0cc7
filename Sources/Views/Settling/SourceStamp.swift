internal import Archive
internal import Digests

/// What the bytes of a synthesized file were made from, in two halves: the view and the UID that says what else the bytes depend on
/// and the state of the sources, a digest of path, size, modification time and header of each, in order (design.md 2).
/// Equal stamps mean equal bytes, so that nothing need be derived again.
enum SourceStamp {
    private static let halfByteCount = 16

    static func make(view: ViewCode, derivedUID: String, sources: [FileRow]) -> [UInt8] {
        half([view.rawValue] + derivedUID.utf8) + state(of: sources)
    }

    /// True if `stamp` was made when the sources were indexed as `sources` says.
    static func isOf(_ sources: [FileRow], _ stamp: [UInt8]) -> Bool {
        stamp.count == 2 * halfByteCount && stamp.suffix(halfByteCount).elementsEqual(state(of: sources))
    }

    private static func state(of sources: [FileRow]) -> [UInt8] {
        var bytes: [UInt8] = []
        for source in sources {
            bytes.append(contentsOf: source.path)
            bytes.append(0)
            append(source.facts.size, to: &bytes)
            append(UInt64(bitPattern: source.facts.modificationTime.seconds), to: &bytes)
            append(UInt64(source.facts.modificationTime.nanoseconds), to: &bytes)
            bytes.append(contentsOf: source.headerDigest)
        }
        return half(bytes)
    }

    private static func half(_ bytes: [UInt8]) -> [UInt8] {
        Array(sha256(bytes).prefix(halfByteCount))
    }

    /// Nanoseconds of a synthesized file's ctime: from its header and its sources, never from a clock (design.md 2).
    static func nanoseconds(headerDigest: [UInt8], stamp: [UInt8]) -> UInt32 {
        UInt32(leadingUInt64(of: sha256(headerDigest + stamp)) % 1_000_000_000)
    }

    private static func append(_ number: UInt64, to bytes: inout [UInt8]) {
        withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
    }
}
