internal import Archive
internal import DICOM

/// An opened file, of the archive or of a view, as the bytes that the DICOM reader asks for.
///
/// The reader's own errors have no room for why bytes could not be had, and where it can it goes on without them: whoever reads asks
/// for `failure` in either case.
final class FileByteSource: ByteSource, Sendable {
    private enum File {
        case source(SourceFile)
        case view(ViewFile)
    }

    private let file: File
    private let firstFailure = Lock<ViewError?>(nil)

    init(_ file: SourceFile) { self.file = .source(file) }

    init(_ file: ViewFile) { self.file = .view(file) }

    /// Why bytes could not be had the first time that they could not; nil if all could.
    var failure: ViewError? { firstFailure.withLock { $0 } }

    var size: Int {
        switch file {
        case .source(let file): Int(clamping: file.size)
        case .view(let file): Int(clamping: file.size)
        }
    }

    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(ParseError) -> Int {
        do throws(ViewError) {
            return try bytes(into: buffer, at: UInt64(clamping: offset))
        } catch {
            firstFailure.withLock { if $0 == nil { $0 = error } }
            let errno: Int32 = if case .sourceUnreadable(_, let errno) = error { errno } else { 0 }
            throw ParseError(.unreadable(errno: errno), offset: offset)
        }
    }

    private func bytes(into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64) throws(ViewError) -> Int {
        switch file {
        case .view(let file): return try file.read(into: buffer, at: offset)
        case .source(let file):
            do throws(StoreError) {
                return try file.read(into: buffer, at: offset)
            } catch {
                throw ViewError(error)
            }
        }
    }
}
