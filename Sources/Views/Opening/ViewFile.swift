internal import Archive
internal import ByteLayout

/// One opened file of a view. Any number of threads may read it at once.
public final class ViewFile: Sendable {
    enum Content {
        /// The source's own bytes.
        case source(SourceFile, FileRow)
        case synthesized(SynthesizedHeader, key: [UInt8])
    }

    /// Bytes of the whole file.
    public let size: UInt64
    let content: Content
    private let descriptors: SourceDescriptors
    private let inflated: InflatedSources
    private let cache: HeaderCache
    private let archive: ArchiveDirectory

    init(
        source: SourceFile, row: FileRow, descriptors: SourceDescriptors, inflated: InflatedSources,
        cache: HeaderCache, archive: ArchiveDirectory
    ) {
        size = row.facts.size
        content = .source(source, row)
        self.descriptors = descriptors
        self.inflated = inflated
        self.cache = cache
        self.archive = archive
    }

    init(
        header: SynthesizedHeader, key: [UInt8], descriptors: SourceDescriptors, inflated: InflatedSources,
        cache: HeaderCache, archive: ArchiveDirectory
    ) {
        size = header.layout.size
        content = .synthesized(header, key: key)
        self.descriptors = descriptors
        self.inflated = inflated
        self.cache = cache
        self.archive = archive
    }

    deinit {
        if case .synthesized(_, let key) = content { cache.unpin(key) }
    }

    /// A descriptor of a file whose bytes are those of this one, if there is such a file. It is open as long as this object
    /// lives.
    public var identicalDescriptor: Int32? {
        if case .source(let source, _) = content { source.descriptor } else { nil }
    }

    /// Fills `buffer` from `offset` on and returns how many bytes there were: fewer than asked only at the end of the file.
    public func read(into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64) throws(ViewError) -> Int {
        guard offset < size else { return 0 }
        let count = Int(min(UInt64(buffer.count), size - offset))
        switch content {
        case .source(let source, let row):
            try read(
                OpenSource(file: source, row: row, isInflated: false),
                into: UnsafeMutableRawBufferPointer(rebasing: buffer[0..<count]), at: offset)
        case .synthesized(let header, _):
            try header.layout.forEachPiece(of: offset..<offset + UInt64(count)) { (piece) throws(ViewError) in
                let start = Int(piece.start - offset)
                let target = UnsafeMutableRawBufferPointer(rebasing: buffer[start..<start + Int(piece.length)])
                try read(piece, of: header, into: target)
            }
        }
        return count
    }

    private func read(
        _ piece: Extent, of header: SynthesizedHeader, into target: UnsafeMutableRawBufferPointer
    ) throws(ViewError) {
        switch piece.origin {
        case .synthesized(let offset):
            let start = Int(offset)
            guard start + target.count <= header.bytes.count else { throw .notFound }
            header.bytes.withUnsafeBytes {
                target.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[start..<start + target.count]))
            }
        case .sourceBits(let index, let offset, let plane):
            let source = try self.source(index, of: header)
            try readBits(source, into: target, at: offset, plane)
        case .sourceShifted(let index, let firstBit):
            try readShifted(try source(index, of: header), into: target, from: firstBit)
        case .sourceJoint(let index, let joint):
            let source = try self.source(index, of: header)
            let low = try bits(of: source, from: joint.lowBit, count: joint.lowCount)
            target[0] = joint.byte(
                low: low, high: try bits(of: source, from: joint.highBit, count: joint.highCount))
        case .source(let index, let offset, let transform):
            let source = try self.source(index, of: header)
            if transform.isIdentity {
                try read(source, into: target, at: offset)
            } else {
                try readTransformed(
                    source, into: target, at: offset, transform,
                    startsInWord: header.layout.offsetInExtent(of: piece.start) % 2 == 1)
            }
        }
    }

    /// A source as its bytes are taken.
    struct OpenSource {
        let file: SourceFile
        let row: FileRow
        /// Offsets are those in its inflated data set.
        let isInflated: Bool
    }

    func source(
        _ index: UInt32, of header: SynthesizedHeader
    ) throws(ViewError) -> OpenSource {
        guard index < header.sources.count else { throw .notFound }
        let row = header.sources[Int(index)]
        do throws(StoreError) {
            return OpenSource(
                file: try descriptors.source(row), row: row, isInflated: header.layout.inflatedSources.contains(index))
        } catch {
            throw ViewError(error)
        }
    }

    func read(
        _ source: OpenSource, into target: UnsafeMutableRawBufferPointer, at offset: UInt64
    ) throws(ViewError) {
        let count: Int
        if source.isInflated {
            count = try inflated.read(source.file, source.row, into: target, at: offset)
        } else {
            do throws(StoreError) {
                count = try source.file.read(into: target, at: offset)
            } catch {
                throw ViewError(error)
            }
        }
        guard count == target.count else { throw .sourceTooShort(path: archive.displayPath(source.row.path)) }
    }

    /// Words are transformed whole: a read that begins or ends inside one reads its other byte too.
    private func readTransformed(
        _ source: OpenSource, into target: UnsafeMutableRawBufferPointer, at offset: UInt64,
        _ transform: PixelTransform, startsInWord: Bool
    ) throws(ViewError) {
        var target = target
        var offset = offset
        if startsInWord {
            target[0] = try word(source, at: offset - 1, transform).second
            target = UnsafeMutableRawBufferPointer(rebasing: target[1...])
            offset += 1
        }
        let whole = UnsafeMutableRawBufferPointer(rebasing: target[0..<target.count & ~1])
        if !whole.isEmpty {
            try read(source, into: whole, at: offset)
            transform.apply(to: whole)
        }
        if target.count & 1 == 1 {
            target[target.count - 1] = try word(source, at: offset + UInt64(target.count - 1), transform).first
        }
    }

    private func word(
        _ source: OpenSource, at offset: UInt64, _ transform: PixelTransform
    ) throws(ViewError) -> (first: UInt8, second: UInt8) {
        var failure: ViewError?
        var word: (UInt8, UInt8) = (0, 0)
        withUnsafeMutableBytes(of: &word) { bytes in
            do throws(ViewError) {
                try read(source, into: bytes, at: offset)
                transform.apply(to: bytes)
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        return word
    }
}

extension ViewError {
    init(_ error: StoreError) {
        switch error {
        case .changed(let path): self = .sourceChanged(path: path)
        case .missing(let path): self = .sourceChanged(path: path)
        case .unreadable(let path, let errno): self = .sourceUnreadable(path: path, errno: errno)
        }
    }
}
