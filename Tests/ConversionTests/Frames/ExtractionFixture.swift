import Conversion
import DICOM

/// A multi-frame file made in memory, of a class without functional groups, and what is taken out of it.
struct ExtractionFixture {
    var dataSet = DataSetBuilder()
    var transferSyntax = TransferSyntax.explicitVRLittleEndian
    /// Pixel Data as its element is written, header included; nil for 2 bytes a frame: the frameNumber.
    var pixelData: [UInt8]?
    let frameCount: Int

    init(frameCount: Int, sopClassUID: String = "1.2.840.10008.5.1.4.1.1.12.1") {
        self.frameCount = frameCount
        for (tag, text) in [
            (Tag.sopClassUID, sopClassUID), (.sopInstanceUID, "1.2.3.1"), (.studyInstanceUID, "1.2.3.2"),
            (.seriesInstanceUID, "1.2.3.3"), (.modality, "XA"), (.photometricInterpretation, "MONOCHROME2"),
            (.patientName, "Doe^Jane"), (.numberOfFrames, String(frameCount)),
        ] {
            dataSet.set(tag, text)
        }
        for (tag, number) in [
            (Tag.rows, 1), (.columns, 1), (.bitsAllocated, 16), (.bitsStored, 12), (.highBit, 11),
            (.pixelRepresentation, 0), (.samplesPerPixel, 1),
        ] {
            dataSet.set(tag, number, vr: .US)
        }
    }

    /// Native pixels as they stand in the file.
    mutating func setPixels(_ bytes: [UInt8], vr: VR = .OW, tag: Tag = .pixelData) {
        var encoder = Encoder(encoding: transferSyntax.encoding)
        encoder.append(.value(vr, bytes), tag: tag)
        pixelData = encoder.bytes
    }

    /// Encapsulated pixels: the fragments of each frame.
    mutating func setFragments(_ frames: [[[UInt8]]], hasOffsets: Bool) {
        var encoder = Encoder(encoding: .explicitLittleEndian)
        encoder.appendHeader(tag: .pixelData, vr: .OB, length: .max)
        func item(_ bytes: [UInt8]) -> [UInt8] {
            [0xFE, 0xFF, 0x00, 0xE0] + withUnsafeBytes(of: UInt32(bytes.count).littleEndian) { Array($0) } + bytes
        }
        var offsets: [UInt8] = []
        var items: [UInt8] = []
        for frame in frames {
            offsets += withUnsafeBytes(of: UInt32(items.count).littleEndian) { Array($0) }
            for fragment in frame { items += item(fragment) }
        }
        pixelData = encoder.bytes + item(hasOffsets ? offsets : []) + items + [0xFE, 0xFF, 0xDD, 0xE0, 0, 0, 0, 0]
    }

    var bytes: [UInt8] {
        var pixels = pixelData
        if pixels == nil {
            var encoder = Encoder(encoding: transferSyntax.encoding)
            encoder.append(
                .value(.OW, (1...frameCount).flatMap { [UInt8(truncatingIfNeeded: $0), 0] }), tag: .pixelData)
            pixels = encoder.bytes
        }
        return FileHeader.encode(
            mediaStorageSOPClassUID: "1.2.840.10008.5.1.4.1.1.12.1", mediaStorageSOPInstanceUID: "1.2.3.1",
            transferSyntax: transferSyntax, implementationClassUID: "1.2", implementationVersionName: "TEST")
            + Encoder.encode(dataSet, encoding: transferSyntax.encoding) + (pixels ?? [])
    }

    /// What `frames` make.
    func extracted(_ frames: [Int]) throws -> Extracted { try Extracted(bytes, frames) }

    /// Why nothing can be taken out; nil if it can.
    func reason() throws -> ConversionReason? {
        let file = try DICOMFile(header: MemoryByteSource(bytes))
        do throws(ConversionReason) {
            _ = try FrameExtraction(file)
            return nil
        } catch {
            return error
        }
    }
}

/// An extracted instance as a reader gets it.
struct Extracted {
    let bytes: [UInt8]
    let file: DICOMFile
    var dataSet: DataSet { file.dataSet }

    init(_ source: [UInt8], _ frames: [Int]) throws {
        let extraction = try FrameExtraction(try DICOMFile(header: MemoryByteSource(source)))
        guard let list = FrameList(frames) else { throw ConversionReason(.inconsistentFrames) }
        let file = try extraction.synthesize(list)
        bytes = file.materialized([source])
        self.file = try DICOMFile(header: MemoryByteSource(bytes))
        // What a listing says before anything was made.
        guard try extraction.size(of: list) == UInt64(bytes.count) else {
            throw ConversionReason(.inconsistentFrames, "the size of \(frames) is not what it was said to be")
        }
    }

    /// The native pixels, or the fragments one after the other.
    var pixels: [UInt8] {
        switch file.pixelData?.form {
        case .native(let offset, let length, _)?: Array(bytes[Int(offset)..<Int(offset + length)])
        case .encapsulated(let pixels)?:
            pixels.fragments.flatMap { bytes[Int($0.offset)..<Int($0.offset) + Int($0.length)] }
        case nil: []
        }
    }
}
