/// Which of libfuse's operations are served, and why the others are not.
public enum SupportedOperations {
    /// What becomes of an operation.
    public enum Support: Sendable, Equatable {
        /// The file system's operation of the same name answers.
        case implemented
        /// As implemented where `SessionOptions` ask for it; else left unset, as said.
        case optional(String)
        /// EROFS where nothing can be changed, else as said.
        case refused(String)
        /// Left unset because things work without it, as said.
        case notNeeded(String)
        /// Left unset on purpose, as said.
        case willNot(String)
    }

    /// In the order of `fuse_lowlevel_ops`.
    public static let all: [(operation: String, support: Support)] = [
        ("init", .implemented),
        ("destroy", .notNeeded("the session cleans up when its loop has ended, which also happens without DESTROY")),
        ("lookup", .implemented),
        ("forget", .implemented),
        ("getattr", .implemented),
        ("setattr", .implemented),
        ("readlink", .notNeeded("there are no symbolic links")),
        ("mknod", .refused("EPERM: there are files and directories, each with one name")),
        ("mkdir", .implemented),
        ("unlink", .implemented),
        ("rmdir", .implemented),
        ("symlink", .refused("EPERM: there are files and directories, each with one name")),
        ("rename", .implemented),
        ("link", .refused("EPERM: there are files and directories, each with one name")),
        ("open", .implemented),
        ("read", .implemented),
        ("write", .implemented),
        ("flush", .implemented),
        ("release", .implemented),
        ("fsync", .implemented),
        ("opendir", .implemented),
        ("readdir", .implemented),
        ("releasedir", .notNeeded("a directory stream has no state of its own")),
        ("fsyncdir", .implemented),
        ("statfs", .implemented),
        ("setxattr", .refused("ENOTSUP: nothing keeps attributes of that kind")),
        (
            "getxattr",
            .optional("once it is answered, `ls -l` asks for every entry and takes 10 to 16 times as long")
        ),
        ("listxattr", .optional("as getxattr")),
        ("removexattr", .refused("ENOTSUP: nothing keeps attributes of that kind")),
        ("access", .notNeeded("the kernel checks modes itself (default_permissions)")),
        ("create", .implemented),
        ("getlk", .notNeeded("locks are kept by the kernel, for this machine")),
        ("setlk", .notNeeded("as getlk")),
        ("bmap", .willNot("there is no block device below")),
        ("ioctl", .notNeeded("there is nothing to control; callers get ENOTTY")),
        ("poll", .notNeeded("files are always ready, and the kernel says so itself")),
        ("write_buf", .notNeeded("write answers")),
        ("retrieve_reply", .notNeeded("nothing is retrieved from the kernel's cache")),
        ("forget_multi", .implemented),
        ("flock", .notNeeded("as getlk")),
        ("fallocate", .implemented),
        ("readdirplus", .implemented),
        ("copy_file_range", .notNeeded("the kernel copies by reading and writing")),
        ("lseek", .notNeeded("files have no holes; the kernel answers SEEK_DATA and SEEK_HOLE itself")),
    ]
}
