import CFuse
import Glibc
import SystemPackage
import VFS

extension Operations {
    static func addLookup(to table: inout fuse_lowlevel_ops) {
        table.lookup = { request, parent, name in
            Server.serve(request, .lookup) { server, request in
                guard let name else { return Server.reply(request, .invalidArgument) }
                let length = strlen(name)
                return name.withMemoryRebound(to: UInt8.self, capacity: length) { bytes in
                    let name = NameBytes(start: bytes, count: length)
                    return Operations.lookup(server, request, name, in: NodeID(rawValue: parent))
                }
            }
        }
        table.forget = { request, node, lookups in
            Server.serve(request, .forget) { server, request in
                server.fileSystem.forget(NodeID(rawValue: node), lookups: lookups)
                fuse_reply_none(request)
                return 0
            }
        }
        table.forget_multi = { request, count, forgets in
            Server.serve(request, .forget) { server, request in
                for forget in UnsafeBufferPointer(start: forgets, count: count) {
                    server.fileSystem.forget(NodeID(rawValue: forget.ino), lookups: forget.nlookup)
                }
                fuse_reply_none(request)
                return 0
            }
        }
    }

    private static func lookup(_ server: Server, _ request: fuse_req_t, _ name: NameBytes, in parent: NodeID) -> Int32 {
        let entry: Entry
        let isReserved = isDot(name) || isDotDot(name)
        do throws(Errno) {
            entry =
                if isDot(name) {
                    try server.fileSystem.getattr(parent)
                } else if isDotDot(name) {
                    try server.fileSystem.getattr(server.fileSystem.parent(of: parent))
                } else {
                    try server.fileSystem.lookup(name, in: parent, caller: Caller(of: request))
                }
        } catch {
            guard error == .noSuchFileOrDirectory, !isReserved else { return Server.reply(request, error) }
            let timeout = server.fileSystem.negativeTimeout(in: parent)
            guard timeout > 0 else { return Server.reply(request, error) }
            // Node 0 is "not there", and may be remembered.
            var absent = fuse_entry_param()
            absent.entry_timeout = timeout
            fuse_reply_entry(request, &absent)
            return error.rawValue
        }
        server.changingFiles.told(entry.attributes)
        var parameters = fuse_entry_param(entry)
        // A caller that gave up (a signal) never learns of the node, and will not forget it.
        if fuse_reply_entry(request, &parameters) == -ENOENT {
            server.fileSystem.forget(entry.attributes.nodeID, lookups: 1)
        }
        return 0
    }

    private static func isDot(_ name: NameBytes) -> Bool {
        name.count == 1 && name[0] == UInt8(ascii: ".")
    }

    private static func isDotDot(_ name: NameBytes) -> Bool {
        name.count == 2 && name[0] == UInt8(ascii: ".") && name[1] == UInt8(ascii: ".")
    }
}
