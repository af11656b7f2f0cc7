import CFuse
import Glibc
import SystemPackage
import VFS

extension Operations {
    static func addFile(to table: inout fuse_lowlevel_ops) {
        table.open = { request, node, information in
            Server.serve(request, .open) { server, request in
                guard let information else { return Server.reply(request, .invalidArgument) }
                return Operations.open(server, request, NodeID(rawValue: node), information)
            }
        }
        table.read = { request, _, size, offset, information in
            Server.serve(request, .read) { server, request in
                guard let information, let opened = Operations.openedFile(information) else {
                    return Server.reply(request, .badFileDescriptor)
                }
                guard offset >= 0 else { return Server.reply(request, .invalidArgument) }
                return opened._withUnsafeGuaranteedRef {
                    Operations.read(server, request, $0, size: size, offset: UInt64(offset))
                }
            }
        }
        table.release = { request, _, information in
            Server.serve(request, .release) { server, request in
                if let information { server.openFiles.release(handle: information.pointee.fh) }
                // The kernel does not look at the answer.
                fuse_reply_err(request, 0)
                return 0
            }
        }
    }

    private static func open(
        _ server: Server, _ request: fuse_req_t, _ node: NodeID, _ information: UnsafeMutablePointer<fuse_file_info>
    ) -> Int32 {
        let flags = information.pointee.flags
        let isWriting = flags & O_ACCMODE != O_RDONLY || flags & O_TRUNC != 0
        let opened: OpenedFile
        do throws(Errno) {
            let file =
                isWriting
                ? try server.fileSystem.open(node, forWriting: flags & O_TRUNC != 0, caller: Caller(of: request))
                : try server.fileSystem.open(node)
            guard server.changingFiles.agrees(file.version, of: node) else {
                file.release()
                return Server.reply(request, .staleNFSFileHandle)
            }
            do throws(Errno) {
                opened = try server.openFiles.insert(file, of: node)
            } catch {
                file.release()
                throw error
            }
        } catch {
            return Server.reply(request, error)
        }
        let context = WorkerContext.current
        prepare(information, for: opened, isWriting: isWriting, server, context)
        let result = fuse_reply_open(request, information)
        // The id was for that reply only, whether it took it or not.
        context.pointee.backingID = 0
        // A caller that gave up (a signal) gets no descriptor, and no RELEASE follows.
        if result != 0 { server.openFiles.release(handle: opened.handle) }
        return 0
    }

    /// What the reply to OPEN or CREATE says of the file.
    static func prepare(
        _ information: UnsafeMutablePointer<fuse_file_info>, for opened: OpenedFile, isWriting: Bool, _ server: Server,
        _ context: UnsafeMutablePointer<WorkerContext>
    ) {
        information.pointee.fh = opened.handle
        // Where nothing is written there is nothing to do at close.
        information.pointee.noflush = isWriting ? 0 : 1
        switch opened.service {
        case .cached:
            // While pages of another version may be there, the kernel drops them at each open.
            information.pointee.keep_cache = server.changingFiles.contains(opened.node) ? 0 : 1
        case .direct:
            information.pointee.direct_io = 1
        case .passthrough(let backingID):
            server.statistics.countPassthroughOpen()
            cfuse_set_backing_id(information, backingID)
            context.pointee.backingID = backingID
        }
    }

    /// Through the thread's pipe, where bytes are in files as they are; else one buffer per thread, filled by the file, sent by one
    /// writev(2). Nothing is allocated.
    private static func read(
        _ server: Server, _ request: fuse_req_t, _ opened: OpenedFile, size: Int, offset: UInt64
    ) -> Int32 {
        if opened.isSuperseded { return Server.reply(request, .staleNFSFileHandle) }
        let context = WorkerContext.current
        do throws(Errno) {
            if server.options.splicing,
                let count = try SplicedReplies.send(opened, size: size, offset: offset, context: context)
            {
                server.statistics.countBytes(count)
                fuse_reply_none(request)
                return 0
            }
            guard let buffer = context.pointee.buffer(for: size) else { return Server.reply(request, .noMemory) }
            let count = try opened.file.read(
                into: UnsafeMutableRawBufferPointer(start: buffer, count: size), at: offset)
            guard (0...size).contains(count) else { return Server.reply(request, .ioError) }
            server.statistics.countBytes(count)
            fuse_reply_buf(request, buffer.assumingMemoryBound(to: CChar.self), count)
            return 0
        } catch {
            return Server.reply(request, error)
        }
    }

    /// Handles come back from the kernel as they were given, between OPEN and RELEASE; meanwhile the table keeps the file.
    static func openedFile(_ information: UnsafeMutablePointer<fuse_file_info>) -> Unmanaged<OpenedFile>? {
        UnsafeRawPointer(bitPattern: UInt(truncatingIfNeeded: information.pointee.fh)).map { .fromOpaque($0) }
    }
}
