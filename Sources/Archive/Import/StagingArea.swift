internal import CLinux
internal import Glibc

/// The two directories in the archive's `.dicomviewfs` where imported bytes are that are not (yet) among its files. On the
/// archive's own file system, so that a file becomes one of the archive's by a rename. Files are named by numbers.
public final class StagingArea: Sendable {
    public enum Place: String, Sendable, CaseIterable {
        /// Being written, or not judged yet.
        case staging
        /// Judged, and not stored: kept with the reason in the journal.
        case quarantine
    }

    public let archive: ArchiveDirectory
    private let staging: Descriptor
    private let quarantine: Descriptor

    /// Opens both, making them if they are absent.
    public init(_ archive: ArchiveDirectory) throws(ImportError) {
        self.archive = archive
        staging = try Self.directory(.staging, in: archive)
        quarantine = try Self.directory(.quarantine, in: archive)
    }

    private static func directory(_ place: Place, in archive: ArchiveDirectory) throws(ImportError) -> Descriptor {
        let name = "\(ArchiveDirectory.privateName)/\(place.rawValue)"
        // What is in here may be anybody's half-written file: for the owner alone.
        if mkdirat(archive.descriptor, name, 0o700) != 0, errno != EEXIST {
            throw .system(path: "\(archive.path)/\(name)", errno: errno)
        }
        let descriptor = openat(archive.descriptor, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { throw .system(path: "\(archive.path)/\(name)", errno: errno) }
        return Descriptor(descriptor)
    }

    func directory(_ place: Place) -> Descriptor {
        switch place {
        case .staging: staging
        case .quarantine: quarantine
        }
    }

    /// To show.
    public func path(_ id: UInt64, in place: Place) -> String {
        "\(archive.path)/\(ArchiveDirectory.privateName)/\(place.rawValue)/\(id)"
    }

    /// Makes an empty file, replacing one that a crash may have left.
    public func create(_ id: UInt64) throws(ImportError) -> Descriptor {
        let descriptor = openat(
            staging.rawValue, "\(id)", O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o666)
        guard descriptor >= 0 else { throw .system(path: path(id, in: .staging), errno: errno) }
        return Descriptor(descriptor)
    }

    /// Opens a file for reading and writing; nil if it is not there.
    public func open(_ id: UInt64, in place: Place) throws(ImportError) -> Descriptor? {
        let descriptor = openat(directory(place).rawValue, "\(id)", O_RDWR | O_CLOEXEC | O_NOFOLLOW)
        if descriptor >= 0 { return Descriptor(descriptor) }
        if errno == ENOENT { return nil }
        throw .system(path: path(id, in: place), errno: errno)
    }

    /// The facts of a file; nil if it is not there.
    public func facts(_ id: UInt64, in place: Place) -> FileFacts? {
        var facts = stat()
        guard fstatat(directory(place).rawValue, "\(id)", &facts, AT_SYMLINK_NOFOLLOW) == 0 else { return nil }
        return FileFacts(facts)
    }

    public func move(_ id: UInt64, from source: Place, to target: Place) throws(ImportError) {
        guard renameat(directory(source).rawValue, "\(id)", directory(target).rawValue, "\(id)") == 0 else {
            throw .system(path: path(id, in: source), errno: errno)
        }
    }

    /// Removes a file wherever it is.
    public func remove(_ id: UInt64) {
        for place in Place.allCases { unlinkat(directory(place).rawValue, "\(id)", 0) }
    }

    public func remove(_ id: UInt64, from place: Place) {
        unlinkat(directory(place).rawValue, "\(id)", 0)
    }

    /// The numbers of the files in `place`, ascending.
    public func list(_ place: Place) throws(ImportError) -> [UInt64] {
        let descriptor = openat(directory(place).rawValue, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0, let stream = fdopendir(descriptor) else {
            throw .system(path: path(0, in: place), errno: errno)
        }
        defer { closedir(stream) }
        var ids: [UInt64] = []
        let offset = MemoryLayout<dirent>.offset(of: \.d_name) ?? 19
        while let entry = readdir(stream) {
            let name = (UnsafeRawPointer(entry) + offset).assumingMemoryBound(to: CChar.self)
            if let id = UInt64(String(cString: name)) { ids.append(id) }
        }
        return ids.sorted()
    }

    /// Makes a copy of `source` as a new staged file, of at most `limit` bytes. File systems that can share the blocks do.
    public func copy(_ source: Descriptor, to id: UInt64, limit: UInt64) throws(ImportError) -> Descriptor {
        let target = try create(id)
        try Self.copy(source, to: target, limit: limit, displayPath: path(id, in: .staging))
        return target
    }

    /// Opens the file at `path`, anywhere, for reading.
    public static func open(externalPath path: String) throws(ImportError) -> Descriptor {
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard descriptor >= 0 else { throw .system(path: path, errno: errno) }
        let source = Descriptor(descriptor)
        var facts = stat()
        guard fstat(descriptor, &facts) == 0 else { throw .system(path: path, errno: errno) }
        guard facts.st_mode & S_IFMT == S_IFREG else { throw .system(path: path, errno: EINVAL) }
        return source
    }

    /// Makes a copy of `source`, with its modification time, as a new staged file.
    public func copy(_ source: Descriptor, to id: UInt64) throws(ImportError) -> Descriptor {
        let displayPath = path(id, in: .staging)
        guard let facts = source.facts else { throw .system(path: displayPath, errno: errno) }
        let target = try copy(source, to: id, limit: .max)
        let failure = target.setModificationTime(facts.modificationTime)
        guard failure == 0 else { throw .system(path: displayPath, errno: failure) }
        return target
    }

    /// Numbers from here on are of files that `dicomviewfs import` copies, which have no name in the journal: what a crash
    /// leaves of them is still where it was copied from.
    public static let firstUnnamedID = ImportJournal.endOfIDs

    /// Removes what a crash left of files without names. To be called by the one who imports.
    public func removeUnnamed() throws(ImportError) {
        for place in Place.allCases {
            for id in try list(place) where id >= Self.firstUnnamedID { remove(id, from: place) }
        }
    }

    /// Makes the names in `place` durable. Returns 0 or an error number.
    public func sync(_ place: Place) -> Int32 { fsync(directory(place).rawValue) == 0 ? 0 : errno }

    private static func copy(
        _ source: Descriptor, to target: Descriptor, limit: UInt64, displayPath: String
    ) throws(ImportError) {
        var position: Int64 = 0
        var left = limit
        while left > 0 {
            let count = clinux_copy_file_range(
                source.rawValue, &position, target.rawValue, Int(clamping: min(left, 1 << 30)))
            if count < 0, errno == EINTR { continue }
            if count < 0, position == 0, [EXDEV, EINVAL, EOPNOTSUPP, ENOSYS].contains(errno) {
                return try copyByReading(source, to: target, limit: limit, displayPath: displayPath)
            }
            guard count >= 0 else { throw .system(path: displayPath, errno: errno) }
            if count == 0 { return }
            left -= UInt64(count)
        }
    }

    private static func copyByReading(
        _ source: Descriptor, to target: Descriptor, limit: UInt64, displayPath: String
    ) throws(ImportError) {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 4096)
        defer { buffer.deallocate() }
        var done: UInt64 = 0
        while done < limit {
            let piece = UnsafeMutableRawBufferPointer(
                rebasing: buffer[..<Int(clamping: min(UInt64(buffer.count), limit - done))])
            let count = source.read(into: piece, at: done)
            guard count >= 0 else { throw .system(path: displayPath, errno: Int32(-count)) }
            if count == 0 { return }
            let failure = target.write(UnsafeRawBufferPointer(rebasing: piece[..<count]), at: done)
            guard failure == 0 else { throw .system(path: displayPath, errno: failure) }
            done += UInt64(count)
        }
    }

    /// Opens the file at `path` beneath the archive's root for reading.
    public func openArchived(_ path: [UInt8]) throws(ImportError) -> Descriptor {
        do throws(ArchiveDirectory.Failure) {
            return Descriptor(
                try withCPath(path) { (path) throws(ArchiveDirectory.Failure) in try archive.open(path: path) })
        } catch {
            throw .system(path: archive.displayPath(path), errno: error.errno)
        }
    }
}

/// UTIME_OMIT, which Swift's importer leaves out: leaves a time as it is (utimensat(2)).
let timeOmitted = (1 << 30) - 2
