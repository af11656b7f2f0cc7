internal import DICOM

/// A file of a view as the bytes that the DICOM reader asks for.
struct ViewFileByteSource: ByteSource {
    let file: ViewFile

    var size: Int { Int(clamping: file.size) }

    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(ParseError) -> Int {
        do throws(ViewError) {
            return try file.read(into: buffer, at: UInt64(clamping: offset))
        } catch {
            let errno: Int32 = if case .sourceUnreadable(_, let errno) = error { errno } else { 0 }
            throw ParseError(.unreadable(errno: errno), offset: offset)
        }
    }
}
