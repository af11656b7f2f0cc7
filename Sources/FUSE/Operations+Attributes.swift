import CFuse
import Glibc
import SystemPackage
import VFS

extension Operations {
    static func addAttributes(to table: inout fuse_lowlevel_ops) {
        table.getattr = { request, node, _ in
            Server.serve(request, .getattr) { server, request in
                do throws(Errno) {
                    let entry = try Operations.getattr(server, NodeID(rawValue: node))
                    server.changingFiles.told(entry.attributes)
                    var status = entry.attributes.status
                    fuse_reply_attr(request, &status, entry.timeouts.attributes)
                    return 0
                } catch {
                    return Server.reply(request, error)
                }
            }
        }
        table.statfs = { request, node in
            Server.serve(request, .statfs) { server, request in
                do throws(Errno) {
                    // 0 is "the file system as a whole".
                    let node = node == 0 ? NodeID.root : NodeID(rawValue: node)
                    var status = statvfs(try server.fileSystem.statfs(node))
                    fuse_reply_statfs(request, &status)
                    return 0
                } catch {
                    return Server.reply(request, error)
                }
            }
        }
    }
}

extension Operations {
    /// A file that is open keeps its attributes when its node goes.
    private static func getattr(_ server: Server, _ node: NodeID) throws(Errno) -> Entry {
        do throws(Errno) {
            return try server.fileSystem.getattr(node)
        } catch {
            guard error == .noSuchFileOrDirectory, let entry = server.openFiles.entry(of: node) else { throw error }
            return entry
        }
    }
}

extension statvfs {
    fileprivate init(_ statistics: FileSystemStatistics) {
        self.init()
        f_bsize = .init(clamping: statistics.blockSize)
        f_frsize = f_bsize
        f_blocks = .init(clamping: statistics.blocks)
        f_bfree = .init(clamping: statistics.blocksFree)
        f_bavail = .init(clamping: statistics.blocksAvailable)
        f_files = .init(clamping: statistics.files)
        f_ffree = .init(clamping: statistics.filesFree)
        f_favail = f_ffree
        f_namemax = .init(clamping: statistics.maximumNameLength)
    }
}
