import CFuse
import Glibc
import SystemPackage
import VFS

extension Operations {
    static func addDirectory(to table: inout fuse_lowlevel_ops) {
        table.opendir = { request, node, information in
            Server.serve(request, .opendir) { server, request in
                guard let information else { return Server.reply(request, .invalidArgument) }
                do throws(Errno) {
                    let entry = try server.fileSystem.getattr(NodeID(rawValue: node))
                    guard entry.attributes.kind == .directory else { return Server.reply(request, .notDirectory) }
                    // The kernel keeps complete listings until it is told of a change; none of what changes unannounced.
                    let isAnnounced: UInt32 = entry.timeouts.attributes > 0 ? 1 : 0
                    information.pointee.cache_readdir = isAnnounced
                    information.pointee.keep_cache = isAnnounced
                } catch {
                    return Server.reply(request, error)
                }
                fuse_reply_open(request, information)
                return 0
            }
        }
        table.readdir = { request, node, size, offset, _ in
            Server.serve(request, .readdir) { server, request in
                Operations.readdir(server, request, NodeID(rawValue: node), size: size, offset: offset, isPlus: false)
            }
        }
        table.readdirplus = { request, node, size, offset, _ in
            Server.serve(request, .readdirplus) { server, request in
                Operations.readdir(server, request, NodeID(rawValue: node), size: size, offset: offset, isPlus: true)
            }
        }
    }

    // The kernel's offset is where a listing goes on: 0 at its beginning, 1 after ".", 2 after "..", and a cookie plus 2 after
    // any other entry. No state is kept between calls, so every offset ever given is good for ever.
    private static let afterDot: UInt64 = 1
    private static let afterDotDot: UInt64 = 2
    private static let maximumCookie = UInt64(Int64.max) - afterDotDot

    private static func readdir(
        _ server: Server, _ request: fuse_req_t, _ directory: NodeID, size: Int, offset: off_t, isPlus: Bool
    ) -> Int32 {
        let context = WorkerContext.current
        guard offset >= 0, size > 0 else { return Server.reply(request, .invalidArgument) }
        guard let buffer = context.pointee.buffer(for: size) else { return Server.reply(request, .noMemory) }
        let offset = UInt64(offset)
        var listing = Listing(
            request: request, buffer: buffer.assumingMemoryBound(to: CChar.self), size: size,
            name: context.pointee.name,
            isPlus: isPlus)
        do throws(Errno) {
            if offset < afterDot {
                guard listing.add(".", server.fileSystem.inodeNumber(of: directory), offset: afterDot) else {
                    return listing.reply()
                }
            }
            if offset < afterDotDot {
                let parent = directory == .root ? directory : try server.fileSystem.parent(of: directory)
                guard listing.add("..", server.fileSystem.inodeNumber(of: parent), offset: afterDotDot) else {
                    return listing.reply()
                }
            }
            let cookie = offset > afterDotDot ? offset - afterDotDot : 0
            try server.fileSystem.readdir(directory, after: cookie) { name, cookie, entry in
                guard cookie <= maximumCookie else {
                    listing.failure = .overflow
                    return false
                }
                return listing.add(name, entry, offset: cookie + afterDotDot)
            }
            if listing.isEmpty, let failure = listing.failure { return Server.reply(request, failure) }
        } catch {
            // What there is so far is good; the reader meets the error when it goes on.
            if listing.isEmpty { return Server.reply(request, error) }
        }
        return listing.reply()
    }
}

/// A reply to READDIR or READDIRPLUS as it fills.
private struct Listing {
    let request: fuse_req_t
    let buffer: UnsafeMutablePointer<CChar>
    let size: Int
    /// Where a name gets its NUL.
    let name: UnsafeMutablePointer<CChar>
    let isPlus: Bool
    private var used = 0
    var failure: Errno?

    init(
        request: fuse_req_t, buffer: UnsafeMutablePointer<CChar>, size: Int, name: UnsafeMutablePointer<CChar>,
        isPlus: Bool
    ) {
        self.request = request
        self.buffer = buffer
        self.size = size
        self.name = name
        self.isPlus = isPlus
    }

    var isEmpty: Bool { used == 0 }

    /// Adds "." or "..", of which the kernel wants no more than number and kind.
    mutating func add(_ dots: StaticString, _ inodeNumber: UInt64, offset: UInt64) -> Bool {
        var parameters = fuse_entry_param()
        parameters.attr.st_ino = .init(truncatingIfNeeded: inodeNumber)
        parameters.attr.st_mode = Glibc.S_IFDIR
        return dots.withUTF8Buffer { add($0, &parameters, offset: offset) }
    }

    /// Adds an entry; false if it has no room any more.
    mutating func add(_ name: NameBytes, _ entry: Entry, offset: UInt64) -> Bool {
        var parameters = fuse_entry_param(entry)
        return add(name, &parameters, offset: offset)
    }

    private mutating func add(_ bytes: NameBytes, _ parameters: inout fuse_entry_param, offset: UInt64) -> Bool {
        // A name the kernel would not take fails the whole listing: left out, it fails alone.
        guard let base = bytes.baseAddress, (1...WorkerContext.maximumNameLength).contains(bytes.count),
            memchr(base, Int32(UInt8(ascii: "/")), bytes.count) == nil
        else { return true }
        memcpy(name, base, bytes.count)
        name[bytes.count] = 0
        let room = size - used
        let offset = off_t(clamping: offset)
        let needed =
            isPlus
            ? fuse_add_direntry_plus(request, buffer + used, room, name, &parameters, offset)
            : fuse_add_direntry(request, buffer + used, room, name, &parameters.attr, offset)
        guard needed <= room else { return false }
        used += needed
        return true
    }

    func reply() -> Int32 {
        fuse_reply_buf(request, buffer, used)
        return 0
    }
}
