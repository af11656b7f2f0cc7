internal import CZlib

/// The inflated data set of a file in Deflated Explicit VR Little Endian (PS3.5 A.5), read at any offset without being held.
///
/// Deflated data can be inflated from the beginning only, or from a place between two blocks whose place in the file and whose
/// last 32 KiB of inflated bytes are known. Such places are kept as they are passed, some way apart: a read inflates from the
/// one before it, or goes on from where the last read ended. The bytes kept do not grow with the file, for the places move
/// apart instead.
public final class InflatedSource: ByteSource {
    /// A place between two blocks from which inflating can begin.
    private struct RestartPoint {
        /// In the file, of the first byte that is needed whole.
        let inputOffset: Int
        /// How many bits of the byte before that are needed too.
        let bits: Int32
        /// In the inflated data set.
        let outputOffset: Int
        /// What was inflated before it.
        let window: [UInt8]
    }

    /// The longest data set that is believed: pixel data of 4 GiB, and as much again. Deflated zeros grow a thousandfold.
    static let maximumSize = 8 << 30
    private static let windowLength = 32 << 10
    private static let chunkLength = 64 << 10

    private let source: any ByteSource
    private let mostPoints: Int
    /// How far apart restart points are at least.
    private var distance: Int
    private var points: [RestartPoint]
    // zlib's state points back to its stream, which must not move.
    private let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    private let input = UnsafeMutableRawBufferPointer.allocate(byteCount: chunkLength, alignment: 16)
    /// In the file, of the first byte that was not given to zlib yet.
    private var inputOffset: Int
    /// In the inflated data set, of the byte that comes next.
    private var outputOffset = 0
    /// Bytes in the inflated data set, once its end was seen.
    private var end: Int?
    /// False after the source failed where inflating was to begin again.
    private var isPlaced = true
    /// What zlib said where the data break.
    private var failure: Int32?

    /// Of the data set that begins at `offset` of `source`; a zlib header before it, as some writers produce it, is passed
    /// over.
    ///
    /// - Parameters:
    ///   - mostRestartPoints: each takes 32 KiB.
    ///   - distance: how many inflated bytes are between restart points at first.
    init(_ source: some ByteSource, from offset: Int, mostRestartPoints: Int = 64, distance: Int = 1 << 20)
        throws(ParseError)
    {
        self.source = source
        mostPoints = max(2, mostRestartPoints)
        self.distance = max(1, distance)
        var start = offset
        var header: (UInt8, UInt8) = (0, 0)
        var failed: ParseError?
        withUnsafeMutableBytes(of: &header) { bytes in
            do throws(ParseError) {
                let count = try source.read(into: bytes, at: offset)
                if count < 1 { throw ParseError(.truncated(needed: 1, available: 0), offset: offset) }
            } catch {
                failed = error
            }
        }
        // RFC 1950: method 8, a check over both bytes, no dictionary. No writer begins raw deflate data so: it would be a
        // stored block with set bits in its padding.
        let word = Int(header.0) << 8 | Int(header.1)
        if header.0 & 0x8F == 0x08, word % 31 == 0, header.1 & 0x20 == 0 { start += 2 }
        inputOffset = start
        points = [RestartPoint(inputOffset: start, bits: 0, outputOffset: 0, window: [])]
        stream.initialize(to: z_stream())
        let status = czlib_inflateInit2(stream, -15)
        if failed == nil, status != Z_OK { failed = ParseError(.deflate(code: status), offset: offset) }
        if let failed { throw failed }
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
        input.deallocate()
    }

    /// Inflates to the end, so that `size` is known.
    ///
    /// - Throws: if nothing can be inflated, or more than any data set has. Data that break off, or break, end where they do.
    func measure() throws(ParseError) {
        let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
        defer { scratch.deallocate() }
        while end == nil { _ = try inflate(into: scratch) }
        if end == 0 { throw ParseError(.deflate(code: failure ?? Z_BUF_ERROR), offset: points[0].inputOffset) }
    }

    /// What is wrong with the deflated data, as far as they were read.
    var damage: ParseError? {
        failure.map { ParseError(.deflate(code: $0), offset: outputOffset) }
    }

    /// Bytes in the inflated data set; no limit is known before its end was seen.
    public var size: Int { end ?? .max }

    public func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(ParseError) -> Int {
        guard offset >= 0, offset < size, !buffer.isEmpty else { return 0 }
        try move(to: offset)
        guard outputOffset == offset else { return 0 }
        return try inflate(into: buffer)
    }

