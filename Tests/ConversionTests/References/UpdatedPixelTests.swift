import DICOM
import Testing

@testable import Conversion

@Suite("Pixels of instances whose references change")
struct UpdatedPixelTests {
    /// Two rows of two 8-bit pixels, and the bytes behind their element header in the view.
    private func pixels(_ written: [UInt8], _ vr: VR, _ syntax: TransferSyntax, twice: Bool = false) throws -> [UInt8] {
        var source = DataSetBuilder.item(
            [
                (.sopClassUID, "1.2.840.10008.5.1.4.1.1.7"), (.sopInstanceUID, "2.1"), (.studyInstanceUID, "1.2"),
                (.seriesInstanceUID, "2.9"),
            ], [(.sourceImageSequence, [.reference("1.1")])])
        for (tag, number) in [(Tag.rows, 2), (.columns, 2), (.bitsAllocated, 8)] { source.set(tag, number) }
        var encoder = Encoder(encoding: syntax.encoding)
        encoder.append(source)
        encoder.appendHeader(tag: .pixelData, vr: vr, length: UInt32(written.count))
        let header = FileHeader.encode(
            mediaStorageSOPClassUID: "1.2", mediaStorageSOPInstanceUID: "1.3", transferSyntax: syntax,
            implementationClassUID: "1.4", implementationVersionName: "TEST")
        var element = Encoder(encoding: syntax.encoding)
        element.appendHeader(tag: .pixelData, vr: vr, length: UInt32(written.count))
        let bytes = header + encoder.bytes + written + (twice ? element.bytes + written : [])
        let planned = PlannedInstance(
            form: .updated(source: 0), sopClassUID: "1.2.840.10008.5.1.4.1.1.7", sopInstanceUID: "2.25.5",
            seriesInstanceUID: "2.25.6", studyInstanceUID: "1.2")
        let result = try UpdatedSynthesis.synthesize(
            planned, source: SourceInstance(file: try DICOMFile(header: MemoryByteSource(bytes))), references: .combined
        )
        return Array(result.materialized([bytes]).suffix(written.count))
    }

    @Test("words of OW are swapped out of a big-endian file though each holds two pixels, bytes of OB are not (O-4)")
    func words() throws {
        #expect(try pixels([2, 1, 4, 3], .OW, .explicitVRBigEndian) == [1, 2, 3, 4])
        #expect(try pixels([1, 2, 3, 4], .OB, .explicitVRBigEndian) == [1, 2, 3, 4])
        #expect(try pixels([1, 2, 3, 4], .OW, .explicitVRLittleEndian) == [1, 2, 3, 4])
    }

    @Test("an instance with two elements of pixel data would lose one")
    func twice() throws {
        #expect(throws: SynthesisFailure.self) {
            _ = try pixels([1, 2, 3, 4], .OW, .explicitVRLittleEndian, twice: true)
        }
    }
}
