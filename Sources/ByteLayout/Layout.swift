/// A virtual file as an ordered list of extents without gaps.
///
/// All offset arithmetic of reads is here. Worked example: a header of 100 bytes and two frames of 50 bytes, taken from two
/// sources where pixel data begin at 30 and 40:
///
///     start  length  origin
///         0     100  synthesized(offset: 0)
///       100      50  source(0, offset: 30)
///       150      50  source(1, offset: 40)
///
/// A read of 90 ..< 160 is then 10 synthesized bytes from 90, source 0 at 30 ..< 80, source 1 at 40 ..< 50.
public struct Layout: Sendable {
    public private(set) var extents: [Extent]
    /// Sources whose data sets are deflated (PS3.5 A.5): offsets in them are offsets in the inflated data set.
    public private(set) var inflatedSources: Set<UInt32>

    public init() {
        extents = []
        inflatedSources = []
    }

    /// Says that offsets in `source` are offsets in its inflated data set.
    public mutating func inflate(source: UInt32) {
        inflatedSources.insert(source)
    }

    /// Bytes in the whole virtual file.
    public var size: UInt64 {
        extents.last?.end ?? 0
    }

    /// Adds bytes at the end. Runs that continue the one before are joined with it.
    public mutating func append(length: UInt64, from origin: Origin) {
        guard length > 0 else { return }
        if let last = extents.last, let joined = last.extended(by: length, from: origin) {
            extents[extents.count - 1] = joined
        } else {
            extents.append(Extent(start: size, length: length, origin: origin))
        }
    }

    /// Calls `body` with each part of `range` in order: a piece of an extent, as an extent of its own whose origin is moved
    /// to its first byte. What lies behind the end of the file is left out. Does not allocate.
    @inlinable
    public func forEachPiece<Failure: Error>(
        of range: Range<UInt64>, _ body: (Extent) throws(Failure) -> Void
    ) throws(Failure) {
        guard range.lowerBound < size else { return }
        var index = indexOfExtent(containing: range.lowerBound)
        let upperBound = min(range.upperBound, size)
        while index < extents.count, extents[index].start < upperBound {
            try body(extents[index].clamped(to: range.lowerBound..<upperBound))
            index += 1
        }
    }

    /// How far `position`, which lies within the file, is from the beginning of its extent.
    public func offsetInExtent(of position: UInt64) -> UInt64 {
        position - extents[indexOfExtent(containing: position)].start
    }

    /// The index of the extent that holds `position`, which lies within the file.
    @usableFromInline
    func indexOfExtent(containing position: UInt64) -> Int {
        var low = 0
        var high = extents.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if extents[middle].start <= position { low = middle } else { high = middle }
        }
        return low
    }
}

extension Extent {
    fileprivate func extended(by added: UInt64, from next: Origin) -> Extent? {
        switch (origin, next) {
        case (.synthesized(let offset), .synthesized(let nextOffset)) where offset + length == nextOffset:
            return Extent(start: start, length: length + added, origin: origin)
        case (
            .source(let source, let offset, let transform), .source(let nextSource, let nextOffset, let nextTransform)
        )
        where source == nextSource && offset + length == nextOffset && transform == nextTransform:
            return Extent(start: start, length: length + added, origin: origin)
        case (.sourceShifted(let source, let firstBit), .sourceShifted(let nextSource, let nextBit))
        where source == nextSource && firstBit + length * 8 == nextBit:
            return Extent(start: start, length: length + added, origin: origin)
        default:
            return nil
        }
    }

    /// The part of this extent within `range`, which it meets.
    @usableFromInline
    func clamped(to range: Range<UInt64>) -> Extent {
        let first = max(start, range.lowerBound)
        let last = min(end, range.upperBound)
        let skipped = first - start
        let moved: Origin =
            switch origin {
            case .synthesized(let offset): .synthesized(offset: offset + skipped)
            case .source(let source, let offset, let transform):
                .source(source, offset: offset + skipped, transform: transform)
            case .sourceBits(let source, let offset, let plane):
                .sourceBits(source, offset: offset + skipped * BitPlane.sourceBytesPerByte, plane: plane)
            case .sourceShifted(let source, let firstBit):
                .sourceShifted(source, firstBit: firstBit + skipped * 8)
            case .sourceJoint: origin
            }
        return Extent(start: first, length: last - first, origin: moved)
    }
}
