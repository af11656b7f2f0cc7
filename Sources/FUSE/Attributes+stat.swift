import CFuse
import Glibc
import VFS

extension Attributes {
    /// What buffered readers take at a time: of Python's `open`, for one, which reads this much for a header alone.
    private static let preferredReadSize = 65536

    /// As stat(2) has it. Access times are not kept; they are the modification's.
    var status: stat {
        var status = stat()
        status.st_ino = .init(truncatingIfNeeded: inodeNumber)
        status.st_mode = mode
        status.st_nlink = .init(linkCount)
        status.st_uid = uid
        status.st_gid = gid
        status.st_size = .init(clamping: size)
        status.st_blksize = .init(Self.preferredReadSize)
        status.st_blocks = .init(clamping: size / 512 + (size % 512 == 0 ? 0 : 1))
        status.st_mtim = modificationTime.timespec
        status.st_ctim = changeTime.timespec
        status.st_atim = status.st_mtim
        return status
    }

    /// Kind and permissions in one.
    var mode: mode_t {
        let type =
            switch kind {
            case .directory: Glibc.S_IFDIR
            case .regularFile: Glibc.S_IFREG
            }
        return type | mode_t(permissions & 0o7777)
    }
}

extension Timestamp {
    fileprivate var timespec: timespec {
        .init(tv_sec: .init(truncatingIfNeeded: seconds), tv_nsec: .init(truncatingIfNeeded: nanoseconds))
    }
}

extension fuse_entry_param {
    /// The reply to LOOKUP, and an entry of READDIRPLUS.
    init(_ entry: Entry) {
        self.init()
        ino = entry.attributes.nodeID.rawValue
        generation = entry.attributes.generation
        attr = entry.attributes.status
        attr_timeout = entry.timeouts.attributes
        entry_timeout = entry.timeouts.entry
    }
}
