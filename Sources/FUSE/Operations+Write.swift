import CFuse
import Glibc
import SystemPackage
import VFS

extension Operations {
    /// What changes the bytes of files.
    static func addWrite(to table: inout fuse_lowlevel_ops) {
        table.create = { request, parent, name, mode, information in
            Server.serve(request, .create) { server, request in
                guard let name, let information else { return Server.reply(request, .invalidArgument) }
                return withName(name) {
                    Operations.create(
                        server, request, $0, in: NodeID(rawValue: parent), permissions: UInt16(mode & 0o7777),
                        information)
                }
            }
        }
        table.write = { request, _, bytes, size, offset, information in
            Server.serve(request, .write) { server, request in
                guard let information, let opened = Operations.openedFile(information), offset >= 0 else {
                    return Server.reply(request, .badFileDescriptor)
                }
                let bytes = UnsafeRawBufferPointer(start: bytes, count: size)
                do throws(Errno) {
                    let file = opened._withUnsafeGuaranteedRef { $0.file }
                    try file.write(bytes, at: UInt64(offset))
                } catch {
                    return Server.reply(request, error)
                }
                server.statistics.countBytesWritten(size)
                fuse_reply_write(request, size)
                return 0
            }
        }
        table.flush = { request, _, information in
            Server.serve(request, .flush) { server, request in
                Operations.with(information, request) { (file) throws(Errno) in try file.flush() }
            }
        }
        table.fsync = { request, _, _, information in
            Server.serve(request, .fsync) { server, request in
                Operations.with(information, request) { (file) throws(Errno) in try file.fsync() }
            }
        }
        table.fsyncdir = { request, node, _, _ in
            Server.serve(request, .fsync) { server, request in
                do throws(Errno) {
                    try server.fileSystem.fsyncdir(NodeID(rawValue: node))
                } catch {
                    return Server.reply(request, error)
                }
                fuse_reply_err(request, 0)
                return 0
            }
        }
        table.fallocate = { request, _, mode, offset, length, information in
            Server.serve(request, .write) { server, request in
                guard offset >= 0, length > 0 else { return Server.reply(request, .invalidArgument) }
                return Operations.with(information, request) { (file) throws(Errno) in
                    try file.fallocate(mode: mode, offset: UInt64(offset), length: UInt64(length))
                }
            }
        }
    }

    /// Runs `body` on the open file and replies.
    private static func with(
        _ information: UnsafeMutablePointer<fuse_file_info>?, _ request: fuse_req_t,
        _ body: (any OpenFile) throws(Errno) -> Void
    ) -> Int32 {
        guard let information, let opened = openedFile(information) else {
            return Server.reply(request, .badFileDescriptor)
        }
        do throws(Errno) {
            try body(opened._withUnsafeGuaranteedRef { $0.file })
        } catch {
            return Server.reply(request, error)
        }
        fuse_reply_err(request, 0)
        return 0
    }

    private static func create(
        _ server: Server, _ request: fuse_req_t, _ name: NameBytes, in parent: NodeID, permissions: UInt16,
        _ information: UnsafeMutablePointer<fuse_file_info>
    ) -> Int32 {
        let entry: Entry
        let opened: OpenedFile
        do throws(Errno) {
            let created = try server.fileSystem.create(
                name, in: parent, permissions: permissions, caller: Caller(of: request))
            entry = created.entry
            do throws(Errno) {
                opened = try server.openFiles.insert(created.file, of: entry.attributes.nodeID)
            } catch {
                created.file.release()
                throw error
            }
        } catch {
            return Server.reply(request, error)
        }
        let context = WorkerContext.current
        prepare(information, for: opened, isWriting: true, server, context)
        var parameters = fuse_entry_param(entry)
        let result = fuse_reply_create(request, &parameters, information)
        context.pointee.backingID = 0
        // A caller that gave up (a signal) learns neither of the node nor of the descriptor.
        if result != 0 {
            server.openFiles.release(handle: opened.handle)
            server.fileSystem.forget(entry.attributes.nodeID, lookups: 1)
        }
        return 0
    }
}

extension Caller {
    init(of request: fuse_req_t) {
        let context = fuse_req_ctx(request)
        self.init(
            uid: context?.pointee.uid ?? 0, gid: context?.pointee.gid ?? 0, threadID: context?.pointee.pid ?? 0)
    }
}

/// Runs `body` with a name that libfuse passes as a C string.
func withName<Result>(_ name: UnsafePointer<CChar>, _ body: (NameBytes) -> Result) -> Result {
    let length = strlen(name)
    return name.withMemoryRebound(to: UInt8.self, capacity: length) { body(NameBytes(start: $0, count: length)) }
}
