import SystemPackage
import VFS
import Views

/// An open instance of a view.
final class ViewTreeOpenFile: OpenFile {
    let entry: Entry?
    private let file: ViewFile
    var version: FileVersion? { entry?.attributes.version }
    private let onFailure: @Sendable (ViewError) -> Void

    init(_ file: ViewFile, _ entry: Entry, onFailure: @escaping @Sendable (ViewError) -> Void) {
        self.entry = entry
        self.file = file
        self.onFailure = onFailure
    }

    var service: FileService {
        file.identicalDescriptor.map { .identical(to: FileDescriptor(rawValue: $0)) } ?? .cached
    }

    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64) throws(Errno) -> Int {
        do throws(ViewError) {
            return try file.read(into: buffer, at: offset)
        } catch {
            onFailure(error)
            throw Errno(error)
        }
    }

    func placedCount(_ count: Int, at offset: UInt64) -> Int { file.placedCount(count, at: offset) }

    func forEachPiece(
        of count: Int, at offset: UInt64, deliver: (FilePiece) throws(Errno) -> Bool
    ) throws(Errno) {
        var failure: Errno?
        do throws(ViewError) {
            try file.forEachPiece(of: count, at: offset) { piece in
                do throws(Errno) {
                    switch piece {
                    case .header(let bytes): return try deliver(.memory(bytes))
                    case .source(let descriptor, let offset, let count):
                        return try deliver(.file(FileDescriptor(rawValue: descriptor), offset: offset, count: count))
                    }
                } catch {
                    failure = error
                    return false
                }
            }
        } catch {
            onFailure(error)
            throw Errno(error)
        }
        if let failure { throw failure }
    }

    /// Nothing to do: what the file holds goes with it.
    func release() {}
}
