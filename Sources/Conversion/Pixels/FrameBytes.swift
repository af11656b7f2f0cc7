public import ByteLayout
public import DICOM

/// Where the bytes of one frame lie in its file: one run of a native frame, one run for each fragment of an encapsulated one.
public struct FrameBytes: Sendable {
    /// Offsets in the file (in the inflated data set if that is deflated), in the order of the frame's bytes.
    public var runs: [Range<UInt64>]
    /// What happens to the bytes on their way out.
    public var transform: PixelTransform
    /// True if offsets are those in the inflated data set of a deflated file.
    public var isInflated: Bool

    public init(runs: [Range<UInt64>], transform: PixelTransform = .identity, isInflated: Bool = false) {
        self.runs = runs
        self.transform = transform
        self.isInflated = isInflated
    }

    /// Bytes in all runs.
    public var length: UInt64 {
        runs.reduce(0) { $0 + ($1.upperBound - $1.lowerBound) }
    }
}

extension DICOMFile {
    /// Where the bytes of each frame are, by frameIndex from 0. Native frames of a big-endian file are to be swapped.
    ///
    /// - Throws: why the frames cannot be told apart or taken over as they are: `pixelDataMissing`, `pixelDataTruncated`,
    ///   `transferSyntax`, or what `ImagePixel` says is wrong.
    public func frameBytes(_ imagePixel: ImagePixel) throws(ConversionReason) -> [FrameBytes] {
        guard let pixelData else { throw ConversionReason(.pixelDataMissing, tag: .pixelData) }
        guard pixelData.tag == .pixelData else { throw ConversionReason(.unsupportedValue, tag: pixelData.tag) }
        switch pixelData.form {
        case .native(let offset, let length, let available):
            return try nativeFrames(imagePixel, vr: pixelData.vr, offset: offset, length: min(length, available))
        case .encapsulated(let pixels):
            return try encapsulatedFrames(imagePixel, pixels)
        }
    }

    private func nativeFrames(
        _ imagePixel: ImagePixel, vr: VR, offset: UInt64, length: UInt64
    ) throws(ConversionReason) -> [FrameBytes] {
        guard let frameLength = imagePixel.nativeFrameLength else {
            throw ConversionReason(.unsupportedValue, tag: .bitsAllocated, "\(imagePixel.bitsAllocated)")
        }
        let (needed, overflow) = frameLength.multipliedReportingOverflow(by: UInt64(imagePixel.numberOfFrames))
        guard !overflow, needed <= length else {
            throw ConversionReason(.pixelDataTruncated, tag: .pixelData, "\(length) bytes")
        }
        // What is behind the last frame, but for the byte that makes the length even, would be lost.
        guard length <= needed + (needed & 1) else {
            throw ConversionReason(.inconsistentFrames, tag: .pixelData, "\(length) bytes for \(needed)")
        }
        guard !offset.addingReportingOverflow(needed).overflow else {
            throw ConversionReason(.pixelDataTruncated, tag: .pixelData)
        }
        let transform = try byteOrderTransform(imagePixel, vr: vr, frameLength: frameLength)
        return (0..<imagePixel.numberOfFrames).map { frameIndex in
            let start = offset + UInt64(frameIndex) * frameLength
            return FrameBytes(runs: [start..<start + frameLength], transform: transform, isInflated: isDeflated)
        }
    }

    /// Words of OW are swapped in a big-endian file, whatever the pixels in them are (PS3.5 7.3, 8.1.1).
    private func byteOrderTransform(
        _ imagePixel: ImagePixel, vr: VR, frameLength: UInt64
    ) throws(ConversionReason) -> PixelTransform {
        guard transferSyntax.isBigEndian, vr == .OW || imagePixel.bitsAllocated > 8 else { return .identity }
        guard imagePixel.bitsAllocated <= 16, frameLength % 2 == 0 else {
            throw ConversionReason(.transferSyntax, tag: .bitsAllocated, transferSyntax.description)
        }
        return PixelTransform(swapsBytes: true)
    }

    private func encapsulatedFrames(
        _ imagePixel: ImagePixel, _ pixels: EncapsulatedPixelData
    ) throws(ConversionReason) -> [FrameBytes] {
        switch transferSyntax.frameEncoding {
        case .oneFragmentPerFrame, .fragmentsPerFrame: break
        case .native, .acrossFrames, .stream, .referenced, .realTime, .unknown:
            throw ConversionReason(.transferSyntax, transferSyntax.description)
        }
        guard pixels.isComplete else { throw ConversionReason(.pixelDataTruncated, tag: .pixelData) }
        let extendedOffsets = dataSet[.extendedOffsetTable]?.integers.map { UInt64(clamping: $0) } ?? []
        guard
            let frames = pixels.fragmentsOfFrames(
                numberOfFrames: imagePixel.numberOfFrames, transferSyntax: transferSyntax,
                extendedOffsets: extendedOffsets)
        else {
            throw ConversionReason(.transferSyntax, tag: .pixelData, "fragments cannot be told apart by frame")
        }
        return frames.map { range in
            FrameBytes(
                runs: pixels.fragments[range].map { $0.offset..<$0.offset + UInt64($0.length) },
                isInflated: isDeflated)
        }
    }
}
