internal import ByteLayout
internal import DICOM

extension SynthesizedFile {
    /// A frame of one of the file's sources.
    struct SourceFrameBytes {
        /// Index in the file's list of sources.
        var source: Int
        var frame: FrameBytes
    }

    /// A file of `sources`, numbered from `first` on, that holds `bytes` so far.
    init(header bytes: [UInt8], of sources: [SourceInstance], from first: Int = 0) {
        self.init(bytes: bytes, layout: Layout())
        for (index, source) in sources.enumerated() where source.file.isDeflated {
            layout.inflate(source: UInt32(clamping: first + index))
        }
        layout.append(length: UInt64(bytes.count), from: .synthesized(offset: 0))
    }

    /// Adds bytes made for this file.
    mutating func append(_ added: [UInt8]) {
        layout.append(length: UInt64(added.count), from: .synthesized(offset: UInt64(bytes.count)))
        bytes.append(contentsOf: added)
    }

    /// Adds the bytes of a frame.
    mutating func append(_ frame: SourceFrameBytes) {
        if frame.frame.isInflated { layout.inflate(source: UInt32(clamping: frame.source)) }
        for run in frame.frame.runs {
            layout.append(
                length: run.upperBound - run.lowerBound,
                from: .source(UInt32(clamping: frame.source), offset: run.lowerBound, transform: frame.frame.transform))
        }
    }

    /// Adds native Pixel Data in Explicit VR Little Endian: the element header, the frames one after the other without
    /// padding between them, and one zero if the whole would be odd (PS3.5 8.1.1, 8.2).
    ///
    /// - Parameter tag: of Pixel Data, or of its floating-point forms.
    /// - Throws: `tooLarge` if the value is longer than a length field can say.
    mutating func appendNativePixelData(
        _ frames: [SourceFrameBytes], tag: Tag = .pixelData
    ) throws(ConversionReason) {
        var length: UInt64 = 0
        for frame in frames {
            let (sum, overflow) = length.addingReportingOverflow(frame.frame.length)
            guard !overflow else { throw ConversionReason(.tooLarge, tag: .pixelData) }
            length = sum
        }
        let padding = length & 1
        guard length < UInt64(UInt32.max) - 1 else {
            throw ConversionReason(.tooLarge, tag: .pixelData, "\(length) bytes")
        }
        var encoder = Encoder(encoding: .explicitLittleEndian)
        let vr = tag == .pixelData ? VR.OW : tag == .floatPixelData ? .OF : .OD
        encoder.appendHeader(tag: tag, vr: vr, length: UInt32(length + padding))
        append(encoder.bytes)
        for frame in frames { append(frame) }
        if padding == 1 { append([0]) }
    }

    /// Adds encapsulated Pixel Data: one fragment for each frame behind a Basic Offset Table, or behind an empty one and an
    /// Extended Offset Table where offsets need more than 32 bits (PS3.5 A.4).
    ///
    /// - Throws: `tooLarge` if a frame is longer than a length field can say.
    mutating func appendEncapsulatedPixelData(_ frames: [SourceFrameBytes]) throws(ConversionReason) {
        var offsets: [UInt64] = []
        var lengths: [UInt64] = []
        var offset: UInt64 = 0
        for frame in frames {
            let length = frame.frame.length
            guard length < UInt64(UInt32.max) - 1 else {
                throw ConversionReason(.tooLarge, tag: .pixelData, "\(length) bytes in a frame")
            }
            let padded = length + (length & 1)
            offsets.append(offset)
            lengths.append(padded)
            let (next, overflow) = offset.addingReportingOverflow(padded + 8)
            guard !overflow else { throw ConversionReason(.tooLarge, tag: .pixelData) }
            offset = next
        }
        appendOffsetTables(offsets: offsets, lengths: lengths)
        for (frame, length) in zip(frames, lengths) {
            append(Self.itemHeader(length: UInt32(clamping: length)))
            append(frame)
            if length > frame.frame.length { append([0]) }
        }
        append([0xFE, 0xFF, 0xDD, 0xE0, 0, 0, 0, 0])
    }

    /// Adds the Extended Offset Table if it is needed, the header of Pixel Data, and the first item, the Basic Offset Table.
    private mutating func appendOffsetTables(offsets: [UInt64], lengths: [UInt64]) {
        let isExtended = offsets.last.map { $0 > UInt64(UInt32.max) } ?? false
        var encoder = Encoder(encoding: .explicitLittleEndian)
        if isExtended {
            encoder.append(.value(.OV, Self.littleEndian(offsets)), tag: .extendedOffsetTable)
            encoder.append(.value(.OV, Self.littleEndian(lengths)), tag: .extendedOffsetTableLengths)
        }
        encoder.appendHeader(tag: .pixelData, vr: .OB, length: .max)
        append(encoder.bytes)
        let table = isExtended ? [] : Self.littleEndian(offsets.map { UInt32(truncatingIfNeeded: $0) })
        append(Self.itemHeader(length: UInt32(clamping: table.count)) + table)
    }

    private static func itemHeader(length: UInt32) -> [UInt8] {
        [0xFE, 0xFF, 0x00, 0xE0] + littleEndian([length])
    }

    private static func littleEndian<Word: FixedWidthInteger>(_ words: [Word]) -> [UInt8] {
        words.flatMap { word in withUnsafeBytes(of: word.littleEndian) { Array($0) } }
    }
}
