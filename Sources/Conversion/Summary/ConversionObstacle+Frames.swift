internal import DICOM

extension ConversionObstacle {
    /// Every frame must say where it lies, in its own groups or in the shared ones.
    static func functionalGroups(_ dataSet: DataSet, frames: Int) -> ConversionReason? {
        guard let perFrame = dataSet[Tag(0x5200, 0x9230)] else {
            return ConversionReason(.missingFunctionalGroups, tag: Tag(0x5200, 0x9230))
        }
        guard perFrame.itemCount == frames else {
            return ConversionReason(
                .inconsistentFrames, tag: Tag(0x5200, 0x9230), "\(perFrame.itemCount) items, \(frames) frames")
        }
        let shared = dataSet.firstItem(Tag(0x5200, 0x9229))
        // Plane Position, Plane Orientation, Pixel Measures: Image Position (Patient), Image Orientation (Patient) and
        // Pixel Spacing have no other source and are type 1 in the classic classes.
        let needed = [
            (Tag(0x0020, 0x9113), Tag(0x0020, 0x0032)), (Tag(0x0020, 0x9116), Tag(0x0020, 0x0037)),
            (Tag(0x0028, 0x9110), Tag(0x0028, 0x0030)),
        ].filter { shared?.firstItem($0.0)?[$0.1]?.isEmpty ?? true }
        guard !needed.isEmpty else { return nil }
        for item in perFrame.items {
            for (group, tag) in needed where item.firstItem(group)?[tag]?.isEmpty ?? true {
                return ConversionReason(.missingAttribute, tag: tag)
            }
        }
        return nil
    }

    /// Whether the pixel data are there, whole, and can be told apart by frame without decoding.
    static func pixelData(_ file: DICOMFile, frames: Int) -> ConversionReason? {
        let syntax = file.transferSyntax
        guard let pixels = file.pixelData else {
            return syntax.frameEncoding == .referenced
                ? ConversionReason(.transferSyntax, tag: Tag(0x0028, 0x7FE0), "pixel data are elsewhere")
                : ConversionReason(.pixelDataMissing, tag: Tag(0x7FE0, 0x0010))
        }
        guard pixels.tag == Tag(0x7FE0, 0x0010) else { return ConversionReason(.unsupportedValue, tag: pixels.tag) }
        if pixels.isRepeated { return ConversionReason(.inconsistentFrames, tag: pixels.tag, "pixel data stand twice") }
        guard [.OB, .OW, .UN].contains(pixels.vr) else {
            return ConversionReason(.unsupportedValue, tag: pixels.tag, "VR \(pixels.vr)")
        }
        switch pixels.form {
        case .native(_, let length, let available):
            guard syntax.frameEncoding == .native else {
                return ConversionReason(.transferSyntax, tag: pixels.tag, "not encapsulated in \(syntax)")
            }
            guard let expected = PixelLength(file.dataSet).bytes(frames: frames), expected <= length,
                available >= length
            else {
                return ConversionReason(.pixelDataTruncated, tag: pixels.tag, "\(available) bytes")
            }
            // What is behind the last frame, but for the byte that makes the length even, would be lost (V-5).
            return length <= expected + (expected & 1)
                ? nil : ConversionReason(.inconsistentFrames, tag: pixels.tag, "\(length) bytes for \(expected)")
        case .encapsulated(let encapsulated):
            guard syntax.frameEncoding == .oneFragmentPerFrame || syntax.frameEncoding == .fragmentsPerFrame else {
                return ConversionReason(.transferSyntax, tag: pixels.tag, "\(syntax)")
            }
            guard encapsulated.isComplete else { return ConversionReason(.pixelDataTruncated, tag: pixels.tag) }
            return fragments(encapsulated, file: file, frames: frames)
        }
    }

    private static func fragments(
        _ pixels: EncapsulatedPixelData, file: DICOMFile, frames: Int
    ) -> ConversionReason? {
        if pixels.fragments.isEmpty { return ConversionReason(.pixelDataMissing, tag: Tag(0x7FE0, 0x0010)) }
        let ranges = pixels.fragmentsOfFrames(
            numberOfFrames: frames, transferSyntax: file.transferSyntax,
            extendedOffsets: file.dataSet.unsigned64(Tag(0x7FE0, 0x0001)))
        guard let ranges, ranges.count == frames else {
            return ConversionReason(
                .inconsistentFrames, tag: Tag(0x7FE0, 0x0010), "\(pixels.fragments.count) fragments, \(frames) frames")
        }
        let isEmpty = ranges.contains { range in pixels.fragments[range].allSatisfy { $0.length == 0 } }
        return isEmpty ? ConversionReason(.pixelDataTruncated, tag: Tag(0x7FE0, 0x0010), "an empty frame") : nil
    }
}

extension DataSet {
    /// The words of an OV value, as Extended Offset Table (7FE0,0001) is.
    fileprivate func unsigned64(_ tag: Tag) -> [UInt64] {
        guard let element = self[tag] else { return [] }
        return element.withValueBytes { bytes in
            (0..<bytes.count / 8).map {
                UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: $0 * 8, as: UInt64.self))
            }
        }
    }
}
