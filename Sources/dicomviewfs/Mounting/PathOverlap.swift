import Archive
import Foundation

/// Refuses places that lie in one another, before anything is written to any of them.
enum PathOverlap {
    /// - Parameters:
    ///   - mountpoint: Canonical.
    ///   - index: A directory that was asked for, which need not be there yet.
    static func refuse(archive: String, mountpoint: String, index: String?) throws {
        let archive = canonical(archive)
        if contains(archive, mountpoint) || contains(mountpoint, archive) {
            throw Failure(ArchiveError.overlapsMountpoint(archive: archive, mountpoint: mountpoint))
        }
        guard let index else { return }
        try refuse(index: index, mountpoint: mountpoint)
        try refuse(index: index, archive: archive)
    }

    /// SQLite would wait for the mount, which would wait for SQLite.
    static func refuse(index: String, mountpoint: String) throws {
        if contains(mountpoint, canonical(index)) {
            throw Failure(
                "\(index): the index cannot lie in the mountpoint \(mountpoint); name another directory", .usage)
        }
    }

    /// An index asked for in the archive would be looked through as part of it.
    static func refuse(index: String, archive: String) throws {
        let (index, archive) = (canonical(index), canonical(archive))
        if contains(archive, index), !contains("\(archive)/\(ArchiveDirectory.privateName)", index) {
            throw Failure(
                "\(index): the index cannot lie among the files of the archive; name a directory outside, or none",
                .usage)
        }
    }

    /// What is written to must not be read from.
    static func refuse(destination: String, archive: String) throws {
        let (destination, archive) = (canonical(destination), canonical(archive))
        if contains(archive, destination) || contains(destination, archive) {
            throw Failure(
                "\(destination): it lies in the archive, or the archive in it; name another directory", .usage)
        }
    }

    private static func contains(_ outer: String, _ inner: String) -> Bool {
        inner == outer || outer == "/" || inner.hasPrefix(outer + "/")
    }

    /// Absolute and without symbolic links, as far as there is anything.
    static func canonical(_ path: String) -> String {
        var existing = absolute(path)
        var missing: [String] = []
        while true {
            if let resolved = realpath(existing, nil) {
                defer { free(resolved) }
                let root = String(cString: resolved)
                return ([root == "/" ? "" : root] + missing.reversed()).joined(separator: "/")
            }
            let url = URL(filePath: existing)
            if url.path == "/" { return absolute(path) }
            missing.append(url.lastPathComponent)
            existing = url.deletingLastPathComponent().path
        }
    }
}
