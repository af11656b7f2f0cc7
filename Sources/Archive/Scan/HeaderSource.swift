internal import DICOM
internal import Glibc

/// The bytes of an open file, as the parser asks for them; counts them.
final class HeaderSource: ByteSource {
    let descriptor: Int32
    let size: Int
    /// Bytes read so far.
    private(set) var bytesRead: UInt64 = 0

    init(descriptor: Int32, size: UInt64) {
        self.descriptor = descriptor
        self.size = Int(clamping: size)
    }

    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(ParseError) -> Int {
        var done = 0
        while done < buffer.count {
            let count = pread(
                descriptor, buffer.baseAddress.map { $0 + done }, buffer.count - done, off_t(offset + done))
            if count < 0 {
                if errno == EINTR { continue }
                throw ParseError(.unreadable(errno: errno), offset: offset + done)
            }
            if count == 0 { break }
            done += count
        }
        bytesRead &+= UInt64(done)
        return done
    }
}
