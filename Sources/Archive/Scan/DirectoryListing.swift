internal import CLinux
internal import Glibc

/// The names in one directory, sorted so that walking them depth first meets whole paths in the order of their bytes: a
/// directory's name counts as if it ended in "/".
struct DirectoryListing {
    enum Kind: UInt8 {
        case file
        case directory
        case symbolicLink
        case other

        /// - Parameter mode: `st_mode`, of a link itself.
        init(mode: mode_t) {
            switch mode & S_IFMT {
            case S_IFREG: self = .file
            case S_IFDIR: self = .directory
            case S_IFLNK: self = .symbolicLink
            default: self = .other
            }
        }
    }

    struct Entry {
        var start: Int32
        /// Bytes of the name, with the "/" of a directory.
        var count: Int32
        var kind: Kind
    }

    private(set) var entries: [Entry] = []
    private var names: [UInt8] = []

    /// Lists the directory at `path` beneath the root, which never leads through a symbolic link out of it.
    init(path: [UInt8], in archive: ArchiveDirectory) throws(ArchiveDirectory.Failure) {
        let descriptor = try withCPath(path.isEmpty ? [0x2E] : path) { (path) throws(ArchiveDirectory.Failure) in
            try archive.open(path: path, flags: O_DIRECTORY | O_NOFOLLOW)
        }
        guard let directory = fdopendir(descriptor) else {
            let failure = ArchiveDirectory.Failure(errno: errno)
            close(descriptor)
            throw failure
        }
        defer { closedir(directory) }
        while true {
            errno = 0
            guard let entry = readdir(directory) else { break }
            add(entry, in: dirfd(directory))
        }
        if errno != 0 { throw ArchiveDirectory.Failure(errno: errno) }
        sort()
    }

    private mutating func add(_ entry: UnsafeMutablePointer<dirent>, in directory: Int32) {
        let offset = MemoryLayout<dirent>.offset(of: \.d_name) ?? 19
        let name = (UnsafeRawPointer(entry) + offset).assumingMemoryBound(to: CChar.self)
        let count = strlen(name)
        let bytes = UnsafeBufferPointer(start: UnsafeRawPointer(name).assumingMemoryBound(to: UInt8.self), count: count)
        if bytes.elementsEqual(".".utf8) || bytes.elementsEqual("..".utf8) { return }
        let kind = Self.kind(Int32(entry.pointee.d_type), name, directory)
        if kind == .directory, bytes.elementsEqual(ArchiveDirectory.privateName.utf8) { return }
        let start = names.count
        names.append(contentsOf: bytes)
        if kind == .directory { names.append(0x2F) }
        entries.append(Entry(start: Int32(clamping: start), count: Int32(clamping: names.count - start), kind: kind))
    }

    private static func kind(_ type: Int32, _ name: UnsafePointer<CChar>, _ directory: Int32) -> Kind {
        switch type {
        case 8: return .file  // DT_REG
        case 4: return .directory  // DT_DIR
        case 10: return .symbolicLink  // DT_LNK
        case 0:  // DT_UNKNOWN: file systems that do not say
            var facts = stat()
            guard fstatat(directory, name, &facts, AT_SYMLINK_NOFOLLOW) == 0 else { return .file }
            return Kind(mode: facts.st_mode)
        default: return .other
        }
    }

    private mutating func sort() {
        names.withUnsafeBufferPointer { names in
            entries.sort { left, right in
                let common = Int(min(left.count, right.count))
                guard let base = names.baseAddress, common > 0 else { return left.count < right.count }
                let order = memcmp(base + Int(left.start), base + Int(right.start), common)
                return order == 0 ? left.count < right.count : order < 0
            }
        }
    }

    /// The name of `entry`, with the "/" of a directory.
    func name(of entry: Entry) -> ArraySlice<UInt8> {
        names[Int(entry.start)..<Int(entry.start) + Int(entry.count)]
    }
}
