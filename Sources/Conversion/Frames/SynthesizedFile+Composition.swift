internal import ByteLayout

extension SynthesizedFile {
    /// Adds a piece of a file that was made apart, with the same sources.
    mutating func append(_ piece: SynthesizedFile) {
        for source in piece.layout.inflatedSources { layout.inflate(source: source) }
        for extent in piece.layout.extents {
            switch extent.origin {
            case .synthesized(let offset):
                let start = Int(offset)
                append(Array(piece.bytes[start..<start + Int(extent.length)]))
            case .source, .sourceBits:
                layout.append(length: extent.length, from: extent.origin)
            }
        }
    }

    /// The same file over the sources of its source: what this one takes from `parent`, its only source, it takes from where
    /// `parent` has it.
    ///
    /// - Throws: `unsupportedValue` if bytes of `parent` that are changed on their way would have to be changed once more.
    public func over(_ parent: SynthesizedFile) throws(ConversionReason) -> SynthesizedFile {
        var file = SynthesizedFile(bytes: [], layout: Layout(), notes: notes)
        file.bytes.reserveCapacity(bytes.count)
        for source in parent.layout.inflatedSources { file.layout.inflate(source: source) }
        for extent in layout.extents {
            switch extent.origin {
            case .synthesized(let offset):
                let start = Int(offset)
                file.append(Array(bytes[start..<start + Int(extent.length)]))
            case .source(_, let offset, let transform):
                try file.append(offset..<offset + extent.length, of: parent, transform)
            case .sourceBits: throw ConversionReason(.unsupportedValue)
            }
        }
        return file
    }

    private mutating func append(
        _ range: Range<UInt64>, of parent: SynthesizedFile, _ transform: PixelTransform
    ) throws(ConversionReason) {
        guard range.upperBound <= parent.layout.size else { throw ConversionReason(.pixelDataTruncated) }
        try parent.layout.forEachPiece(of: range) { (piece) throws(ConversionReason) in
            switch piece.origin {
            case .synthesized(let offset) where transform.isIdentity:
                let start = Int(offset)
                append(Array(parent.bytes[start..<start + Int(piece.length)]))
            case .source(let source, let offset, .identity):
                layout.append(length: piece.length, from: .source(source, offset: offset, transform: transform))
            case .source, .sourceBits:
                // Words are changed from the beginning of an extent on: a piece that begins within one would be cut apart.
                guard transform.isIdentity, parent.layout.offsetInExtent(of: piece.start) % 2 == 0 else {
                    throw ConversionReason(.unsupportedValue)
                }
                layout.append(length: piece.length, from: piece.origin)
            case .synthesized: throw ConversionReason(.unsupportedValue)
            }
        }
    }
}
