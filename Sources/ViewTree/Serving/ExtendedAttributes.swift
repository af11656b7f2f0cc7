internal import Archive
public import SystemPackage
public import VFS

/// The extended attributes of one file: what the index knows of it, without a look into the file.
struct ExtendedAttributes {
    /// Longest value that Linux lets through (XATTR_SIZE_MAX).
    static let maximumValueLength = 65536

    private(set) var values: [(name: [UInt8], value: [UInt8])] = []

    /// Adds `user.` and `name`, unless `value` is nil or empty.
    mutating func add(_ name: String, _ value: (some Collection<UInt8>)?) {
        guard let value, !value.isEmpty else { return }
        values.append((Array("user.\(name)".utf8), Array(value.prefix(Self.maximumValueLength))))
    }

    /// Adds an attribute of the data set by its keyword in PS3.6.
    mutating func add(dicom keyword: String, _ value: String?) { add("dicom.\(keyword)", value?.utf8) }

    var names: [[UInt8]] { values.map(\.name) }

    /// False for a name that we never give: the kernel asks for some of its own at every write and every listing.
    static func hasOurs(_ name: NameBytes) -> Bool { name.starts(with: "user.dicom".utf8) }

    /// The value of the attribute `name`.
    /// - throws: ENODATA.
    subscript(name: NameBytes) -> [UInt8] {
        get throws(Errno) {
            guard let found = values.first(where: { $0.name.elementsEqual(name) }) else { throw .noData }
            return found.value
        }
    }
}

extension ExtendedAttributes {
    private static let keywords: [(keyword: NamingAttributes.Keyword, name: String)] =
        NamingAttributes.Keyword.allCases.map { keyword in
            let name = "\(keyword)"
            return (keyword, name.prefix(1).uppercased() + name.dropFirst())
        }

    /// Of an instance of a view.
    ///
    /// - Parameter sources: The paths of the files that it is made from, one after another.
    init(_ row: ViewInstanceRow, sources: [[UInt8]]) {
        add(dicom: "SOPInstanceUID", row.sopInstanceUID)
        add(dicom: "SOPClassUID", row.sopClassUID)
        add(dicom: "StudyInstanceUID", row.studyInstanceUID)
        add(dicom: "SeriesInstanceUID", row.seriesInstanceUID)
        for (keyword, name) in Self.keywords { add(dicom: name, row.attributes[keyword]) }
        add("dicomviewfs.form", "\(row.form)".utf8)
        add("dicomviewfs.sources", String(row.sourceFileIDs.count).utf8)
        // As many as there is room for; never half a path.
        var list: [UInt8] = []
        for path in sources {
            guard list.count + 1 + path.count <= Self.maximumValueLength else { break }
            if !list.isEmpty { list.append(UInt8(ascii: "\n")) }
            list += path
        }
        add("dicomviewfs.source", list)
        if let reason = row.reason {
            add("dicomviewfs.reason", [reason.code, reason.detail].filter { !$0.isEmpty }.joined(separator: ": ").utf8)
        }
    }

    /// Of a dropped name.
    init(_ name: DroppedName, archivePath: String) {
        guard let outcome = name.outcome else { return }
        add(dicom: "SOPInstanceUID", name.sopInstanceUID)
        add("dicomviewfs.outcome", outcome.rawValue.utf8)
        if outcome.isInArchive {
            add("dicomviewfs.source", name.path.map { Array(archivePath.utf8) + [UInt8(ascii: "/")] + $0 })
        } else {
            add("dicomviewfs.reason", (name.detail.isEmpty ? outcome.sentence : name.detail).utf8)
        }
    }
}

extension ViewTreeFileSystem {
    public func getxattr(_ name: NameBytes, of node: NodeID) throws(Errno) -> [UInt8] {
        guard ExtendedAttributes.hasOurs(name) else { throw .noData }
        return try extendedAttributes(of: node)[name]
    }

    public func listxattr(_ node: NodeID) throws(Errno) -> [[UInt8]] { try extendedAttributes(of: node).names }

    private func extendedAttributes(of node: NodeID) throws(Errno) -> ExtendedAttributes {
        try read { (snapshot) throws(IndexError) in
            guard let id = try snapshot.node(id: node.rawValue)?.viewInstanceID,
                let row = try snapshot.viewInstance(id: id)
            else { return ExtendedAttributes() }
            // No more than there can be room for.
            let ids = row.sourceFileIDs.prefix(ExtendedAttributes.maximumValueLength / 2)
            var sources: [[UInt8]] = []
            for id in ids {
                guard let file = try snapshot.file(id: id) else { continue }
                sources.append(Array(archivePath.utf8) + [UInt8(ascii: "/")] + file.path)
            }
            return ExtendedAttributes(row, sources: sources)
        }
    }
}

extension DropBox {
    func extendedAttributes(of node: NodeID) throws(Errno) -> ExtendedAttributes {
        let name = try read { (records) throws(IndexError) in try records.name(id: node.rawValue) }
        guard let name, name.kind == .file else { return ExtendedAttributes() }
        return ExtendedAttributes(name, archivePath: staging.archive.path)
    }
}
