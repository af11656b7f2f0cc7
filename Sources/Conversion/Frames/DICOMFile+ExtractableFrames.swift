internal import ByteLayout
internal import DICOM

/// The pixels of each frame of an image, by frameIndex from 0.
enum ExtractableFrames: Sendable {
    case bytes([FrameBytes])
    case bits(BitFrames)
}

extension DICOMFile {
    /// Where the pixels of each frame are, of any kind of image: besides what conversion takes up also pixels of one bit, floating
    /// point numbers, and native pixels with fewer color samples than pixels.
    ///
    /// - Throws: why frames cannot be told apart.
    func extractableFrames(_ imagePixel: ImagePixel) throws(ConversionReason) -> ExtractableFrames {
        guard let pixelData, case .native(let offset, let length, let available) = pixelData.form else {
            return .bytes(try frameBytes(imagePixel))
        }
        let photometric = imagePixel.photometricInterpretation
        let isSubsampled = photometric == "YBR_FULL_422" || photometric == "YBR_PARTIAL_422"
        guard pixelData.tag != .pixelData || imagePixel.bitsAllocated == 1 || isSubsampled else {
            return .bytes(try frameBytes(imagePixel))
        }
        guard photometric != "YBR_PARTIAL_420" else {
            throw ConversionReason(.unsupportedValue, tag: .photometricInterpretation, photometric)
        }
        let isOfBytes = pixelData.tag == .pixelData && imagePixel.bitsAllocated <= 8
        guard !transferSyntax.isBigEndian || isOfBytes && pixelData.vr != .OW else {
            throw ConversionReason(.transferSyntax, tag: pixelData.tag, transferSyntax.description)
        }
        let bitsAllocated =
            pixelData.tag == .floatPixelData
            ? 32 : pixelData.tag == .doubleFloatPixelData ? 64 : imagePixel.bitsAllocated
        // Of two pixels one has no color samples (PS3.3 C.7.6.3.1.2).
        let samples = isSubsampled ? 2 : imagePixel.samplesPerPixel
        let bits = UInt64(imagePixel.rows) * UInt64(imagePixel.columns) * UInt64(samples) * UInt64(bitsAllocated)
        let frameCount = UInt64(imagePixel.numberOfFrames)
        let (allBits, overflow) = bits.multipliedReportingOverflow(by: frameCount)
        guard !overflow, allBits < UInt64(Int64.max), offset < UInt64(Int64.max) / 8 - allBits / 8,
            (allBits + 7) / 8 <= min(length, available)
        else {
            throw ConversionReason(.pixelDataTruncated, tag: pixelData.tag, "\(min(length, available)) bytes")
        }
        guard bits % 8 == 0 || frameCount == 1 else {
            // A byte of the frames taken would be made of more than two of them.
            guard bits > 8 else {
                throw ConversionReason(.unsupportedValue, tag: .bitsAllocated, "frames of \(bits) bits")
            }
            return .bits(BitFrames(firstBit: offset * 8, bitsOfFrame: bits, isInflated: isDeflated))
        }
        let frameLength = (bits + 7) / 8
        return .bytes(
            (0..<frameCount).map { frameIndex in
                let start = offset + frameIndex * frameLength
                return FrameBytes(runs: [start..<start + frameLength], isInflated: isDeflated)
            })
    }
}
