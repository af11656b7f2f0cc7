internal import ByteLayout
internal import DICOM

extension DICOMFile {
    /// Where the bytes of each frame are, of any kind of image: besides what conversion takes up also pixels of one bit, floating
    /// point numbers, and native pixels with fewer color samples than pixels.
    ///
    /// - Throws: why frames cannot be told apart.
    func extractableFrames(_ imagePixel: ImagePixel) throws(ConversionReason) -> [FrameBytes] {
        guard let pixelData, case .native(let offset, let length, let available) = pixelData.form else {
            return try frameBytes(imagePixel)
        }
        let photometric = imagePixel.photometricInterpretation
        let isSubsampled = photometric == "YBR_FULL_422" || photometric == "YBR_PARTIAL_422"
        guard pixelData.tag != .pixelData || imagePixel.bitsAllocated == 1 || isSubsampled else {
            return try frameBytes(imagePixel)
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
        guard bits % 8 == 0 || imagePixel.numberOfFrames == 1 else {
            throw ConversionReason(
                .unsupportedValue, tag: .bitsAllocated, "frames of \(bits) bits do not begin at whole bytes")
        }
        let frameLength = (bits + 7) / 8
        let (needed, overflow) = frameLength.multipliedReportingOverflow(by: UInt64(imagePixel.numberOfFrames))
        guard !overflow, needed <= min(length, available), !offset.addingReportingOverflow(needed).overflow else {
            throw ConversionReason(.pixelDataTruncated, tag: pixelData.tag, "\(min(length, available)) bytes")
        }
        return (0..<imagePixel.numberOfFrames).map { frameIndex in
            let start = offset + UInt64(frameIndex) * frameLength
            return FrameBytes(runs: [start..<start + frameLength], isInflated: isDeflated)
        }
    }
}
