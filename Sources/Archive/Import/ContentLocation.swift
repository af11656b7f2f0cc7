internal import Glibc

/// Where the archive has the bytes that were dropped under a name.
public enum ContentLocation: Sendable {
    case file(path: [UInt8], Descriptor, FileFacts)
    /// Nowhere.
    case gone
    /// The index does not say what the disk says, or a file cannot be opened: to be asked again.
    case unknown
}

/// Finds what was dropped wherever the archive has it now: files are touched, moved and renamed behind the mount.
struct ContentSearch {
    let staging: StagingArea
    let store: IndexStore
    private var isCertain = true

    init(staging: StagingArea, store: IndexStore) {
        self.staging = staging
        self.store = store
    }

    /// The file that has the bytes of `name`, which is one whose bytes are the archive's: the one that had them, as long as it is as
    /// it was, else whatever has them under the same SOP Instance UID.
    mutating func find(_ name: DroppedName) throws(IndexError) -> ContentLocation {
        let path = name.path ?? []
        if let found = open(path, name) { return .file(path: path, found.0, found.1) }
        let (isIndexed, others) = try store.read { (snapshot) throws(IndexError) in
            (try snapshot.file(path: path) != nil, try snapshot.files(ofInstance: name.sopInstanceUID))
        }
        // It is not there, or has other bytes than the index believes.
        if isIndexed, !exists(path) { isCertain = false }
        for other in others where other.path != path {
            if let found = open(other.path, name) { return .file(path: other.path, found.0, found.1) }
        }
        return isCertain ? .gone : .unknown
    }

    private func exists(_ path: [UInt8]) -> Bool {
        do throws(ImportError) { _ = try staging.openArchived(path) } catch { return false }
        return true
    }

    /// The file at `path`, if it has the bytes.
    private mutating func open(_ path: [UInt8], _ name: DroppedName) -> (Descriptor, FileFacts)? {
        let file: Descriptor
        do throws(ImportError) {
            file = try staging.openArchived(path)
        } catch {
            if case .system(_, let errno) = error, [ENOENT, ENOTDIR].contains(errno) { return nil }
            isCertain = false
            return nil
        }
        guard let facts = file.facts, facts.size == name.size else { return nil }
        // Where it lay, the time says that nothing was changed; elsewhere only bytes do, or both where they are not known.
        let isAsItWas = facts.modificationTime == name.archivedTime
        if isAsItWas, path == name.path || name.digest.isEmpty { return (file, facts) }
        guard !name.digest.isEmpty, file.digest() == name.digest else { return nil }
        return (file, facts)
    }
}

extension InstanceIntake {
    /// Where the archive has the bytes of `name` now.
    public func locate(_ name: DroppedName) throws(ImportError) -> ContentLocation {
        var search = ContentSearch(staging: staging, store: store)
        do throws(IndexError) { return try search.find(name) } catch { throw .index(error) }
    }

    /// Those of `names` that the index does not know to be as they were.
    public func moved(among names: [DroppedName]) throws(ImportError) -> [DroppedName] {
        do throws(IndexError) {
            return try store.read { (snapshot) throws(IndexError) in
                var moved: [DroppedName] = []
                for name in names {
                    let facts = try snapshot.file(path: name.path ?? [])?.facts
                    if facts?.size != name.size || facts?.modificationTime != name.archivedTime { moved.append(name) }
                }
                return moved
            }
        } catch {
            throw .index(error)
        }
    }
}
