internal import DICOM

/// Why an image cannot be converted, as far as its header alone shows (digest 2.2 and section 3 "not convertible", X-9,
/// What is found here is shown as it was received.
enum ConversionObstacle {
    /// Of a classic image towards the Enhanced classes.
    static func ofClassic(
        _ file: DICOMFile, family: ConversionFamily, _ graphics: ImageGraphics
    ) -> ConversionReason? {
        let dataSet = file.dataSet
        if let damage = file.damage { return ConversionReason(.damaged, tag: damage.tag, damage.description) }
        if let reason = MosaicTest.reason(dataSet) { return reason }
        do throws(ConversionReason) {
            let frames = try ImagePixel.numberOfFrames(dataSet)
            if frames != 1 { return ConversionReason(.multiFrameClassic, tag: Tag(0x0028, 0x0008), "\(frames)") }
            _ = try Rescale(dataSet, family.modality)
        } catch {
            return error
        }
        return elements(dataSet, numbers: geometryTags) ?? identity(dataSet) ?? frameOfReference(dataSet)
            ?? monochrome2(dataSet)
            ?? geometry(dataSet) ?? storedBits(dataSet, family, file.transferSyntax, graphics)
            ?? lossyCompression(dataSet, file.transferSyntax) ?? graphics.obstacle(dataSet)
            ?? pixelData(file, frames: 1)
    }

    /// Image Position (Patient), Image Orientation (Patient), Pixel Spacing, Slice Thickness.
    private static let geometryTags = [
        Tag(0x0020, 0x0032), Tag(0x0020, 0x0037), Tag(0x0028, 0x0030), Tag(0x0018, 0x0050),
    ]

    /// Of an Enhanced or Legacy Converted image towards the classic class.
    static func ofMultiFrame(_ file: DICOMFile, family: ConversionFamily) -> ConversionReason? {
        let dataSet = file.dataSet
        if let damage = file.damage { return ConversionReason(.damaged, tag: damage.tag, damage.description) }
        guard dataSet.string(Tag(0x0028, 0x0008)) != nil else { return missing(Tag(0x0028, 0x0008)) }
        let frames: Int
        do throws(ConversionReason) { frames = try ImagePixel.numberOfFrames(dataSet) } catch { return error }
        // Frame of Reference UID: without it, which de-identification often strips, the slices lack what the image lacks, and
        // their geometry holds within it as before.
        return elements(dataSet, numbers: []) ?? identity(dataSet) ?? functionalGroups(dataSet, frames: frames)
            ?? monochrome(dataSet)
            ?? allocatedBits(dataSet, family) ?? pixelData(file, frames: frames)
    }

    static func missing(_ tag: Tag) -> ConversionReason { ConversionReason(.missingAttribute, tag: tag) }

    private static func unsupported(_ tag: Tag, _ value: some CustomStringConvertible) -> ConversionReason {
        ConversionReason(.unsupportedValue, tag: tag, value.description)
    }

    private static func identity(_ dataSet: DataSet) -> ConversionReason? {
        // SOP Class, SOP Instance, Study and Series Instance UID: type 1, and not to be invented.
        for tag in [Tag(0x0008, 0x0016), Tag(0x0008, 0x0018), Tag(0x0020, 0x000D), Tag(0x0020, 0x000E)]
        where dataSet.string(tag) == nil { return missing(tag) }
        for tag in [Tag(0x0028, 0x0010), Tag(0x0028, 0x0011)] where (dataSet.integer(tag) ?? 0) <= 0 {
            return missing(tag)
        }
        return nil
    }

    /// Frame of Reference UID: slices that do not say that they lie in one are not brought together, for the Enhanced image would
    /// say it of all its frames (PS3.3 C.7.4.1; K-hard).
    private static func frameOfReference(_ dataSet: DataSet) -> ConversionReason? {
        dataSet.string(Tag(0x0020, 0x0052)) == nil ? missing(Tag(0x0020, 0x0052)) : nil
    }

    /// Photometric Interpretation, and Burned In Annotation, which the Enhanced modules allow to be NO alone.
    private static func monochrome2(_ dataSet: DataSet) -> ConversionReason? {
        guard dataSet.integer(Tag(0x0028, 0x0002)) ?? 1 == 1 else {
            return ConversionReason(.notMonochrome2, tag: Tag(0x0028, 0x0002))
        }
        guard let interpretation = dataSet.string(Tag(0x0028, 0x0004)) else { return missing(Tag(0x0028, 0x0004)) }
        if interpretation != "MONOCHROME2" {
            return ConversionReason(.notMonochrome2, tag: Tag(0x0028, 0x0004), interpretation)
        }
        if dataSet.string(Tag(0x2050, 0x0020)) == "INVERSE" {
            return ConversionReason(.notMonochrome2, tag: Tag(0x2050, 0x0020), "INVERSE")
        }
        if dataSet.string(Tag(0x0028, 0x0301)) == "YES" {
            return ConversionReason(.burnedInAnnotation, tag: Tag(0x0028, 0x0301))
        }
        return nil
    }

    private static func monochrome(_ dataSet: DataSet) -> ConversionReason? {
        guard let interpretation = dataSet.string(Tag(0x0028, 0x0004)) else { return missing(Tag(0x0028, 0x0004)) }
        guard dataSet.integer(Tag(0x0028, 0x0002)) ?? 1 == 1, interpretation.hasPrefix("MONOCHROME") else {
            return ConversionReason(.notMonochrome2, tag: Tag(0x0028, 0x0004), interpretation)
        }
        return nil
    }

