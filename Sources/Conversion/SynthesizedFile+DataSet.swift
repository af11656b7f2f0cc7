internal import ByteLayout
internal import DICOM

extension SynthesizedFile {
    /// Adds elements of a data set in Explicit VR Little Endian. Values that were too long to be read with their header stay
    /// in their file, as extents of `source`.
    ///
    /// - Parameters:
    ///   - source: index of the file from which such values come.
    ///   - isTaken: which elements are added.
    /// - Throws: `unsupportedValue` if such a value cannot be taken over as it stands.
    mutating func append(
        _ dataSet: DataSetBuilder, source: Int, where isTaken: (Tag) -> Bool = { _ in true }
    ) throws(ConversionReason) {
        var encoder = Encoder(encoding: .explicitLittleEndian, reserving: 16 << 10)
        for (tag, content) in zip(dataSet.tags, dataSet.contents) where isTaken(tag) {
            guard case .copied(let element) = content, let offset = element.deferredFileOffset else {
                encoder.append(content, tag: tag)
                continue
            }
            let length = UInt64(element.length)
            guard length < UInt64(UInt32.max) - 1 else { throw ConversionReason(.tooLarge, tag: tag) }
            let isSwapped = element.valueEncoding.isBigEndian && element.effectiveVR.wordSize > 1
            guard !isSwapped || element.effectiveVR.wordSize == 2 && length % 2 == 0 else {
                throw ConversionReason(.unsupportedValue, tag: tag, "\(length) bytes in big-endian order")
            }
            // A value too long for the short form of its VR is written as UN (PS3.5 6.2.2, note 2).
            let vr = element.effectiveVR.usesLongLength ? element.effectiveVR : VR.UN
            encoder.appendHeader(tag: tag, vr: vr, length: UInt32(length + length % 2))
            append(encoder.bytes)
            encoder = Encoder(encoding: .explicitLittleEndian)
            layout.append(
                length: length,
                from: .source(
                    UInt32(clamping: source), offset: offset, transform: PixelTransform(swapsBytes: isSwapped)))
            if length % 2 == 1 { append([element.effectiveVR.padding]) }
        }
        append(encoder.bytes)
    }
}
