/// What is known of one DICOM file without its pixel data (PS3.10 7).
public struct DICOMFile: Sendable {
    public let hasPreamble: Bool
    /// Group 0002; empty where the file has none.
    public let fileMeta: DataSet
    /// By File Meta, or as found where there is none or it is wrong about VRs.
    public let transferSyntax: TransferSyntax
    /// All elements but pixel data.
    public let dataSet: DataSet
    public let pixelData: PixelData?
    /// True if the data set is deflated; positions of pixel data are then those within the inflated data set.
    public let isDeflated: Bool
    /// Where the data set begins in the file.
    public let dataSetOffset: Int
    /// What kept the rest of the data set from being read; the elements before it are there.
    public let damage: ParseError?

    /// Reads the header of a file: all but the pixel data, which are located.
    ///
    /// - Throws: `ParseError` if these are not the bytes of a DICOM file at all. A data set that breaks off is no error here:
    ///   see `damage`.
    public init(header source: some ByteSource) throws(ParseError) {
        let source = AnyByteSource(source)
        var prologue = try Prologue(source)
        hasPreamble = prologue.hasPreamble
        fileMeta = prologue.fileMeta
        dataSetOffset = prologue.dataSetOffset
        transferSyntax = prologue.transferSyntax
        isDeflated = transferSyntax.isDeflated
        if isDeflated {
            let inflated = try InflatedSource(source, from: dataSetOffset)
            try inflated.measure()
            let buffer = HeaderBuffer(source: AnyByteSource(inflated))
            let parsed = Self.parse(buffer, at: 0, encoding: .explicitLittleEndian)
            (dataSet, pixelData) = (parsed.0, parsed.1)
            damage = parsed.2 ?? inflated.damage
        } else {
            let parsed = Self.parse(prologue.takeBuffer(), at: dataSetOffset, encoding: prologue.encoding)
            (dataSet, pixelData, damage) = parsed
        }
        if fileMeta.isEmpty, dataSet[Tag(0x0008, 0x0016)] == nil, dataSet[Tag(0x0008, 0x0018)] == nil {
            throw ParseError(.notDICOM, offset: 0)
        }
    }

    private static func parse<Source: ByteSource>(
        _ buffer: consuming HeaderBuffer<Source>, at position: Int, encoding: Encoding
    ) -> (DataSet, PixelData?, ParseError?) {
        var parser = DataSetParser(buffer: buffer, position: position, encoding: encoding)
        let damage = parser.parseToEnd()
        let bytes = parser.buffer.finish(count: parser.position)
        return (parser.makeDataSet(bytes: bytes), parser.pixelData, damage)
    }
}

extension InflatedSource {
    /// Of the data set of a file.
    ///
    /// - Throws: `ParseError` if the file does not begin as DICOM files do.
    public convenience init(ofFile source: some ByteSource) throws(ParseError) {
        let source = AnyByteSource(source)
        try self.init(source, from: try Prologue(source).dataSetOffset)
    }
}

/// What stands before the data set of a file: preamble, prefix, File Meta (PS3.10 7.1), all of which may be missing.
private struct Prologue<Source: ByteSource> {
    var buffer: HeaderBuffer<Source>
    var hasPreamble = false
    var fileMeta = DataSet.empty
    var dataSetOffset = 0
    var transferSyntax = TransferSyntax.implicitVRLittleEndian
    var encoding = Encoding.implicitLittleEndian

    init(_ source: Source) throws(ParseError) {
        buffer = HeaderBuffer(source: source)
        if try hasPrefix(at: 128), try !beginsWithDataSet() {
            hasPreamble = true
            dataSetOffset = 132
        } else if try hasPrefix(at: 0) {
            dataSetOffset = 4
        }
        var parser = DataSetParser(buffer: takeBuffer(), position: dataSetOffset, encoding: .explicitLittleEndian)
        try parser.parseFileMeta()
        buffer = parser.takeBuffer()
        if parser.position > dataSetOffset {
            let end = parser.position
            fileMeta = parser.makeDataSet(bytes: Array(buffer.bytes.prefix(end)))
            dataSetOffset = end
        }
        try findEncoding(isPrefixed: dataSetOffset > 0)
    }

    /// The buffer, for one who goes on with it: two who held it would each get a copy of its bytes.
    mutating func takeBuffer() -> HeaderBuffer<Source> {
        defer { buffer = HeaderBuffer(source: buffer.source) }
        return buffer
    }

    /// True for a data set without preamble in whose values the prefix happens to stand: it begins with group 0008, and no File
    /// Meta follows what looks like the prefix.
    private mutating func beginsWithDataSet() throws(ParseError) -> Bool {
        guard try buffer.ensure(134, at: 0) else { return false }
        return buffer.u16(0, bigEndian: false) == 0x0008 && buffer.u16(132, bigEndian: false) != 0x0002
    }

    private mutating func hasPrefix(at position: Int) throws(ParseError) -> Bool {
        guard try buffer.ensure(4, at: position) else { return false }
        return buffer.bytes[position..<position + 4].elementsEqual("DICM".utf8)
    }

    /// Settles how the data set is encoded: what File Meta says, unless the first element shows otherwise.
    private mutating func findEncoding(isPrefixed: Bool) throws(ParseError) {
        let stated = fileMeta.string(Tag(0x0002, 0x0010)).map { TransferSyntax(uid: $0) }
        if let stated, stated.isDeflated {
            transferSyntax = stated
            return
        }
        guard try buffer.ensure(8, at: dataSetOffset) else {
            if fileMeta.isEmpty { throw ParseError(.notDICOM, offset: 0) }
            transferSyntax = stated ?? .implicitVRLittleEndian
            encoding = stated.map(\.encoding) ?? .implicitLittleEndian
            return
        }
        let seen = seenEncoding()
        if fileMeta.isEmpty && !isPrefixed && !isPlausibleStart(seen) { throw ParseError(.notDICOM, offset: 0) }
        encoding = seen
        if let stated, stated.encoding == seen || stated.isEncapsulated {
            transferSyntax = stated
        } else {
            transferSyntax =
                seen.isBigEndian
                ? .explicitVRBigEndian : seen.isExplicitVR ? .explicitVRLittleEndian : .implicitVRLittleEndian
        }
    }

    /// Groups are small numbers, so a group of 256 or more at the start means the other byte order.
    private func seenEncoding() -> Encoding {
        let group = buffer.u16(dataSetOffset, bigEndian: false)
        let isBigEndian = group & 0xFF == 0 && group != 0
        let vr = VR(rawValue: UInt16(buffer.bytes[dataSetOffset + 4]) << 8 | UInt16(buffer.bytes[dataSetOffset + 5]))
        return Encoding(isExplicitVR: vr.isKnown, isBigEndian: isBigEndian && vr.isKnown)
    }

    /// Without prefix and File Meta only a group that data sets begin with, and a length that fits, speak for DICOM.
    private func isPlausibleStart(_ encoding: Encoding) -> Bool {
        let group = buffer.u16(dataSetOffset, bigEndian: encoding.isBigEndian)
        guard group == 0x0008 || group == 0x0004 else { return false }
        if encoding.isExplicitVR { return true }
        return Int(buffer.u32(dataSetOffset + 4, bigEndian: false)) <= buffer.available(from: dataSetOffset + 8)
    }
}

extension TransferSyntax {
    /// How data sets in this transfer syntax are encoded, once inflated.
    public var encoding: Encoding {
        Encoding(isExplicitVR: isExplicitVR, isBigEndian: isBigEndian)
    }
}
