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

    /// Nothing to do: what the file holds goes with it.
    func release() {}
}
