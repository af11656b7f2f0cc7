import CFuse
import SystemPackage
import VFS

extension Operations {
    /// What no tree of ours has. Unset, libfuse would answer ENOSYS, which programs report as "Function not implemented".
    static func addRefused(to table: inout fuse_lowlevel_ops) {
        table.mknod = { request, parent, _, _, _ in Operations.refuse(request, in: parent) }
        table.symlink = { request, _, parent, _ in Operations.refuse(request, in: parent) }
        table.link = { request, _, parent, _ in Operations.refuse(request, in: parent) }
        table.setxattr = { request, node, _, _, _, _ in
            Operations.refuse(request, in: node, elsewhere: .notSupported)
        }
        table.removexattr = { request, node, _ in Operations.refuse(request, in: node, elsewhere: .notSupported) }
    }

    /// EROFS where nothing can be changed; `elsewhere` what file systems say that lack a feature.
    private static func refuse(
        _ request: fuse_req_t?, in directory: fuse_ino_t, elsewhere: Errno = .notPermitted
    ) {
        Server.serve(request, .modify) { server, request in
            let isWritable = server.fileSystem.isWritable(NodeID(rawValue: directory))
            return Server.reply(request, isWritable ? elsewhere : .readOnlyFileSystem)
        }
    }
}
