public import Archive
internal import Digests

/// What stat tells of a file that is made of one instance of a view: frames of it, or its metadata. All of it is a function of
/// the instance.
public struct DerivedFileFacts: Hashable, Sendable {
    /// In bytes, exact.
    public var size: UInt64
    public var modificationTime: FileTime
    public var changeTime: FileTime
}

/// What a derived file is known by in caches, and its times come from: what is made, and of which state of which instance.
struct DerivedFileKey {
    let bytes: [UInt8]

    init(_ row: ViewInstanceRow, _ what: some Sequence<String>) {
        var content: [UInt8] = []
        func append(_ bytes: some Collection<UInt8>) {
            withUnsafeBytes(of: UInt32(clamping: bytes.count).littleEndian) { content.append(contentsOf: $0) }
            content.append(contentsOf: bytes)
        }
        func append(_ number: UInt64) {
            withUnsafeBytes(of: number.littleEndian) { content.append(contentsOf: $0) }
        }
        // Two patients whose files claim one UID are told apart by their names.
        for text in [row.sopInstanceUID, row.sopClassUID, row.seriesInstanceUID, row.studyInstanceUID] {
            append(text.utf8)
        }
        append(row.attributes.bytes)
        append(row.headerDigest)
        append(row.size)
        for time in [row.modificationTime, row.changeTime] {
            append(UInt64(bitPattern: time.seconds))
            append(UInt64(time.nanoseconds))
        }
        for text in what { append(text.utf8) }
        bytes = sha256(content)
    }

    /// The latest second that the instance has, and nanoseconds that change with whatever the bytes depend on (design.md 2).
    func facts(_ row: ViewInstanceRow, size: UInt64) -> DerivedFileFacts {
        DerivedFileFacts(
            size: size, modificationTime: row.modificationTime,
            changeTime: FileTime(
                seconds: row.changeTime.seconds, nanoseconds: UInt32(leadingUInt64(of: bytes) % 1_000_000_000)))
    }
}
