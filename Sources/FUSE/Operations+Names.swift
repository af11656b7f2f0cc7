import CFuse
import Glibc
import SystemPackage
import VFS

extension Operations {
    /// What changes names and attributes.
    static func addNames(to table: inout fuse_lowlevel_ops) {
        table.mkdir = { request, parent, name, mode in
            Server.serve(request, .modify) { server, request in
                guard let name else { return Server.reply(request, .invalidArgument) }
                return withName(name) { name in
                    do throws(Errno) {
                        let entry = try server.fileSystem.mkdir(
                            name, in: NodeID(rawValue: parent), permissions: UInt16(mode & 0o7777),
                            caller: Caller(of: request))
                        var parameters = fuse_entry_param(entry)
                        if fuse_reply_entry(request, &parameters) == -ENOENT {
                            server.fileSystem.forget(entry.attributes.nodeID, lookups: 1)
                        }
                        return 0
                    } catch {
                        return Server.reply(request, error)
                    }
                }
            }
        }
        table.unlink = { request, parent, name in
            Operations.modify(request, name) { (server, name) throws(Errno) in
                try server.fileSystem.unlink(name, in: NodeID(rawValue: parent))
            }
        }
        table.rmdir = { request, parent, name in
            Operations.modify(request, name) { (server, name) throws(Errno) in
                try server.fileSystem.rmdir(name, in: NodeID(rawValue: parent))
            }
        }
        table.rename = { request, parent, name, newParent, newName, flags in
            Operations.modify(request, name) { (server, name) throws(Errno) in
                guard let newName else { throw .invalidArgument }
                let mode = try Operations.renameMode(flags)
                let length = strlen(newName)
                try newName.withMemoryRebound(to: UInt8.self, capacity: length) { (bytes) throws(Errno) in
                    try server.fileSystem.rename(
                        name, in: NodeID(rawValue: parent), to: NameBytes(start: bytes, count: length),
                        in: NodeID(rawValue: newParent), mode: mode)
                }
            }
        }
        table.setattr = { request, node, status, valid, information in
            Server.serve(request, .modify) { server, request in
                guard let status else { return Server.reply(request, .invalidArgument) }
                let changes = AttributeChanges(status.pointee, valid: valid)
                let opened = information.flatMap { Operations.openedFile($0) }
                do throws(Errno) {
                    let file = opened?._withUnsafeGuaranteedRef { $0.file }
                    let entry = try server.fileSystem.setattr(
                        NodeID(rawValue: node), changes, through: file, caller: Caller(of: request))
                    var status = entry.attributes.status
                    fuse_reply_attr(request, &status, entry.timeouts.attributes)
                    return 0
                } catch {
                    return Server.reply(request, error)
                }
            }
        }
    }

    private static func modify(
        _ request: fuse_req_t?, _ name: UnsafePointer<CChar>?,
        _ body: (Server, NameBytes) throws(Errno) -> Void
    ) {
        Server.serve(request, .modify) { server, request in
            guard let name else { return Server.reply(request, .invalidArgument) }
            return withName(name) { name in
                do throws(Errno) {
                    try body(server, name)
                } catch {
                    return Server.reply(request, error)
                }
                fuse_reply_err(request, 0)
                return 0
            }
        }
    }

    /// Flags of renameat2(2); two files cannot change places.
    private static func renameMode(_ flags: UInt32) throws(Errno) -> RenameMode {
        switch flags {
        case 0: return .replacing
        case 1: return .notReplacing  // RENAME_NOREPLACE
        default: throw .invalidArgument
        }
    }
}

extension AttributeChanges {
    /// - Parameter valid: `FUSE_SET_ATTR_...`: what of `status` is meant.
    fileprivate init(_ status: stat, valid: Int32) {
        self.init()
        func has(_ bit: Int32) -> Bool { valid & (1 << bit) != 0 }
        if has(0) { permissions = UInt16(status.st_mode & 0o7777) }
        if has(1) { uid = status.st_uid }
        if has(2) { gid = status.st_gid }
        if has(3) { size = UInt64(clamping: status.st_size) }
        if has(8) {
            modificationTime = .now
        } else if has(5) {
            let time = status.st_mtim
            modificationTime = .at(
                Timestamp(seconds: Int64(time.tv_sec), nanoseconds: UInt32(clamping: time.tv_nsec)))
        }
    }
}
