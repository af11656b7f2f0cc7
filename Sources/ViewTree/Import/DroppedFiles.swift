import Archive

/// The dropped files that are in use.
final class DroppedFiles: Sendable {
    private struct Entry {
        var file: DroppedFile
        var uses: Int
    }

    private let entries = Lock<[UInt64: Entry]>([:])

    /// The file with this number, for one more user; `giveBack` ends the use.
    func take(_ id: UInt64) -> DroppedFile {
        entries.withLock { entries in
            var entry = entries[id] ?? Entry(file: DroppedFile(id: id), uses: 0)
            entry.uses += 1
            entries[id] = entry
            return entry.file
        }
    }

    func giveBack(_ file: DroppedFile) {
        entries.withLock { entries in
            guard var entry = entries[file.id] else { return }
            entry.uses -= 1
            entries[file.id] = entry.uses > 0 ? entry : nil
        }
    }

    /// The file with this number if it is in use.
    func used(_ id: UInt64) -> DroppedFile? {
        entries.withLock { $0[id]?.file }
    }
}
