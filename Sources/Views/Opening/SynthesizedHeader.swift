internal import Archive
internal import ByteLayout
internal import Conversion

/// All that serving a synthesized file takes: its own bytes, its layout, and its sources. Shared by all who have it open.
final class SynthesizedHeader: Sendable {
    let bytes: [UInt8]
    let layout: Layout
    /// In the order by which the layout numbers them.
    let sources: [FileRow]
    /// True if all bytes are in the sources as they are here, and in runs so long that it pays to say where.
    let isPlaced: Bool
    /// Bytes in the mean from which on a run is handed on faster than copied.
    private static let leastRun = 16 << 10

    init(bytes: [UInt8], layout: Layout, sources: [FileRow]) {
        self.bytes = bytes
        self.layout = layout
        self.sources = sources
        let runs = layout.size / UInt64(max(1, layout.extents.count))
        isPlaced =
            runs >= Self.leastRun && layout.inflatedSources.isEmpty
            && layout.extents.allSatisfy { extent in
                switch extent.origin {
                case .synthesized: true
                case .source(_, _, let transform): transform.isIdentity
                case .sourceBits, .sourceShifted, .sourceJoint: false
                }
            }
    }

    /// Keeps of `sources` those alone that the layout of `file` reads.
    convenience init(narrowing file: SynthesizedFile, sources: [FileRow]) {
        var numbers: [UInt32: UInt32] = [:]
        var used: [FileRow] = []
        func number(_ source: UInt32) -> UInt32 {
            if let known = numbers[source] { return known }
            let new = UInt32(clamping: used.count)
            numbers[source] = new
            if sources.indices.contains(Int(source)) { used.append(sources[Int(source)]) }
            return new
        }
        var layout = Layout()
        for extent in file.layout.extents {
            let origin: Origin =
                switch extent.origin {
                case .synthesized: extent.origin
                case .source(let source, let offset, let transform):
                    .source(number(source), offset: offset, transform: transform)
                case .sourceBits(let source, let offset, let plane):
                    .sourceBits(number(source), offset: offset, plane: plane)
                case .sourceShifted(let source, let firstBit): .sourceShifted(number(source), firstBit: firstBit)
                case .sourceJoint(let source, let joint): .sourceJoint(number(source), joint)
                }
            layout.append(length: extent.length, from: origin)
        }
        for source in file.layout.inflatedSources {
            if let number = numbers[source] { layout.inflate(source: number) }
        }
        self.init(bytes: file.bytes, layout: layout, sources: used)
    }

    /// Bytes of memory it takes, nearly.
    var cost: Int {
        bytes.count + layout.extents.count * MemoryLayout<Extent>.stride
            + sources.count * (MemoryLayout<FileRow>.stride + 96)
    }
}
