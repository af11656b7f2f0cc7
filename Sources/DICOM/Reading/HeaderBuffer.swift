/// A place in a header behind which runs of the file were left out.
struct HeaderGap: Sendable {
    /// In the buffer: what begins here or later lies behind what was left out.
    let position: Int
    /// Bytes of the file that were left out up to here.
    let skipped: Int
}

/// The bytes of a header as they are needed: read from the source in growing steps, with runs that nobody wants (pixel
/// data, very long values) left out.
///
/// Positions are positions in the buffer; `fileOffset(of:)` gives the place in the file.
struct HeaderBuffer<Source: ByteSource> {
    /// Bytes of a header that are held at most, whatever the file says: hundreds of times what a large multi-frame image has.
    static var limit: Int { 128 << 20 }

    private(set) var bytes: [UInt8] = []
    let source: Source
    /// How many bytes of the file were left out before the end of the buffer.
    private var skipped = 0
    /// Where runs were left out: the position from which on, and how many bytes of the file were left out before it.
    private(set) var gaps: [HeaderGap] = []
    private var step = 16 << 10

    init(source: Source) {
        self.source = source
    }

    /// The place in the file of a position at or behind the last run that was left out.
    func fileOffset(of position: Int) -> Int {
        position + skipped
    }

    /// How many bytes the file has from `position` on.
    func available(from position: Int) -> Int {
        max(0, source.size - skipped - position)
    }

    /// Makes sure that `count` bytes from `position` on are in the buffer; false if the file ends before.
    mutating func ensure(_ count: Int, at position: Int) throws(ParseError) -> Bool {
        let (end, overflow) = position.addingReportingOverflow(count)
        if overflow { return false }
        if end <= bytes.count { return true }
        guard end <= Self.limit else { throw ParseError(.tooLarge(count), offset: fileOffset(of: position)) }
        if count > available(from: position) { return false }
        while bytes.count < end {
            let wanted = min(max(step, end - bytes.count), source.size - skipped - bytes.count)
            step = min(step * 4, 1 << 20)
            if try append(wanted) == 0 { return false }
        }
        return true
    }

    private mutating func append(_ wanted: Int) throws(ParseError) -> Int {
        guard wanted > 0 else { return 0 }
        let fileOffset = bytes.count + skipped
        let old = bytes.count
        bytes.append(contentsOf: repeatElement(0, count: wanted))
        var failure: ParseError?
        var count = 0
        let source = source
        bytes.withUnsafeMutableBytes { buffer in
            do throws(ParseError) {
                count = try source.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[old...]), at: fileOffset)
            } catch {
                failure = error
            }
        }
        bytes.removeLast(wanted - max(0, min(count, wanted)))
        if let failure { throw failure }
        return count
    }

    /// Leaves out `count` bytes of the file from `position` on; what follows takes their place in the buffer.
    mutating func skip(_ count: Int, at position: Int) {
        if position < bytes.count {
            bytes.removeLast(bytes.count - position)
        }
        skipped += count
        gaps.append(HeaderGap(position: position, skipped: skipped))
        step = 4 << 10
    }

    /// Reads up to 12 bytes of the file at `fileOffset` without keeping them, for walking over fragments.
    func peek(at fileOffset: Int) throws(ParseError) -> (header: UInt64, body: UInt32, count: Int) {
        var words: (UInt64, UInt32, UInt32) = (0, 0, 0)
        var failure: ParseError?
        var count = 0
        withUnsafeMutableBytes(of: &words) { buffer in
            do throws(ParseError) {
                count = try source.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[0..<12]), at: fileOffset)
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        return (UInt64(littleEndian: words.0), UInt32(bigEndian: words.1), count)
    }

    @inline(__always)
    func u16(_ position: Int, bigEndian: Bool) -> UInt16 {
        let first = UInt16(bytes[position])
        let second = UInt16(bytes[position + 1])
        return bigEndian ? first << 8 | second : second << 8 | first
    }

    @inline(__always)
    func u32(_ position: Int, bigEndian: Bool) -> UInt32 {
        let first = UInt32(u16(position, bigEndian: bigEndian))
        let second = UInt32(u16(position + 2, bigEndian: bigEndian))
        return bigEndian ? first << 16 | second : second << 16 | first
    }

    /// The first `count` bytes, in an array of just that size: thousands of headers may be held at once.
    func finish(count: Int) -> [UInt8] {
        bytes.trimmed(to: count)
    }
}

extension Array {
    /// The first `count` elements in an array without room for more. (Making an array of the whole of another shares its storage,
    /// spare room and all.)
    func trimmed(to count: Int = .max) -> [Element] {
        let count = Swift.min(count, self.count)
        return [Element](unsafeUninitializedCapacity: count) { target, initialized in
            withUnsafeBufferPointer { source in
                _ = target.initialize(from: UnsafeBufferPointer(rebasing: source[..<count]))
            }
            initialized = count
        }
    }
}
