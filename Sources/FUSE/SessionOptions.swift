internal import CLinux

/// How a session is mounted and served.
public struct SessionOptions: Sendable {
    /// Users other than the one who mounts may enter (fuse.conf must allow it to users other than root).
    public var allowOther = false
    /// The mount itself is read-only: the kernel refuses every change without asking.
    public var readOnly = false
    /// What `mount` and `df` show as the source.
    public var fsname = "dicomviewfs"
    /// What they show as the type, after "fuse.".
    public var subtype = "dicomviewfs"
    /// Further `-o` options, passed to libfuse as they are.
    public var mountOptions: [String] = []
    /// Threads that serve requests, each of which may block in the file system.
    public var maximumThreads: Int
    /// Let the kernel read files that equal a file on disk itself, where it can.
    public var passthrough = true
    /// Hand pages of files to the kernel where bytes need not be changed, rather than copies of them.
    public var splicing = true
    /// What the mount's read-ahead is raised to, in KiB, where permitted. The kernel's own 128 costs a quarter of the speed; what
    /// was read far ahead leaves the processor's cache before it is copied.
    public var readAheadKiB = 512
    /// Answer for extended attributes.
    public var extendedAttributes = false

    public init() {
        // Two requests a core are under way while others block, and two are left for listings; on a small machine enough that
        // some opens which wait for a slow disk do not keep listings waiting. A thread starts when all others are busy, and its
        // buffer takes memory when it first serves a read: 16 MiB for 16 that all did.
        maximumThreads = max(16, 2 * Int(clinux_processor_count()) + 2)
    }

    /// The options as the one argument of `-o`; commas and backslashes in names are escaped for libfuse's parser.
    var argument: String {
        var options = ["fsname=\(Self.escaped(fsname))", "subtype=\(Self.escaped(subtype))", "default_permissions"]
        if allowOther { options.append("allow_other") }
        if readOnly { options.append("ro") }
        if splicing { options.append("max_read=\(ReplyPipe.largestReply)") }
        options += mountOptions.filter { !$0.isEmpty }
        return options.joined(separator: ",")
    }

    static func escaped(_ value: String) -> String {
        var escaped = ""
        for character in value {
            if character == "," || character == "\\" { escaped.append("\\") }
            escaped.append(character)
        }
        return escaped
    }
}
