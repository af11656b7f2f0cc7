internal import ByteLayout
internal import DICOM

/// The pixels of an enhanced instance: one Image Pixel description that holds for all frames, and where the frames' bytes are
/// (digest E-5, 2.2, X-9, X-10, X-13).
struct EnhancedPixels {
    /// Bits Stored of the new instance.
    let bitsStored: Int
    let frames: [SynthesizedFile.SourceFrameBytes]
    /// Of the new instance: that of the sources if they are encapsulated, else Explicit VR Little Endian.
    let transferSyntax: TransferSyntax
    let isEncapsulated: Bool

    init(_ sources: [SourceInstance], _ context: SynthesisContext) throws(SynthesisFailure) {
        guard let first = context.frames.first, let firstFile = sources.first?.file else {
            throw SynthesisFailure(source: nil, reason: ConversionReason(.pixelDataMissing))
        }
        // One after the other: nothing must be held against the others of a first one that is at fault itself.
        _ = try SynthesisFailure.attributingEach(count: context.frames.count) { (index) throws(ConversionReason) in
            try Self.check(context.frames[index], modality: context.family.modality)
        }
        _ = try SynthesisFailure.attributingEach(count: context.frames.count) { (index) throws(ConversionReason) in
            try Self.check(context.frames[index], against: first)
        }
        var isEncapsulated = false
        if case .encapsulated = firstFile.pixelData?.form { isEncapsulated = true }
        self.isEncapsulated = isEncapsulated
        transferSyntax = isEncapsulated ? firstFile.transferSyntax : .explicitVRLittleEndian
        let modality = context.family.modality
        let bitsStored =
            context.frames.map {
                Self.bitsStored($0.imagePixel.bitsStored, allocated: $0.imagePixel.bitsAllocated, modality)
            }.max() ?? 16
        self.bitsStored = bitsStored
        frames = try SynthesisFailure.attributingEach(count: context.frames.count) { (index) throws(ConversionReason) in
            let source = sources[index]
            let isAlike = source.file.transferSyntax.uid == firstFile.transferSyntax.uid
            guard Self.isEncapsulated(source) == isEncapsulated, isAlike || !isEncapsulated else {
                throw ConversionReason(.transferSyntax, source.file.transferSyntax.description)
            }
            return try Self.bytes(
                of: context.frames[index], source, bitsStored: bitsStored, isEncapsulated: isEncapsulated)
        }
    }

    private static func isEncapsulated(_ source: SourceInstance) -> Bool {
        if case .encapsulated = source.file.pixelData?.form { return true }
        return false
    }

    /// Enhanced images store 8 of 8, 12 of 16 or 16 of 16 bits, those of PET 16 alone (PS3.3 C.8.13.1, C.8.15.2, C.8.22.3).
    static func bitsStored(_ stored: Int, allocated: Int, _ modality: ConversionFamily.Modality) -> Int {
        if allocated == 8 { return 8 }
        return stored <= 12 && modality != .pet ? 12 : 16
    }

    private static func check(
        _ frame: SourceFrame, modality: ConversionFamily.Modality
    ) throws(ConversionReason) {
        let pixel = frame.imagePixel
        guard pixel.numberOfFrames == 1 else { throw ConversionReason(.multiFrameClassic, tag: .numberOfFrames) }
        guard pixel.samplesPerPixel == 1, pixel.photometricInterpretation == "MONOCHROME2" else {
            throw ConversionReason(.notMonochrome2, tag: .photometricInterpretation, pixel.photometricInterpretation)
        }
        if let shape = frame.dataSet.string(.presentationLUTShape), shape != "IDENTITY" {
            throw ConversionReason(.notMonochrome2, tag: .presentationLUTShape, shape)
        }
        let is8 = modality == .mr && pixel.bitsAllocated == 8 && pixel.bitsStored == 8
        guard is8 || pixel.bitsAllocated == 16 && (1...16).contains(pixel.bitsStored) else {
            throw ConversionReason(
                .unsupportedValue, tag: .bitsAllocated, "\(pixel.bitsStored) of \(pixel.bitsAllocated)")
        }
        guard pixel.highBit == pixel.bitsStored - 1 else {
            throw ConversionReason(.unsupportedValue, tag: .highBit, "\(pixel.highBit)")
        }
        if frame.dataSet.string(.burnedInAnnotation) == "YES" {
            throw ConversionReason(.burnedInAnnotation, tag: .burnedInAnnotation)
        }
    }

    private static func check(_ frame: SourceFrame, against first: SourceFrame) throws(ConversionReason) {
        let (pixel, other) = (frame.imagePixel, first.imagePixel)
        let differing: Tag? =
            if pixel.rows != other.rows {
                .rows
            } else if pixel.columns != other.columns {
                .columns
            } else if pixel.bitsAllocated != other.bitsAllocated {
                .bitsAllocated
            } else if pixel.isSigned != other.isSigned {
                .pixelRepresentation
            } else {
                nil
            }
        if let differing { throw ConversionReason(.unsupportedValue, tag: differing, "differs from the first frame's") }
    }

    private static func bytes(
        of frame: SourceFrame, _ source: SourceInstance, bitsStored: Int, isEncapsulated: Bool
    ) throws(ConversionReason) -> SynthesizedFile.SourceFrameBytes {
        let located = try source.file.frameBytes(frame.imagePixel)
        guard var bytes = located.first, located.count == 1 else { throw ConversionReason(.multiFrameClassic) }
        let pixel = frame.imagePixel
        if pixel.bitsStored != bitsStored || frame.hasGraphicsInPixels {
            // The codestream itself says how many bits there are.
            guard !isEncapsulated else {
                throw ConversionReason(.unsupportedValue, tag: .bitsStored, "\(pixel.bitsStored) in compressed frames")
            }
            bytes.transform.bitsStored = UInt8(clamping: pixel.bitsStored)
            bytes.transform.signExtends = pixel.isSigned
        }
        return SynthesizedFile.SourceFrameBytes(source: frame.frameIndex, frame: bytes)
    }
}
