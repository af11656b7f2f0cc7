internal import Digests
internal import Foundation
internal import Glibc

/// Which archive it is and by which rules its views are made: what `.dicomviewfs/archive.json` says.
public struct ArchiveIdentity: Hashable, Sendable, Codable {
    /// A UUID. Names the index in the state directory; no view depends on it.
    public var archiveID: String
    /// The ruleset by which views are made; it changes only when asked to.
    public var ruleset: String

    enum CodingKeys: String, CodingKey {
        case archiveID = "archive"
        case ruleset
    }

    public init(archiveID: String, ruleset: String) {
        self.archiveID = archiveID
        self.ruleset = ruleset
    }

    static func random(ruleset: String) -> ArchiveIdentity {
        ArchiveIdentity(archiveID: UUID().uuidString.lowercased(), ruleset: ruleset)
    }

    /// The identity of an archive that cannot keep one: always the same for one path (a UUID of version 8, RFC 9562 5.8).
    static func derived(fromPath path: String, ruleset: String) -> ArchiveIdentity {
        var bytes = Array(sha256("dicomviewfs archive " + path).prefix(16))
        bytes[6] = bytes[6] & 0x0F | 0x80
        bytes[8] = bytes[8] & 0x3F | 0x80
        let digits = bytes.map { (byte: UInt8) in (byte < 16 ? "0" : "") + String(byte, radix: 16) }
        let groups = [0..<4, 4..<6, 6..<8, 8..<10, 10..<16].map { digits[$0].joined() }
        return ArchiveIdentity(archiveID: groups.joined(separator: "-"), ruleset: ruleset)
    }

    private static let fileName = "archive.json"

    /// What `archive.json` says; nil if there is none.
    static func read(beneath root: Int32, root path: String) throws(ArchiveError) -> ArchiveIdentity? {
        let name = "\(ArchiveDirectory.privateName)/\(fileName)"
        // Neither may lead elsewhere: what we keep there is written and removed as ours.
        let directory = openat(
            root, ArchiveDirectory.privateName, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)
        guard directory >= 0 else {
            if errno == ENOENT { return nil }
            let isLink = errno == ELOOP || errno == ENOTDIR
            let place = "\(path)/\(ArchiveDirectory.privateName)"
            if isLink { throw .badIdentity(path: place, message: "it is no directory of ours but a link or a file") }
            throw .notAccessible(path: place, errno: errno)
        }
        defer { close(directory) }
        let file = openat(directory, fileName, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard file >= 0 else {
            if errno == ENOENT { return nil }
            throw .notAccessible(path: "\(path)/\(name)", errno: errno)
        }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = Glibc.read(file, &bytes, bytes.count)
        guard count >= 0 else { throw .notAccessible(path: "\(path)/\(name)", errno: errno) }
        do {
            let identity = try JSONDecoder().decode(ArchiveIdentity.self, from: Data(bytes[..<count]))
            // It becomes a directory's name.
            guard UUID(uuidString: identity.archiveID) != nil else {
                throw ArchiveError.badIdentity(path: "\(path)/\(name)", message: "its archive id is no UUID")
            }
            return identity
        } catch let error as ArchiveError {
            throw error
        } catch {
            throw .badIdentity(path: "\(path)/\(name)", message: "it is not the JSON that it was written as")
        }
    }

    /// Writes `archive.json`: whole or not at all, and on the disk when this returns. Where another process was first, what that
    /// wrote is returned.
    func write(beneath root: Int32, root path: String) throws(ArchiveError) -> ArchiveIdentity {
        let directoryPath = "\(path)/\(ArchiveDirectory.privateName)"
        if mkdirat(root, ArchiveDirectory.privateName, 0o755) != 0, errno != EEXIST {
            throw .notAccessible(path: directoryPath, errno: errno)
        }
        let directory = openat(root, ArchiveDirectory.privateName, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)
        guard directory >= 0 else { throw .notAccessible(path: directoryPath, errno: errno) }
        defer { close(directory) }
        let text = "{\"archive\": \"\(archiveID)\", \"ruleset\": \"\(ruleset)\"}\n"
        let temporary = "\(Self.fileName).\(getpid())"
        let file = openat(directory, temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o644)
        guard file >= 0 else { throw .notAccessible(path: directoryPath, errno: errno) }
        defer { close(file) }
        let bytes = Array(text.utf8)
        defer { unlinkat(directory, temporary, 0) }
        guard Glibc.write(file, bytes, bytes.count) == bytes.count, fsync(file) == 0 else {
            throw .notAccessible(path: directoryPath, errno: errno)
        }
        if linkat(directory, temporary, directory, Self.fileName, 0) != 0 {
            if errno == EEXIST, let first = try Self.read(beneath: root, root: path) { return first }
            // A file system without links.
            guard renameat(directory, temporary, directory, Self.fileName) == 0 else {
                throw .notAccessible(path: directoryPath, errno: errno)
            }
        }
        guard fsync(directory) == 0, syncRoot(root) else { throw .notAccessible(path: directoryPath, errno: errno) }
        return self
    }

    /// Makes the name of our directory durable; the root's descriptor is O_PATH and cannot be synced itself.
    private func syncRoot(_ root: Int32) -> Bool {
        let directory = openat(root, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard directory >= 0 else { return false }
        defer { close(directory) }
        return fsync(directory) == 0
    }
}
