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
            case .source, .sourceBits, .sourceShifted, .sourceJoint:
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
            case .sourceShifted(_, let firstBit):
                let (source, bit) = try parent.place(ofBit: firstBit, count: extent.length * 8)
                file.layout.append(
                    length: extent.length,
                    from: bit % 8 == 0
                        ? .source(source, offset: bit / 8, transform: .identity)
                        : .sourceShifted(source, firstBit: bit))
            case .sourceJoint(_, var joint):
                let (source, low) = try parent.place(ofBit: joint.lowBit, count: UInt64(joint.lowCount))
                joint.lowBit = low
                if joint.highCount > 0 {
                    let (other, high) = try parent.place(ofBit: joint.highBit, count: UInt64(joint.highCount))
                    guard other == source else { throw ConversionReason(.unsupportedValue) }
                    joint.highBit = high
                }
                file.layout.append(length: 1, from: .sourceJoint(source, joint))
            }
        }
        return file
    }

    /// Where bits of this file are in its sources.
    ///
    /// - Throws: `unsupportedValue` if they are not in one run of one source as they are.
    private func place(ofBit firstBit: UInt64, count: UInt64) throws(ConversionReason) -> (source: UInt32, bit: UInt64)
    {
        let range = PackedBits.bytes(of: firstBit, count: count)
        guard range.upperBound <= layout.size else { throw ConversionReason(.pixelDataTruncated) }
        var place: (source: UInt32, bit: UInt64)?
        try layout.forEachPiece(of: range) { (piece) throws(ConversionReason) in
            guard piece.length == UInt64(range.count), case .source(let source, let offset, .identity) = piece.origin
            else { throw ConversionReason(.unsupportedValue) }
            place = (source, offset * 8 + firstBit % 8)
        }
        guard let place else { throw ConversionReason(.pixelDataTruncated) }
        return place
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
            case .source, .sourceBits, .sourceShifted, .sourceJoint:
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
