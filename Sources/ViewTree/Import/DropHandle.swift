import Archive
import Synchronization
import SystemPackage
import VFS

/// An open dropped file.
final class DropHandle: OpenFile {
    let file: DroppedFile
    private let isWriting: Bool
    private let box: DropBox

    init(_ file: DroppedFile, isWriting: Bool, in box: DropBox) {
        self.file = file
        self.isWriting = isWriting
        self.box = box
    }

    /// Only through the kernel do the bytes change, so it may keep them. Never passed through: what is behind a file changes
    /// while it is open, and the archive's file must not be written to.
    var service: FileService { .cached }

    /// None: all that are open are one file, whatever is written through them.
    var version: FileVersion? { nil }

    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64) throws(Errno) -> Int {
        guard let bytes = file.with({ $0.content.descriptor }) else { throw .ioError }
        let count = bytes.read(into: buffer, at: offset)
        if count < 0 { throw Errno(rawValue: Int32(-count)) }
        return count
    }

    func write(_ bytes: UnsafeRawBufferPointer, at offset: UInt64) throws(Errno) {
        guard isWriting else { throw .badFileDescriptor }
        try box.write(file, bytes, at: offset)
    }

    func fallocate(mode: Int32, offset: UInt64, length: UInt64) throws(Errno) {
        guard isWriting else { throw .badFileDescriptor }
        try box.fallocate(file, mode: mode, offset: offset, length: length)
    }

    func flush() throws(Errno) {
        if isWriting { try box.flush(file) }
    }

    func fsync() throws(Errno) { try box.fsync(file) }

    func release() { box.release(file, wasWriting: isWriting) }
}