    private static func geometry(_ dataSet: DataSet) -> ConversionReason? {
        for (tag, count) in [(Tag(0x0020, 0x0032), 3), (Tag(0x0020, 0x0037), 6), (Tag(0x0028, 0x0030), 2)] {
            let numbers = dataSet.doubles(tag)
            guard numbers.count == count, numbers.allSatisfy(\.isFinite) else { return missing(tag) }
            guard numbers.allSatisfy({ abs($0) < ImageFacts.magnitudeLimit }) else { return unsupported(tag, numbers) }
        }
        let facts = ImageFacts(
            orientation: dataSet.doubles(Tag(0x0020, 0x0037)), position: [0, 0, 0], pixelSpacing: [1, 1],
            sliceThickness: nil)
        let length = facts.normal.reduce(0) { $0 + $1 * $1 }
        guard length > 0.9, length < 1.1 else { return unsupported(Tag(0x0020, 0x0037), "no plane") }
        guard dataSet.doubles(Tag(0x0028, 0x0030)).allSatisfy({ $0 > 0 }) else {
            return unsupported(Tag(0x0028, 0x0030), "not positive")
        }
        return nil
    }

    /// what may be stored in how many bits, and what becomes of other depths.
    private static func storedBits(
        _ dataSet: DataSet, _ family: ConversionFamily, _ transferSyntax: TransferSyntax, _ graphics: ImageGraphics
    ) -> ConversionReason? {
        if let reason = allocatedBits(dataSet, family) { return reason }
        guard let allocated = dataSet.integer(Tag(0x0028, 0x0100)) else { return missing(Tag(0x0028, 0x0100)) }
        guard let stored = dataSet.integer(Tag(0x0028, 0x0101)) else { return missing(Tag(0x0028, 0x0101)) }
        guard let high = dataSet.integer(Tag(0x0028, 0x0102)) else { return missing(Tag(0x0028, 0x0102)) }
        guard let representation = dataSet.integer(Tag(0x0028, 0x0103)), representation == 0 || representation == 1
        else {
            return missing(Tag(0x0028, 0x0103))
        }
        guard high == stored - 1 else { return unsupported(Tag(0x0028, 0x0102), high) }
        guard stored > 0, stored <= allocated else { return unsupported(Tag(0x0028, 0x0101), stored) }
        let isNative = transferSyntax.frameEncoding == .native
        let isAllowed: Bool
        switch (family.modality, allocated) {
        case (.mr, 8): isAllowed = stored == 8
        case (.mr, _): isAllowed = isNative || stored == 12 || stored == 16
        case (.ct, _): isAllowed = isNative ? stored >= 12 : stored == 12 || stored == 16
        case (.pet, _): isAllowed = isNative ? stored >= 12 : stored == 16
        }
        if !isAllowed {
            return isNative
                ? unsupported(Tag(0x0028, 0x0101), stored)
                : ConversionReason(.transferSyntax, tag: Tag(0x0028, 0x0101), "\(stored) bits in \(transferSyntax)")
        }
        guard isNative else { return overlayBits(graphics, transferSyntax) }
        let isMasked =
            graphics.isInPixels || stored != EnhancedPixels.bitsStored(stored, allocated: allocated, family.modality)
        return isMasked ? padding(dataSet, bitsStored: stored, isSigned: representation == 1) : nil
    }

    /// Padding that does not fit into the stored bits would turn into another value when the others are cleared, a tissue's
    /// perhaps (E-6).
    private static func padding(_ dataSet: DataSet, bitsStored: Int, isSigned: Bool) -> ConversionReason? {
        let bits = min(max(bitsStored, 1), 16)
        let values = isSigned ? -(1 << (bits - 1))...(1 << (bits - 1)) - 1 : 0...(1 << bits) - 1
        for tag in [Tag(0x0028, 0x0120), Tag(0x0028, 0x0121)] {
            guard let value = dataSet.integer(tag), !values.contains(value) else { continue }
            return unsupported(tag, "\(value) in \(bitsStored) stored bits")
        }
        return nil
    }

    /// The target must name the method by which information was lost, which only the image itself or its transfer syntax
    /// can tell.
    private static func lossyCompression(_ dataSet: DataSet, _ transferSyntax: TransferSyntax) -> ConversionReason? {
        guard dataSet.string(Tag(0x0028, 0x2110)) == "01", dataSet.string(Tag(0x0028, 0x2114)) == nil,
            transferSyntax.lossyCompression.method == nil
        else { return nil }
        return missing(Tag(0x0028, 0x2114))
    }

    private static func allocatedBits(_ dataSet: DataSet, _ family: ConversionFamily) -> ConversionReason? {
        guard let allocated = dataSet.integer(Tag(0x0028, 0x0100)) else { return missing(Tag(0x0028, 0x0100)) }
        let isAllowed = allocated == 16 || allocated == 8 && family.modality == .mr
        return isAllowed ? nil : unsupported(Tag(0x0028, 0x0100), allocated)
    }

    /// Overlays in unused bits of encapsulated pixels could not be taken out without decoding.
    private static func overlayBits(
        _ graphics: ImageGraphics, _ transferSyntax: TransferSyntax
    ) -> ConversionReason? {
        graphics.overlays.first { $0.bitInPixels != nil }.map {
            ConversionReason(
                .transferSyntax, tag: .overlayBitPosition(inGroup: $0.group), "overlay bits in \(transferSyntax)")
        }
    }
}
