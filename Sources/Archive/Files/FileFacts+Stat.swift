internal import Glibc

extension FileFacts {
    init(_ facts: stat) {
        self.init(
            size: UInt64(clamping: facts.st_size), modificationTime: FileTime(facts.st_mtim),
            changeTime: FileTime(facts.st_ctim), inode: UInt64(facts.st_ino), device: UInt64(facts.st_dev))
    }

    /// The facts of an open file; nil, with errno set, if the system will not say.
    init?(descriptor: Int32) {
        var facts = stat()
        guard fstat(descriptor, &facts) == 0 else { return nil }
        self.init(facts)
    }
}

extension FileTime {
    init(_ time: timespec) {
        self.init(seconds: Int64(time.tv_sec), nanoseconds: UInt32(clamping: time.tv_nsec))
    }
}
