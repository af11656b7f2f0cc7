internal import Archive
internal import ByteLayout

/// All that serving a synthesized file takes: its own bytes, its layout, and its sources. Shared by all who have it open.
final class SynthesizedHeader: Sendable {
    let bytes: [UInt8]
    let layout: Layout
    /// In the order by which the layout numbers them.
    let sources: [FileRow]

    init(bytes: [UInt8], layout: Layout, sources: [FileRow]) {
        self.bytes = bytes
        self.layout = layout
        self.sources = sources
    }

    /// Bytes of memory it takes, nearly.
    var cost: Int {
        bytes.count + layout.extents.count * MemoryLayout<Extent>.stride
            + sources.count * (MemoryLayout<FileRow>.stride + 96)
    }
}
