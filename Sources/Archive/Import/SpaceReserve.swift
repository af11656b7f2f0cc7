internal import CLinux
internal import Glibc
internal import Synchronization

/// Room on the archive's file system that is given up when it is full, so that names can be removed even then, and room comes of
/// it: `.dicomviewfs/reserve`, a file that nobody reads.
public final class SpaceReserve: Sendable {
    /// In bytes: some pages of the journal and of its log.
    static let size: Int64 = 128 << 10
    private static let name = "\(ArchiveDirectory.privateName)/reserve"

    /// Nil where it could not be made; then there is none.
    private let file: Descriptor?
    private let hasRoom = Atomic(false)

    public init(_ archive: ArchiveDirectory) {
        let descriptor = openat(
            archive.descriptor, Self.name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        file = descriptor >= 0 ? Descriptor(descriptor) : nil
        _ = keep()
    }

    public var isKept: Bool { file == nil || hasRoom.load(ordering: .acquiring) }

    /// Keeps the room. False if there is none.
    public func keep() -> Bool {
        guard let file else { return true }
        let failure = clinux_fallocate(file.rawValue, 0, 0, Self.size) == 0 ? 0 : errno
        // Where nothing can be reserved (NFS before 4.2) there is nothing to keep.
        let isKept = failure == 0 || failure == EOPNOTSUPP
        if !isKept { _ = file.truncate(to: 0) }
        hasRoom.store(isKept, ordering: .releasing)
        return isKept
    }

    /// Gives the room to whoever writes next.
    public func giveUp() {
        _ = file?.truncate(to: 0)
        hasRoom.store(false, ordering: .releasing)
    }
}
