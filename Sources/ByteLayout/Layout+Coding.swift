/// A layout as bytes, for caches. Numbers are LEB128; origins continue where the extent before them ended unless they say
/// otherwise, so a thousand slices take a few kilobytes.
extension Layout {
    private static let version: UInt8 = 2

    public func encoded() -> [UInt8] {
        var bytes: [UInt8] = [Self.version]
        bytes.reserveCapacity(16 + extents.count * 8)
        Self.append(UInt64(inflatedSources.count), to: &bytes)
        for source in inflatedSources.sorted() { Self.append(UInt64(source), to: &bytes) }
        Self.append(UInt64(extents.count), to: &bytes)
        for extent in extents {
            Self.append(extent.length, to: &bytes)
            switch extent.origin {
            case .synthesized(let offset):
                bytes.append(0)
                Self.append(offset, to: &bytes)
            case .source(let source, let offset, let transform):
                bytes.append(transform.isIdentity ? 1 : 2)
                Self.append(UInt64(source), to: &bytes)
                Self.append(offset, to: &bytes)
                if !transform.isIdentity {
                    bytes.append(transform.bitsStored)
                    bytes.append((transform.swapsBytes ? 1 : 0) | (transform.signExtends ? 2 : 0))
                }
            case .sourceBits(let source, let offset, let plane):
                bytes.append(3)
                Self.append(UInt64(source), to: &bytes)
                Self.append(offset, to: &bytes)
                bytes.append(plane.bit)
                bytes.append(plane.swapsBytes ? 1 : 0)
            case .sourceShifted(let source, let firstBit):
                bytes.append(4)
                Self.append(UInt64(source), to: &bytes)
                Self.append(firstBit, to: &bytes)
            case .sourceJoint(let source, let joint):
                bytes.append(5)
                Self.append(UInt64(source), to: &bytes)
                Self.append(joint.lowBit, to: &bytes)
                Self.append(joint.highBit, to: &bytes)
                bytes += [joint.lowCount, joint.highCount]
            }
        }
        return bytes
    }

    /// Nil if `bytes` are not what `encoded()` makes, or name synthesized bytes beyond `synthesizedCount` or sources beyond
    /// `sourceCount`.
    public init?(decoding bytes: some Collection<UInt8>, synthesizedCount: Int, sourceCount: Int) {
        self.init()
        var input = bytes.makeIterator()
        guard input.next() == Self.version, let inflated = Self.number(from: &input), inflated <= UInt64(bytes.count)
        else { return nil }
        for _ in 0..<inflated {
            guard let number = Self.number(from: &input), number < sourceCount, let source = UInt32(exactly: number)
            else { return nil }
            inflate(source: source)
        }
        guard let count = Self.number(from: &input), count <= UInt64(bytes.count) else { return nil }
        for _ in 0..<count {
            guard let length = Self.number(from: &input), length > 0, length <= UInt64(Int64.max) - size,
                let kind = input.next(), let origin = Self.origin(kind, from: &input)
            else { return nil }
            switch origin {
            case .synthesized(let offset):
                let (end, overflow) = offset.addingReportingOverflow(length)
                guard !overflow, end <= UInt64(synthesizedCount) else { return nil }
            case .source(let source, let offset, _):
                guard source < sourceCount, offset <= UInt64(Int64.max) - length else { return nil }
            case .sourceBits(let source, let offset, _):
                let (span, overflow) = length.multipliedReportingOverflow(by: BitPlane.sourceBytesPerByte)
                guard source < sourceCount, !overflow, span <= UInt64(Int64.max), offset <= UInt64(Int64.max) - span
                else { return nil }
            case .sourceShifted(let source, let firstBit):
                guard source < sourceCount, length <= UInt64(Int64.max) / 8,
                    firstBit <= UInt64(Int64.max) - length * 8
                else { return nil }
            case .sourceJoint(let source, let joint):
                guard source < sourceCount, length == 1, max(joint.lowBit, joint.highBit) <= UInt64(Int64.max) - 8,
                    (1...8).contains(joint.lowCount), joint.highCount <= 8 - joint.lowCount
                else { return nil }
            }
            append(length: length, from: origin)
        }
        guard input.next() == nil else { return nil }
    }

    private static func origin(_ kind: UInt8, from input: inout some IteratorProtocol<UInt8>) -> Origin? {
        if kind == 0 { return number(from: &input).map { .synthesized(offset: $0) } }
        guard kind <= 5, let source = number(from: &input).flatMap(UInt32.init(exactly:)),
            let offset = number(from: &input)
        else { return nil }
        if kind == 1 { return .source(source, offset: offset, transform: .identity) }
        if kind == 4 { return .sourceShifted(source, firstBit: offset) }
        if kind == 5 {
            guard let highBit = number(from: &input), let lowCount = input.next(), let highCount = input.next() else {
                return nil
            }
            return .sourceJoint(
                source,
                BitJoint(lowBit: offset, lowCount: lowCount, highBit: highBit, highCount: highCount))
        }
        guard let bitsStored = input.next(), let flags = input.next() else { return nil }
        if kind == 3 {
            guard bitsStored < 16, flags <= 1 else { return nil }
            return .sourceBits(source, offset: offset, plane: BitPlane(bit: bitsStored, swapsBytes: flags == 1))
        }
        return .source(
            source, offset: offset,
            transform: PixelTransform(
                swapsBytes: flags & 1 != 0, bitsStored: bitsStored, signExtends: flags & 2 != 0))
    }

    private static func append(_ number: UInt64, to bytes: inout [UInt8]) {
        var rest = number
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    private static func number(from input: inout some IteratorProtocol<UInt8>) -> UInt64? {
        var number: UInt64 = 0
        var shift: UInt64 = 0
        while let byte = input.next() {
            guard shift < 63 || byte <= 1 else { return nil }
            number |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return number }
            shift += 7
        }
        return nil
    }
}
