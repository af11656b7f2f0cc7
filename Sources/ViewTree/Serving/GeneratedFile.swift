import SystemPackage
import VFS

/// An open file whose bytes were made when it was opened, such as the status.
final class GeneratedFile: OpenFile {
    private let bytes: [UInt8]

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Never kept: the next open makes other bytes.
    var service: FileService { .direct }
    var version: FileVersion? { nil }

    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64) throws(Errno) -> Int {
        guard let start = Int(exactly: offset), start < bytes.count else { return 0 }
        let count = min(buffer.count, bytes.count - start)
        bytes.withUnsafeBytes { buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[start..<start + count])) }
        return count
    }

    func release() {}
}
