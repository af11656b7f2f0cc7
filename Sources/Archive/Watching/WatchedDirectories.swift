internal import Glibc

/// The watches of one inotify instance, by directory.
struct WatchedDirectories {
    enum Event {
        /// A file was written or made and may change further.
        case touched([UInt8])
        /// A file was closed by its writer, changed in its attributes, or went; a directory went.
        case ended([UInt8])
        /// A directory came or was opened to us, with all below it.
        case directory([UInt8])
        case overflow
    }

    private static let mask = UInt32(
        IN_CLOSE_WRITE | IN_MODIFY | IN_ATTRIB | IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_ONLYDIR
            | IN_EXCL_UNLINK)

    private let archive: ArchiveDirectory
    /// To poll.
    let descriptor: Int32
    private var paths: [Int32: [UInt8]] = [:]
    /// The directories that we may not look into, which therefore are not watched.
    private(set) var closed: Set<[UInt8]> = []
    /// What the kernel refused last; ENOSPC is the limit of watches.
    var failure: Int32?
    /// True if the kernel refused to watch some directory since all were watched.
    private var isPartial = false
    private let owner: DescriptorOwner

    var isOpen: Bool { descriptor >= 0 }
    var count: Int { paths.count }

    init(_ archive: ArchiveDirectory) {
        self.archive = archive
        descriptor = inotify_init1(Int32(IN_NONBLOCK) | Int32(IN_CLOEXEC))
        owner = DescriptorOwner(descriptor)
        if descriptor < 0 { failure = errno }
    }

    private final class DescriptorOwner {
        private let descriptor: Int32
        init(_ descriptor: Int32) { self.descriptor = descriptor }
        deinit { if descriptor >= 0 { close(descriptor) } }
    }

    // MARK: Watching

    /// Watches the directory at `path` and all below it, each before it is listed, so that nothing that comes meanwhile is
    /// missed. Ends at the first refusal.
    mutating func watch(below path: [UInt8]) {
        if path.isEmpty { isPartial = false }
        var stack = [path]
        while let path = stack.popLast() {
            guard add(path) else {
                isPartial = true
                return
            }
            if isClosed(path) { closed.insert(path) } else { closed.remove(path) }
            // Gone meanwhile, or closed to us: the scan says so.
            guard let listing = try? DirectoryListing(path: path, in: archive) else { continue }
            for entry in listing.entries where entry.kind == .directory {
                stack.append((path.isEmpty ? [] : path + [UInt8(ascii: "/")]) + listing.name(of: entry).dropLast())
            }
        }
    }

    /// Watches what could not be watched before and can be now. Returns the directories that were opened to us, below which
    /// something may have changed unseen.
    mutating func watchAgain() -> [[UInt8]] {
        if isPartial {
            watch(below: [])
            return []
        }
        let opened = closed.filter { !isClosed($0) }.sorted { $0.lexicographicallyPrecedes($1) }
        for path in opened { watch(below: path) }
        return opened
    }

    /// Whether the directory is there and we may not list it or reach what is in it.
    private func isClosed(_ path: [UInt8]) -> Bool {
        withCPath(path.isEmpty ? [UInt8(ascii: ".")] : path) {
            faccessat(archive.descriptor, $0, R_OK | X_OK, AT_EACCESS) != 0 && errno == EACCES
        }
    }

    private mutating func add(_ path: [UInt8]) -> Bool {
        // By way of the descriptor, so that no symbolic link leads elsewhere.
        let opened = withCPath(path.isEmpty ? [UInt8(ascii: ".")] : path) { path -> Int32 in
            (try? archive.open(path: path, flags: O_DIRECTORY | O_NOFOLLOW)) ?? -1
        }
        guard opened >= 0 else { return true }
        defer { close(opened) }
        let watch = inotify_add_watch(descriptor, "/proc/self/fd/\(opened)", Self.mask)
        guard watch >= 0 else {
            failure = errno
            return false
        }
        paths[watch] = path
        return true
    }

    /// A directory went from its place: what is below it is watched no more, for its paths are wrong.
    private mutating func unwatch(below path: [UInt8]) {
        let prefix = path + [UInt8(ascii: "/")]
        for (watch, watched) in paths where watched == path || watched.starts(with: prefix) {
            inotify_rm_watch(descriptor, watch)
            paths[watch] = nil
        }
        closed = closed.filter { $0 != path && !$0.starts(with: prefix) }
    }

    // MARK: Events

    /// Hands over what happened since the last call.
    mutating func takeEvents(_ body: (inout Self, Event) -> Void) {
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            guard count > 0 else { return }
            var position = 0
            while position + MemoryLayout<inotify_event>.size <= count {
                let (watch, mask, length) = buffer.withUnsafeBytes { bytes in
                    (
                        bytes.loadUnaligned(fromByteOffset: position, as: Int32.self),
                        bytes.loadUnaligned(fromByteOffset: position + 4, as: UInt32.self),
                        Int(bytes.loadUnaligned(fromByteOffset: position + 12, as: UInt32.self))
                    )
                }
                let start = position + 16
                let name = buffer[start..<min(start + length, count)].prefix { $0 != 0 }
                position = start + length
                take(watch, Int32(bitPattern: mask), name, body)
            }
        }
    }

    /// A directory's mode, owner or times changed: of interest is only whether we may look into it. (Copying programs set the
    /// times of every directory, and what is below it need not be looked at for that.)
    private mutating func changedMode(_ path: [UInt8], _ body: (inout Self, Event) -> Void) {
        let (wasClosed, isClosed) = (closed.contains(path), isClosed(path))
        guard wasClosed != isClosed else { return }
        if isClosed {
            closed.insert(path)
            body(&self, .ended(path))
        } else {
            body(&self, .directory(path))
        }
    }

    private mutating func take(
        _ watch: Int32, _ mask: Int32, _ name: ArraySlice<UInt8>, _ body: (inout Self, Event) -> Void
    ) {
        if mask & Int32(IN_Q_OVERFLOW) != 0 { return body(&self, .overflow) }
        if mask & Int32(IN_IGNORED) != 0 {
            paths[watch] = nil
            return
        }
        guard let directory = paths[watch], !name.isEmpty else { return }
        if directory.isEmpty, name.elementsEqual(ArchiveDirectory.privateName.utf8) { return }
        let path = (directory.isEmpty ? [] : directory + [UInt8(ascii: "/")]) + name
        let isDirectory = mask & Int32(IN_ISDIR) != 0
        if isDirectory {
            if mask & Int32(IN_MOVED_FROM | IN_DELETE) != 0 {
                unwatch(below: path)
                body(&self, .ended(path))
            } else if mask & Int32(IN_CREATE | IN_MOVED_TO) != 0 {
                body(&self, .directory(path))
            } else if mask & Int32(IN_ATTRIB) != 0 {
                changedMode(path, body)
            }
        } else if mask & Int32(IN_CLOSE_WRITE | IN_ATTRIB | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO) != 0 {
            body(&self, .ended(path))
        } else {
            body(&self, .touched(path))
        }
    }
}
