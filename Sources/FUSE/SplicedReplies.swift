import Glibc
import SystemPackage
import VFS

/// Replies to READ that go through a pipe (`ReplyPipe`) and past libfuse, whose own way of doing so answers with less than was
/// asked for where a file became shorter, and allocates where its pipe is too small.
enum SplicedReplies {
    /// Below, a copy costs less than the calls.
    private static let leastCount = 32 << 10
    /// fuse_out_header: len, error, unique.
    private static let headerSize = 16

    /// Sends the reply to the request that this thread received last. Returns how many bytes it had; nil if nothing was sent and
    /// they are to be read.
    static func send(
        _ opened: OpenedFile, size: Int, offset: UInt64, context: UnsafeMutablePointer<WorkerContext>
    ) throws(Errno) -> Int? {
        guard size >= leastCount, context.pointee.unique != 0 else { return nil }
        let count = opened.file.placedCount(size, at: offset)
        guard count >= leastCount, context.pointee.pipe.prepare(for: count) else { return nil }
        let header = (UInt32(headerSize + count), Int32(0), context.pointee.unique)
        var isWhole = withUnsafeBytes(of: header) { context.pointee.pipe.put($0) }
        var delivered = 0
        if isWhole {
            do throws(Errno) {
                try opened.file.forEachPiece(of: count, at: offset) { piece in
                    switch piece {
                    case .memory(let bytes):
                        isWhole = context.pointee.pipe.put(bytes)
                        delivered += bytes.count
                    case .file(let file, let offset, let count):
                        isWhole = context.pointee.pipe.put(file: file.rawValue, offset: offset, count: count)
                        delivered += count
                    }
                    return isWhole
                }
            } catch {
                context.pointee.pipe.discard()
                throw error
            }
        }
        guard isWhole, delivered == count else {
            context.pointee.pipe.discard()
            return nil
        }
        // If the reader was answered all the same, another answer is one to nobody.
        guard context.pointee.pipe.send(headerSize + count, to: context.pointee.device) else { throw .ioError }
        return count
    }
}
