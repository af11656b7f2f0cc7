internal import ByteLayout
internal import DICOM

extension SynthesizedFile {
    /// Adds the pixel data of `file`, source 0, as they are: all frames, in the transfer syntax they have if encapsulated,
    /// in little-endian order if native.
    mutating func append(_ pixels: PixelData, of file: DICOMFile) throws(ConversionReason) {
        guard !pixels.isRepeated else {
            throw ConversionReason(.inconsistentFrames, tag: pixels.tag, "pixel data stand twice")
        }
        switch pixels.form {
        case .native(let offset, let length, let available):
            guard available == length else {
                throw ConversionReason(.pixelDataTruncated, tag: pixels.tag, "\(available) of \(length) bytes")
            }
            try appendNative(pixels, offset: offset, length: length, of: file)
        case .encapsulated(let encapsulated):
            guard encapsulated.isComplete, let last = encapsulated.fragments.last else {
                throw ConversionReason(.pixelDataTruncated, tag: pixels.tag, "the last fragment is missing")
            }
            // Encapsulated pixel data are little-endian in every transfer syntax: header, items and delimiter as they stand.
            let end = last.offset + UInt64(last.length) + 8
            layout.append(
                length: end - pixels.elementOffset,
                from: .source(0, offset: pixels.elementOffset, transform: .identity))
        }
    }

    private mutating func appendNative(
        _ pixels: PixelData, offset: UInt64, length: UInt64, of file: DICOMFile
    ) throws(ConversionReason) {
        guard length < UInt64(UInt32.max) - 1 else { throw ConversionReason(.tooLarge, tag: pixels.tag) }
        let bitsAllocated = file.dataSet.integer(.bitsAllocated) ?? 16
        // Words of OW are swapped whatever the pixels in them are (PS3.5 7.3, 8.1.1).
        let isSwapped = file.transferSyntax.isBigEndian && (pixels.vr == .OW || bitsAllocated > 8)
        guard !isSwapped || bitsAllocated <= 16 && length % 2 == 0 else {
            throw ConversionReason(.transferSyntax, tag: pixels.tag, "big-endian words of \(bitsAllocated) bits")
        }
        var encoder = Encoder(encoding: .explicitLittleEndian)
        let vr = pixels.tag == .pixelData ? VR.OW : pixels.tag == .floatPixelData ? .OF : .OD
        encoder.appendHeader(tag: pixels.tag, vr: vr, length: UInt32(length + length % 2))
        append(encoder.bytes)
        layout.append(
            length: length, from: .source(0, offset: offset, transform: PixelTransform(swapsBytes: isSwapped)))
        if length % 2 == 1 { append([0]) }
    }
}
