import ByteLayout
import Conversion
import DICOM

/// Classic CT slices made in code, and the enhanced instance made of them.
struct EnhancedFixture {
    var slices: [DataSetBuilder]
    var pixels: [[UInt8]]
    var transferSyntax = TransferSyntax.explicitVRLittleEndian
    /// What stands behind the data set instead of native pixel data, by slice.
    var encapsulated: [[[UInt8]]] = []

    static let rows = 2
    static let columns = 3

    /// Slices 1 mm apart that differ in position, numbers and pixels alone.
    init(_ count: Int, modality: ConversionFamily = .ct) {
        slices = (1...count).map { number in
            var slice = DataSetBuilder()
            slice.set(.sopClassUID, modality.classic)
            slice.set(.sopInstanceUID, "1.2.3.\(number)")
            slice.set(.imageType, "ORIGINAL\\PRIMARY\\AXIAL")
            slice.set(.contentDate, "20200102")
            slice.set(.contentTime, "10000\(number % 10)")
            slice.set(.seriesDate, "20200101")
            slice.set(.seriesTime, "090000")
            slice.set(.modality, modality.modality.rawValue)
            slice.set(.manufacturer, "Maker")
            slice.set(.patientName, "Test^Name")
            slice.set(.patientID, "P1")
            slice.set(.bodyPartExamined, "CHEST")
            slice.set(.sliceThickness, "1.0")
            slice.set(.studyInstanceUID, "1.2.3.100")
            slice.set(.seriesInstanceUID, "1.2.3.200")
            slice.set(.seriesNumber, "7")
            slice.set(.instanceNumber, "\(number)")
            slice.set(.imagePositionPatient, "0\\0\\\(number)")
            slice.set(.imageOrientationPatient, "1\\0\\0\\0\\1\\0")
            slice.set(.frameOfReferenceUID, "1.2.3.300")
            slice.set(.samplesPerPixel, 1)
            slice.set(.photometricInterpretation, "MONOCHROME2")
            slice.set(.rows, Self.rows)
            slice.set(.columns, Self.columns)
            slice.set(.pixelSpacing, "0.5\\0.5")
            slice.set(.bitsAllocated, 16)
            slice.set(.bitsStored, 12)
            slice.set(.highBit, 11)
            slice.set(.pixelRepresentation, 0)
            slice.set(.rescaleIntercept, "-1024")
            slice.set(.rescaleSlope, "1")
            return slice
        }
        pixels = (1...count).map { number in
            (0..<UInt8(Self.rows * Self.columns)).flatMap { [UInt8(number % 200) + $0, 0x01] }
        }
    }

    /// The files of the slices.
    var files: [[UInt8]] {
        slices.indices.map { index in
            var encoder = Encoder(encoding: transferSyntax.encoding)
            encoder.append(slices[index])
            if encapsulated.isEmpty {
                encoder.appendHeader(tag: .pixelData, vr: .OW, length: UInt32(pixels[index].count))
            } else {
                encoder.appendHeader(tag: .pixelData, vr: .OB, length: .max)
            }
            let header = FileHeader.encode(
                mediaStorageSOPClassUID: "1.2", mediaStorageSOPInstanceUID: "1.3", transferSyntax: transferSyntax,
                implementationClassUID: "1.4", implementationVersionName: "TEST")
            let body = encapsulated.isEmpty ? pixels[index] : Self.items([[]] + encapsulated[index])
            return header + encoder.bytes + body
        }
    }

    private static func items(_ fragments: [[UInt8]]) -> [UInt8] {
        var bytes: [UInt8] = []
        for fragment in fragments { bytes += [0xFE, 0xFF, 0x00, 0xE0, UInt8(fragment.count), 0, 0, 0] + fragment }
        return bytes + [0xFE, 0xFF, 0xDD, 0xE0, 0, 0, 0, 0]
    }

    func plan(axes: [DimensionAxis] = [], sopClassUID: String = ConversionFamily.ct.legacyConverted) -> PlannedInstance
    {
        PlannedInstance(
            form: .enhanced(
                EnhancedPlan(
                    frames: slices.indices.map {
                        EnhancedPlan.Frame(
                            source: $0, inStackPositionNumber: $0 + 1, axisIndices: axes.map { _ in 1 })
                    },
                    axes: axes, stackID: "1", instanceNumber: 5, regularSpacing: slices.count > 1 ? 1 : nil,
                    isTrueEnhanced: false)),
            sopClassUID: sopClassUID, sopInstanceUID: "2.25.1", seriesInstanceUID: "2.25.2",
            studyInstanceUID: "1.2.3.100")
    }

    func synthesize(
        _ planned: PlannedInstance? = nil, references: ReferenceMap = ReferenceMap(view: .enhanced)
    ) throws -> EnhancedResult {
        let files = files
        let sources = try files.map { SourceInstance(file: try DICOMFile(header: MemoryByteSource($0))) }
        let file = try EnhancedSynthesis.synthesize(planned ?? plan(), sources: sources, references: references)
        return try EnhancedResult(file, files)
    }

    /// The failure of a synthesis that must fail.
    func failure() throws -> SynthesisFailure? {
        do {
            _ = try synthesize()
            return nil
        } catch let failure as SynthesisFailure {
            return failure
        }
    }
}

/// An enhanced file, put together as a reader of the view would see it.
struct EnhancedResult {
    let bytes: [UInt8]
    let notes: [ConversionReason]
    let file: DICOMFile

    init(_ file: SynthesizedFile, _ sources: [[UInt8]]) throws {
        bytes = file.materialized(sources)
        notes = file.notes
        self.file = try DICOMFile(header: MemoryByteSource(bytes))
    }

    var dataSet: DataSet { file.dataSet }

    var shared: DataSet { dataSet.firstItem(.sharedFunctionalGroupsSequence) ?? .empty }
    var frames: [DataSet] { dataSet.items(.perFrameFunctionalGroupsSequence) }
    var unassignedShared: DataSet { shared.firstItem(.unassignedSharedConvertedAttributesSequence) ?? .empty }

    func unassigned(_ frameIndex: Int) -> DataSet {
        frames[frameIndex].firstItem(.unassignedPerFrameConvertedAttributesSequence) ?? .empty
    }

    /// The bytes of native pixel data.
    var pixels: [UInt8] {
        guard case .native(let offset, let length, _) = file.pixelData?.form else { return [] }
        return Array(bytes[Int(offset)..<Int(offset + length)])
    }
}
