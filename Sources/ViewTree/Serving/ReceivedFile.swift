import Archive
import SystemPackage
import VFS

/// A file of a view that is a file of the archive, byte for byte.
struct ReceivedFile {
    var parent: NodeID
    var name: [UInt8]
    /// Beneath the archive's root.
    var path: [UInt8]
    /// As it was indexed.
    var facts: FileFacts
}

extension ViewTreeFileSystem {
    /// The file of the archive that is shown as `node`; nil if none is.
    func received(_ node: NodeID) throws(Errno) -> ReceivedFile? {
        try read { (snapshot) throws(IndexError) -> ReceivedFile? in
            guard let row = try snapshot.node(id: node.rawValue), let id = row.viewInstanceID,
                let instance = try snapshot.viewInstance(id: id, withNotes: false), instance.form == .asReceived,
                let source = instance.sourceFileIDs.first, let file = try snapshot.file(id: source)
            else { return nil }
            return ReceivedFile(
                parent: NodeID(rawValue: row.parent), name: row.name, path: file.path, facts: file.facts)
        }
    }
}
