import CFuse
import SystemPackage
import VFS

extension Operations {
    /// Only where they were asked for: once one is answered, `ls -l` asks for them entry by entry.
    static func addExtendedAttributes(to table: inout fuse_lowlevel_ops) {
        table.getxattr = { request, node, name, size in
            Server.serve(request, .getxattr) { server, request in
                guard let name else { return Server.reply(request, .invalidArgument) }
                return withName(name) { name in
                    do throws(Errno) {
                        let value = try server.fileSystem.getxattr(name, of: NodeID(rawValue: node))
                        return Operations.reply(request, value, size: size)
                    } catch {
                        return Server.reply(request, error)
                    }
                }
            }
        }
        table.listxattr = { request, node, size in
            Server.serve(request, .getxattr) { server, request in
                do throws(Errno) {
                    let names = try server.fileSystem.listxattr(NodeID(rawValue: node))
                    return Operations.reply(request, Array(names.map { $0 + [0] }.joined()), size: size)
                } catch {
                    return Server.reply(request, error)
                }
            }
        }
    }

    /// As getxattr(2) has it: how long it is if there is no room at all, ERANGE if there is too little.
    private static func reply(_ request: fuse_req_t, _ value: [UInt8], size: Int) -> Int32 {
        if size == 0 {
            fuse_reply_xattr(request, value.count)
            return 0
        }
        guard value.count <= size else { return Server.reply(request, .outOfRange) }
        _ = value.withUnsafeBytes { bytes in
            bytes.withMemoryRebound(to: CChar.self) { fuse_reply_buf(request, $0.baseAddress, $0.count) }
        }
        return 0
    }
}
