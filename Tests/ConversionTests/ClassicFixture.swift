import Conversion
import DICOM

/// Multi-frame files made in memory: as little as a classic instance needs, and what a test adds.
struct ClassicFixture {
    var topLevel = DataSetBuilder()
    var shared = DataSetBuilder()
    var perFrame: [DataSetBuilder] = []
    var transferSyntax = TransferSyntax.explicitVRLittleEndian
    /// Pixel Data as its element is written, header included; nil for 2 bytes a frame: the frameNumber.
    var pixelData: [UInt8]?

    /// Frames of one 16-bit pixel, 3 mm apart along z.
    init(_ sopClassUID: String, modality: String, frameCount: Int) {
        for (tag, text) in [
            (Tag.sopClassUID, sopClassUID), (.sopInstanceUID, "1.2.3.1"), (.studyInstanceUID, "1.2.3.2"),
            (.seriesInstanceUID, "1.2.3.3"), (.frameOfReferenceUID, "1.2.3.4"), (.modality, modality),
            (.photometricInterpretation, "MONOCHROME2"), (.instanceNumber, "7"), (.patientName, "Doe^Jane"),
            (.numberOfFrames, String(frameCount)),
        ] {
            topLevel.set(tag, text)
        }
        for (tag, number) in [
            (Tag.rows, 1), (.columns, 1), (.bitsAllocated, 16), (.bitsStored, 12), (.highBit, 11),
            (.pixelRepresentation, 0), (.samplesPerPixel, 1),
        ] {
            topLevel.set(tag, number, vr: .US)
        }
        topLevel.set(.dimensionIndexSequence, items: [])
        topLevel.set(.concatenationFrameOffsetNumber, 0)
        shared.setMacro(.planeOrientationSequence) { $0.set(.imageOrientationPatient, "1\\0\\0\\0\\1\\0") }
        shared.setMacro(.pixelMeasuresSequence) {
            $0.set(.pixelSpacing, "0.50\\0.50")
            $0.set(.sliceThickness, "3.0")
        }
        let frameTypeMacro: Tag =
            switch modality {
            case "CT": .ctImageFrameTypeSequence
            case "MR": .mrImageFrameTypeSequence
            default: .petFrameTypeSequence
            }
        shared.setMacro(frameTypeMacro) { $0.set(.frameType, "ORIGINAL\\PRIMARY\\VOLUME\\NONE") }
        for frameIndex in 0..<frameCount {
            var groups = DataSetBuilder()
            groups.setMacro(.planePositionSequence) { $0.set(.imagePositionPatient, "0\\0\\\(frameIndex * 3)") }
            groups.setMacro(.frameContentSequence) {
                $0.set(.frameAcquisitionDateTime, "2024010210300\(frameIndex).250+0100")
                $0.set(.dimensionIndexValues, [frameIndex + 1], vr: .UL)
            }
            perFrame.append(groups)
        }
    }

    var bytes: [UInt8] {
        var dataSet = topLevel
        dataSet.set(.sharedFunctionalGroupsSequence, items: [shared])
        dataSet.set(.perFrameFunctionalGroupsSequence, items: perFrame)
        let encoding = transferSyntax.encoding
        var pixels = pixelData
        if pixels == nil {
            var encoder = Encoder(encoding: encoding)
            let values = perFrame.indices.flatMap { index -> [UInt8] in [UInt8(truncatingIfNeeded: index + 1), 0] }
            encoder.append(.value(.OW, values), tag: .pixelData)
            pixels = encoder.bytes
        }
        return FileHeader.encode(
            mediaStorageSOPClassUID: topLevel.text(.sopClassUID),
            mediaStorageSOPInstanceUID: topLevel.text(.sopInstanceUID),
            transferSyntax: transferSyntax, implementationClassUID: "1.2", implementationVersionName: "TEST")
            + Encoder.encode(dataSet, encoding: encoding) + (pixels ?? [])
    }

    func materialization() throws -> ClassicMaterialization? {
        try ClassicMaterialization(bytes)
    }
}

extension DataSetBuilder {
    /// Sets a sequence of one item.
    mutating func setMacro(_ tag: Tag, _ fill: (inout DataSetBuilder) -> Void) {
        var item = DataSetBuilder()
        fill(&item)
        set(tag, items: [item])
    }

    /// Sets a private element and its creator, in block 10.
    mutating func setPrivate(_ creator: String, group: UInt16, element: UInt8, _ content: Content) {
        self[Tag(group, 0x10)] = .value(.LO, Array(creator.utf8))
        self[Tag(group, 0x1000 | UInt16(element))] = content
    }

    fileprivate func text(_ tag: Tag) -> String {
        if case .value(_, let bytes)? = self[tag] { return String(decoding: bytes, as: UTF8.self) }
        return ""
    }
}
