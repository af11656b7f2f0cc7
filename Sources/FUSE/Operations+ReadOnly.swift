import CFuse
import SystemPackage
import VFS

extension Operations {
    /// Everything that would change something, answered with EROFS. Unset, libfuse would answer ENOSYS, which programs report as
    /// "Function not implemented", and for which the kernel tries other ways.
    static func addModifying(to table: inout fuse_lowlevel_ops) {
        table.setattr = { request, _, _, _, _ in Operations.refuse(request) }
        table.mknod = { request, _, _, _, _ in Operations.refuse(request) }
        table.mkdir = { request, _, _, _ in Operations.refuse(request) }
        table.unlink = { request, _, _ in Operations.refuse(request) }
        table.rmdir = { request, _, _ in Operations.refuse(request) }
        table.symlink = { request, _, _, _ in Operations.refuse(request) }
        table.rename = { request, _, _, _, _, _ in Operations.refuse(request) }
        table.link = { request, _, _, _ in Operations.refuse(request) }
        table.create = { request, _, _, _, _ in Operations.refuse(request) }
        table.write = { request, _, _, _, _, _ in Operations.refuse(request) }
        table.setxattr = { request, _, _, _, _, _ in Operations.refuse(request) }
        table.removexattr = { request, _, _ in Operations.refuse(request) }
        table.fallocate = { request, _, _, _, _, _ in Operations.refuse(request) }
        table.copy_file_range = { request, _, _, _, _, _, _, _, _ in Operations.refuse(request) }
    }

    private static func refuse(_ request: fuse_req_t?) {
        Server.serve(request, .modify) { _, request in Server.reply(request, .readOnlyFileSystem) }
    }
}
