import CFuse
import Glibc

/// Passthrough with releases of libfuse that know nothing of it (before 3.17): the replies to INIT and OPEN are completed on
/// their way out, in the hooks of `fuse_session_custom_io`.
///
/// The hooks also note which request a thread is answering, for `SplicedReplies`, and have threads read in turn (`ReadingTurn`).
///
/// A reply is recognised by the number of its request, which the read hook saw on the same thread: a request is answered by the
/// thread that received it. Offsets are those of linux/fuse.h, whose layout is fixed.
enum PassthroughReplies {
    private static let opcodeInit: UInt32 = 26
    private static let requestHeaderSize = 40
    private static let replyHeaderSize = 16
    /// fuse_init_out and fuse_open_out behind the header.
    private static let initReplySize = replyHeaderSize + 64
    private static let openReplySize = replyHeaderSize + 16
    private static let flagInitExtended: UInt32 = 1 << 30
    /// FUSE_PASSTHROUGH is bit 37; the second word of flags begins with bit 32.
    private static let flagPassthrough: UInt32 = 1 << 5
    private static let openPassthrough: UInt32 = 1 << 7
    private static let openKeepCache: UInt32 = 1 << 1

    static func install(in session: OpaquePointer) -> Bool {
        var io = fuse_custom_io()
        io.read = { device, buffer, capacity, userdata in
            // A worker may be cancelled in here: nothing is locked meanwhile.
            guard let buffer, let server = Server.of(userdata: userdata) else {
                return Glibc.read(device, buffer, capacity)
            }
            let context = WorkerContext.current
            let count = server.readingTurn.read(device, buffer, capacity, context)
            if count >= PassthroughReplies.requestHeaderSize {
                context.pointee.opcode = buffer.loadUnaligned(fromByteOffset: 4, as: UInt32.self)
                context.pointee.unique = buffer.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
                context.pointee.device = device
                if context.pointee.opcode == PassthroughReplies.opcodeInit,
                    !server.options.passthrough || cfuse_has_passthrough() != 0
                        || !PassthroughReplies.offersPassthrough(UnsafeRawBufferPointer(start: buffer, count: count))
                {
                    // Forgotten: its reply goes out as it is.
                    context.pointee.opcode = 0
                }
            }
            return count
        }
        io.writev = { device, vectors, count, userdata in
            if let context = WorkerContext.existing, let vectors,
                context.pointee.opcode == PassthroughReplies.opcodeInit || context.pointee.backingID != 0
            {
                let vectors = UnsafeBufferPointer(start: vectors, count: Int(count))
                if let result = PassthroughReplies.complete(
                    vectors, device: device, context: context, userdata: userdata)
                {
                    return result
                }
            }
            return Glibc.writev(device, vectors, count)
        }
        return cfuse_session_custom_io(session, &io) == 0
    }

    /// Whether an INIT request says that this kernel can pass through.
    private static func offersPassthrough(_ request: UnsafeRawBufferPointer) -> Bool {
        // fuse_init_in: major, minor, max_readahead, flags, flags2.
        guard request.count >= requestHeaderSize + 20 else { return false }
        let flags = request.loadUnaligned(fromByteOffset: requestHeaderSize + 12, as: UInt32.self)
        let flags2 = request.loadUnaligned(fromByteOffset: requestHeaderSize + 16, as: UInt32.self)
        return flags & flagInitExtended != 0 && flags2 & flagPassthrough != 0
    }

    /// Completes and sends a reply to INIT or OPEN; nil if this is another reply.
    private static func complete(
        _ vectors: UnsafeBufferPointer<iovec>, device: Int32, context: UnsafeMutablePointer<WorkerContext>,
        userdata: UnsafeMutableRawPointer?
    ) -> Int? {
        let isInit = context.pointee.opcode == opcodeInit
        let size = isInit ? initReplySize : openReplySize
        guard vectors.reduce(0, { $0 &+ $1.iov_len }) == size else { return nil }
        return withUnsafeTemporaryAllocation(byteCount: initReplySize, alignment: 8) { reply -> Int? in
            guard let base = reply.baseAddress else { return nil }
            var end = 0
            for vector in vectors where vector.iov_len > 0 {
                memcpy(base + end, vector.iov_base, vector.iov_len)
                end += vector.iov_len
            }
            // fuse_out_header: len, error, unique.
            guard reply.load(fromByteOffset: 4, as: Int32.self) == 0,
                reply.load(fromByteOffset: 8, as: UInt64.self) == context.pointee.unique
            else { return nil }
            func word(_ index: Int) -> UnsafeMutablePointer<UInt32> {
                (base + replyHeaderSize + 4 * index).assumingMemoryBound(to: UInt32.self)
            }
            if isInit {
                // flags, flags2, max_stack_depth.
                word(3).pointee |= flagInitExtended
                word(8).pointee |= flagPassthrough
                word(9).pointee = 1
                context.pointee.opcode = 0
                Server.of(userdata: userdata)?.passthrough.negotiated()
            } else {
                // open_flags, backing_id.
                word(2).pointee = (word(2).pointee | openPassthrough) & ~openKeepCache
                word(3).pointee = UInt32(bitPattern: context.pointee.backingID)
                context.pointee.backingID = 0
            }
            return Glibc.write(device, base, size)
        }
    }
}
