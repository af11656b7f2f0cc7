internal import ByteLayout
internal import DICOM

/// One overlay of an image (PS3.3 C.9.2): a group of elements, and its plane, which is their Overlay Data or a bit of the pixels.
struct OverlayPlane {
    /// 6000, 6002, ... 601E.
    let group: UInt16
    /// The bit of each pixel that is the plane, from 0; nil if Overlay Data are.
    let bitInPixels: Int?

    /// Nil if the group draws nothing: neither Overlay Data, nor Overlay Bits Allocated other than 1, by which it would be a bit
    /// of the pixels (PS3.5 8.1.2, retired).
    init?(group: UInt16, of dataSet: DataSet) {
        self.group = group
        if dataSet[.overlayData(inGroup: group)].map(\.isEmpty) == false {
            bitInPixels = nil
            return
        }
        guard let allocated = dataSet.integer(.overlayBitsAllocated(inGroup: group)), allocated != 1 else { return nil }
        bitInPixels = dataSet.integer(.overlayBitPosition(inGroup: group)) ?? -1
    }

    /// Why a presentation state cannot have it.
    func obstacle(_ dataSet: DataSet) -> ConversionReason? {
        func unsupported(_ tag: Tag, _ detail: String) -> ConversionReason {
            ConversionReason(.unsupportedValue, tag: tag, detail)
        }
        if group > 0x601E || group % 2 == 1 { return unsupported(.overlayData(inGroup: group), "overlay group") }
        let (rowsTag, columnsTag) = (Tag.overlayRows(inGroup: group), Tag.overlayColumns(inGroup: group))
        guard let rows = dataSet.integer(rowsTag), (1...0xFFFF).contains(rows) else {
            return ConversionReason(.missingAttribute, tag: rowsTag)
        }
        guard let columns = dataSet.integer(columnsTag), (1...0xFFFF).contains(columns) else {
            return ConversionReason(.missingAttribute, tag: columnsTag)
        }
        for tag in [Tag.overlayType(inGroup: group), .overlayOrigin(inGroup: group)]
        where dataSet[tag].map(\.isEmpty) ?? true { return ConversionReason(.missingAttribute, tag: tag) }
        let frames = Tag(group, 0x0015)
        if dataSet.integer(frames) ?? 1 != 1 { return unsupported(frames, "overlay of several frames") }
        return bitInPixels == nil
            ? dataObstacle(dataSet, pixels: rows * columns) : bitObstacle(dataSet, rows: rows, columns: columns)
    }

    private func dataObstacle(_ dataSet: DataSet, pixels: Int) -> ConversionReason? {
        guard let data = dataSet[.overlayData(inGroup: group)] else { return nil }
        if data.deferredFileOffset != nil { return ConversionReason(.tooLarge, tag: data.tag, "\(data.length) bytes") }
        return data.length < (pixels + 7) / 8
            ? ConversionReason(.unsupportedValue, tag: data.tag, "\(data.length) bytes for \(pixels) pixels") : nil
    }

    /// A plane of bits is as large as the image, and each bit lies above the stored ones.
    private func bitObstacle(_ dataSet: DataSet, rows: Int, columns: Int) -> ConversionReason? {
        let tag = Tag.overlayBitPosition(inGroup: group)
        guard dataSet.integer(.bitsAllocated) == 16, let stored = dataSet.integer(.bitsStored), let bitInPixels,
            (stored..<16).contains(bitInPixels)
        else {
            return ConversionReason(.unsupportedValue, tag: tag, "bit \(bitInPixels ?? -1)")
        }
        let origin = dataSet.integers(.overlayOrigin(inGroup: group))
        guard rows == dataSet.integer(.rows), columns == dataSet.integer(.columns), origin == [1, 1],
            rows * columns % 8 == 0
        else {
            return ConversionReason(.unsupportedValue, tag: tag, "bits of a part of the image")
        }
        return nil
    }

    // MARK: Writing

    /// The Overlay Plane of a presentation state, but for Overlay Data that are a bit of the pixels, and its activation in a layer
    /// (PS3.3 C.9.2, C.11.7).
    func write(_ dataSet: DataSet, layer: String, to builder: inout DataSetBuilder) {
        for element in dataSet where element.tag.group == group && !element.tag.isGroupLength { builder.copy(element) }
        // Number of Frames in Overlay, Image Frame Origin, Overlay Format, Overlay Location.
        for element in [UInt16(0x0015), 0x0051, 0x0110, 0x0200] { builder.remove(Tag(group, element)) }
        builder.set(.overlayBitsAllocated(inGroup: group), [1], vr: .US)
        builder.set(.overlayBitPosition(inGroup: group), [0], vr: .US)
        builder.set(Tag(group, 0x1001), vr: .CS, bytes: Array(layer.utf8))
        if bitInPixels != nil { builder.remove(.overlayData(inGroup: group)) }
    }

    /// Adds Overlay Data that are a bit of the pixels of `source`.
    func appendBits(
        of frame: FrameBytes, rows: Int, columns: Int, source: Int, to file: inout SynthesizedFile
    ) throws(ConversionReason) {
        let tag = Tag.overlayData(inGroup: group)
        guard let bit = bitInPixels, let start = frame.runs.first?.lowerBound, frame.runs.count == 1,
            frame.length >= UInt64(rows * columns * 2)
        else { throw ConversionReason(.pixelDataTruncated, tag: tag) }
        let length = rows * columns / 8
        var encoder = Encoder(encoding: .explicitLittleEndian)
        encoder.appendHeader(tag: tag, vr: .OW, length: UInt32(clamping: length + length % 2))
        file.append(encoder.bytes)
        file.layout.append(
            length: UInt64(length),
            from: .sourceBits(
                UInt32(clamping: source), offset: start,
                plane: BitPlane(bit: UInt8(clamping: bit), swapsBytes: frame.transform.swapsBytes)))
        if length % 2 == 1 { file.append([0]) }
    }
}
