/// Random access to the bytes of one file. This module opens no file itself.
public protocol ByteSource {
    /// Bytes in the file.
    var size: Int { get }

    /// Fills `buffer` from `offset` on and returns how many bytes there were: fewer than asked only at the end.
    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(ParseError) -> Int
}

/// Bytes that are in memory already.
public struct MemoryByteSource: ByteSource, Sendable {
    public let bytes: [UInt8]

    public init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    public var size: Int { bytes.count }

    public func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(ParseError) -> Int {
        guard offset >= 0, offset < bytes.count else { return 0 }
        let count = min(buffer.count, bytes.count - offset)
        bytes.withUnsafeBytes { source in
            buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: source[offset..<offset + count]))
        }
        return count
    }
}
