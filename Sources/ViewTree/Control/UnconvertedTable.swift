public import Archive

/// `unconverted.tsv`: every instance that a converted view shows as it was received although it would have converted it; by view,
/// then by reason.
public struct UnconvertedTable: TextPages {
    private static let pageSize = 256

    private let index: IndexStore
    private let archive: ArchiveDirectory
    private var hasHeading = false
    private var views = [ViewCode.classic, .enhanced]
    /// The codes of `views[0]` that are left; nil before they were asked for.
    private var codes: [String]?
    private var lastID: Int64 = 0

    public init(index: IndexStore, archive: ArchiveDirectory) {
        self.index = index
        self.archive = archive
    }

    public mutating func next() throws(IndexError) -> [UInt8]? {
        var text = TableText()
        guard hasHeading else {
            hasHeading = true
            text.add("view", "sop_instance_uid", "path", "reason", "tag", "detail")
            return text.bytes
        }
        while let view = views.first {
            let left: [String]
            if let codes {
                left = codes
            } else {
                left = try index.read { (snapshot) throws(IndexError) in try snapshot.unconvertedCodes(view: view) }
                codes = left
            }
            guard let code = left.first else {
                views.removeFirst()
                codes = nil
                continue
            }
            let after = lastID
            let rows = try index.read { (snapshot) throws(IndexError) in
                try snapshot.unconverted(view: view, code: code, after: after, limit: Self.pageSize)
            }
            guard let last = rows.last else {
                codes?.removeFirst()
                lastID = 0
                continue
            }
            lastID = last.id
            for row in rows { add(row, of: view, to: &text) }
            return text.bytes
        }
        return nil
    }

    private func add(_ row: UnconvertedRow, of view: ViewCode, to text: inout TableText) {
        text.add(TreeName.name(of: view).utf8)
        text.add(row.sopInstanceUID.utf8)
        text.add(row.path.map { Array(archive.path.utf8) + [UInt8(ascii: "/")] + $0 } ?? [])
        text.add(row.reason.code.utf8)
        text.add(row.reason.tag.map(tagText).map { Array($0.utf8) } ?? [])
        text.add(row.reason.detail.utf8)
        text.end()
    }

    /// A tag as the standard writes it: (gggg,eeee).
    private func tagText(_ tag: UInt32) -> String {
        let digits = String(tag, radix: 16, uppercase: true)
        let padded = String(repeating: "0", count: 8 - digits.count) + digits
        return "(\(padded.prefix(4)),\(padded.suffix(4)))"
    }
}
