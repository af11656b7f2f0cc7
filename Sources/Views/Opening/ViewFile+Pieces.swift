internal import Archive
internal import ByteLayout

/// Where some bytes of a file of a view are.
public enum ViewFilePiece {
    /// Synthesized, in memory.
    case header(UnsafeRawBufferPointer)
    /// In a source, as they are in the view.
    case source(descriptor: Int32, offset: UInt64, count: Int)
}

extension ViewFile {
    /// How many of the `count` bytes from `offset` on `forEachPiece` can tell the places of: all that there are, or 0 if some
    /// have to be worked on, or are faster read.
    public func placedCount(_ count: Int, at offset: UInt64) -> Int {
        guard offset < size else { return 0 }
        if case .synthesized(let header, _) = content, !header.isPlaced { return 0 }
        return Int(min(UInt64(max(0, count)), size - offset))
    }

    /// Says where the `count` bytes from `offset` on are, in their order, until `deliver` answers false. Sources are checked as
    /// they are by `read`; a descriptor is open during the call it is passed to.
    public func forEachPiece(
        of count: Int, at offset: UInt64, deliver: (ViewFilePiece) -> Bool
    ) throws(ViewError) {
        switch content {
        case .source(let source, _):
            _ = deliver(.source(descriptor: source.descriptor, offset: offset, count: count))
        case .synthesized(let header, _):
            var wantsMore = true
            try header.layout.forEachPiece(of: offset..<offset + UInt64(count)) { (piece) throws(ViewError) in
                if wantsMore { wantsMore = try self.deliver(piece, of: header, to: deliver) }
            }
        }
    }

    private func deliver(
        _ piece: Extent, of header: SynthesizedHeader, to deliver: (ViewFilePiece) -> Bool
    ) throws(ViewError) -> Bool {
        switch piece.origin {
        case .synthesized(let offset):
            let (start, count) = (Int(offset), Int(piece.length))
            guard start + count <= header.bytes.count else { throw .notFound }
            return header.bytes.withUnsafeBytes {
                deliver(.header(UnsafeRawBufferPointer(rebasing: $0[start..<start + count])))
            }
        case .source(let index, let offset, _):
            let source = try source(index, of: header).file
            return withExtendedLifetime(source) {
                deliver(.source(descriptor: source.descriptor, offset: offset, count: Int(piece.length)))
            }
        case .sourceBits, .sourceShifted, .sourceJoint: return false
        }
    }
}