    // MARK: Places

    private func move(to offset: Int) throws(ParseError) {
        var low = 0
        var high = points.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if points[middle].outputOffset <= offset { low = middle } else { high = middle }
        }
        if !isPlaced || outputOffset > offset || outputOffset < points[low].outputOffset {
            try restart(at: points[low])
        }
        guard outputOffset < offset else { return }
        let scratch = UnsafeMutableRawBufferPointer.allocate(
            byteCount: min(Self.chunkLength, offset - outputOffset), alignment: 16)
        defer { scratch.deallocate() }
        while outputOffset < offset {
            let count = min(scratch.count, offset - outputOffset)
            if try inflate(into: UnsafeMutableRawBufferPointer(rebasing: scratch[..<count])) == 0 { return }
        }
    }

    private func restart(at point: RestartPoint) throws(ParseError) {
        isPlaced = false
        inflateReset2(stream, -15)
        stream.pointee.avail_in = 0
        inputOffset = point.inputOffset
        outputOffset = point.outputOffset
        if point.bits > 0 {
            var byte: UInt8 = 0
            var failed: ParseError?
            withUnsafeMutableBytes(of: &byte) { bytes in
                do throws(ParseError) { _ = try source.read(into: bytes, at: inputOffset - 1) } catch { failed = error }
            }
            if let failed { throw failed }
            inflatePrime(stream, point.bits, Int32(byte) >> (8 - point.bits))
        }
        if !point.window.isEmpty {
            _ = point.window.withUnsafeBufferPointer {
                inflateSetDictionary(stream, $0.baseAddress, UInt32($0.count))
            }
        }
        isPlaced = true
    }

    /// Keeps the place between two blocks where the stream is, if the last one kept is far enough behind.
    private func keepPlace() {
        guard let last = points.last, outputOffset - last.outputOffset >= distance else { return }
        var length: UInt32 = 0
        let window = [UInt8](unsafeUninitializedCapacity: Self.windowLength) { buffer, count in
            inflateGetDictionary(stream, buffer.baseAddress, &length)
            count = min(Int(length), buffer.count)
        }
        points.append(
            RestartPoint(
                inputOffset: inputOffset - Int(stream.pointee.avail_in), bits: stream.pointee.data_type & 7,
                outputOffset: outputOffset, window: window))
        guard points.count > mostPoints else { return }
        points = points.enumerated().filter { $0.offset % 2 == 0 }.map(\.element)
        distance *= 2
    }

    // MARK: Inflating

    /// Fills `target` with what comes next and returns how much there was: less only at the end.
    private func inflate(into target: UnsafeMutableRawBufferPointer) throws(ParseError) -> Int {
        var produced = 0
        var idleCount = 0
        while produced < target.count, outputOffset < size {
            if stream.pointee.avail_in == 0, try !refill() {
                end = outputOffset
                break
            }
            let room = min(target.count - produced, 1 << 30)
            stream.pointee.next_out = target.baseAddress.map { ($0 + produced).assumingMemoryBound(to: UInt8.self) }
            stream.pointee.avail_out = UInt32(room)
            // Stops at the end of each block, where a restart point can be.
            let status = CZlib.inflate(stream, Z_BLOCK)
            let count = room - Int(stream.pointee.avail_out)
            produced += count
            outputOffset += count
            switch status {
            case Z_OK:
                // 128: just behind a block; 64: that was the last.
                if stream.pointee.data_type & 0xC0 == 128 { keepPlace() }
            case Z_BUF_ERROR where stream.pointee.avail_in == 0: break
            case Z_BUF_ERROR where idleCount < 64:
                // An empty block within bits that zlib had taken before.
                idleCount += 1
                continue
            case Z_STREAM_END: end = outputOffset
            default:
                failure = status
                end = outputOffset
            }
            idleCount = 0
            if outputOffset > Self.maximumSize { throw ParseError(.tooLarge(outputOffset), offset: inputOffset) }
        }
        return produced
    }

    private func refill() throws(ParseError) -> Bool {
        let count = try source.read(into: input, at: inputOffset)
        guard count > 0 else { return false }
        inputOffset += count
        stream.pointee.next_in = input.baseAddress.map { $0.assumingMemoryBound(to: UInt8.self) }
        stream.pointee.avail_in = UInt32(count)
        return true
    }
}
