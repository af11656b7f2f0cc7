internal import CZlib

/// Inflates a data set of Deflated Explicit VR Little Endian (PS3.5 A.5).
enum Inflate {
    /// An inflated data set is held whole, so there is a limit to it.
    static let maximumSize = 1 << 30

    /// Inflates raw deflate data, or zlib-wrapped data as some writers produce them, from `offset` to the end of `source`.
    static func inflate(_ source: some ByteSource, from offset: Int) throws(ParseError) -> [UInt8] {
        let count = source.size - offset
        guard count > 0 else { throw ParseError(.truncated(needed: 1, available: 0), offset: offset) }
        guard count <= maximumSize else { throw ParseError(.tooLarge(count), offset: offset) }
        var input = [UInt8](repeating: 0, count: count)
        var failure: ParseError?
        input.withUnsafeMutableBytes { bytes in
            do throws(ParseError) { _ = try source.read(into: bytes, at: offset) } catch { failure = error }
        }
        if let failure { throw failure }
        do throws(ParseError) {
            return try inflate(input, windowBits: -15, offset: offset)
        } catch {
            return try inflate(input, windowBits: 15, offset: offset)
        }
    }

    private static func inflate(_ input: [UInt8], windowBits: Int32, offset: Int) throws(ParseError) -> [UInt8] {
        var stream = z_stream()
        var status = czlib_inflateInit2(&stream, windowBits)
        guard status == Z_OK else { throw ParseError(.deflate(code: status), offset: offset) }
        defer { inflateEnd(&stream) }
        var input = input
        var output: [UInt8] = []
        output.reserveCapacity(input.count * 3)
        var chunk = [UInt8](repeating: 0, count: 1 << 18)
        input.withUnsafeMutableBufferPointer { bytes in
            stream.next_in = bytes.baseAddress
            stream.avail_in = UInt32(clamping: bytes.count)
            repeat {
                let produced = chunk.withUnsafeMutableBufferPointer { buffer in
                    stream.next_out = buffer.baseAddress
                    stream.avail_out = UInt32(clamping: buffer.count)
                    status = CZlib.inflate(&stream, Z_NO_FLUSH)
                    return buffer.count - Int(stream.avail_out)
                }
                output.append(contentsOf: chunk[..<produced])
                if produced == 0 && stream.avail_in == 0 { break }
            } while status == Z_OK && output.count <= maximumSize
        }
        // A stream without its end mark still yields all its bytes: the parse decides what they are worth.
        guard status == Z_STREAM_END || (status == Z_OK || status == Z_BUF_ERROR) && !output.isEmpty else {
            throw ParseError(.deflate(code: status), offset: offset)
        }
        guard output.count <= maximumSize else { throw ParseError(.tooLarge(output.count), offset: offset) }
        return output
    }
}
