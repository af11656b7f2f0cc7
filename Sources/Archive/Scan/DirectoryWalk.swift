internal import Glibc

/// Walks the archive depth first in the order of the paths' bytes, along with what the index knows, and hands out batches.
struct DirectoryWalk {
    private static let batchSize = 128

    let archive: ArchiveDirectory
    let cancellation: ScanCancellation
    private var known: KnownFiles
    private var batch = WalkBatch()
    /// Files met so far.
    private(set) var fileCount = 0
    /// Directories that could not be listed, as paths to show with the reason.
    private(set) var failures: [String] = []

    init(_ archive: ArchiveDirectory, _ store: IndexStore, _ cancellation: ScanCancellation) throws(IndexError) {
        self.archive = archive
        self.cancellation = cancellation
        known = try KnownFiles(store)
    }

    /// A directory that is being walked.
    private struct Level {
        var listing: DirectoryListing
        var position = 0
        /// Bytes of the path up to and with its "/".
        var pathCount: Int
    }

    /// Walks all. Returns false if it was interrupted.
    mutating func run(_ hand: (WalkBatch) -> Void) throws(IndexError) -> Bool {
        var path: [UInt8] = []
        var levels: [Level] = []
        try enter(path, &levels)
        while let depth = levels.indices.last {
            if cancellation.isCancelled { return false }
            path.removeLast(path.count - levels[depth].pathCount)
            guard levels[depth].position < levels[depth].listing.entries.count else {
                levels.removeLast()
                continue
            }
            let entry = levels[depth].listing.entries[levels[depth].position]
            let name = levels[depth].listing.name(of: entry)
            levels[depth].position += 1
            if entry.kind == .directory {
                path.append(contentsOf: name)
                try enter(path, &levels)
            } else {
                try meet(path, name, entry.kind, hand)
            }
        }
        try removeRest()
        hand(batch)
        return true
    }

    private mutating func enter(_ path: [UInt8], _ levels: inout [Level]) throws(IndexError) {
        do throws(ArchiveDirectory.Failure) {
            let listing = try DirectoryListing(path: path, in: archive)
            levels.append(Level(listing: listing, pathCount: path.count))
        } catch {
            // Removed while we walked: what is indexed below it is passed by, and so goes too.
            if error.errno == ENOENT || error.errno == ENOTDIR { return }
            failures.append("\(archive.displayPath(path.dropLast())): \(message(of: error.errno))")
            // What is indexed below stays: that it cannot be listed now does not say that it is gone.
            try removeKnown { $0.lexicographicallyPrecedes(path) }
            while known.current != nil, known.currentPath.starts(with: path) { try known.advance() }
        }
    }

    private mutating func meet(
        _ directory: [UInt8], _ name: ArraySlice<UInt8>, _ kind: DirectoryListing.Kind, _ hand: (WalkBatch) -> Void
    ) throws(IndexError) {
        fileCount += 1
        try removeKnown { Self.compare($0, directory, name) < 0 }
        var match: KnownFile?
        if let file = known.current, Self.compare(known.currentPath, directory, name) == 0 {
            match = file
            try known.advance()
        }
        batch.append(directory, name, kind, match)
        if batch.entries.count >= Self.batchSize {
            hand(batch)
            batch = WalkBatch()
        }
    }

    /// Notes as vanished the known files that the walk has passed.
    private mutating func removeKnown(while isPassed: (ArraySlice<UInt8>) -> Bool) throws(IndexError) {
        while let file = known.current, isPassed(known.currentPath) {
            batch.vanished.append(file.id)
            try known.advance()
        }
    }

    private mutating func removeRest() throws(IndexError) {
        try removeKnown { _ in true }
    }

    /// The order of `path` and `directory` + `name` by their bytes.
    private static func compare(_ path: ArraySlice<UInt8>, _ directory: [UInt8], _ name: ArraySlice<UInt8>) -> Int {
        let head = path.prefix(directory.count)
        let order = compare(head, directory[...])
        return order != 0 ? order : compare(path.dropFirst(directory.count), name)
    }

    private static func compare(_ left: ArraySlice<UInt8>, _ right: ArraySlice<UInt8>) -> Int {
        left.withUnsafeBufferPointer { left in
            right.withUnsafeBufferPointer { right in
                let common = min(left.count, right.count)
                if common > 0, let start = left.baseAddress, let other = right.baseAddress {
                    let order = memcmp(start, other, common)
                    if order != 0 { return Int(order) }
                }
                return left.count - right.count
            }
        }
    }
}
