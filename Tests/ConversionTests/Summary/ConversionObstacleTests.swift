import DICOM
import Testing

@testable import Conversion

@Suite("Why images stay as received")
struct ConversionObstacleTests {
    private func obstacle(
        _ family: ConversionFamily = .ct, pixels: [UInt8]? = nil, behind: [UInt8] = [],
        _ change: (inout DataSetBuilder) -> Void = { _ in }
    ) throws -> ConversionReason? {
        var fixture = EnhancedFixture(1, modality: family)
        change(&fixture.slices[0])
        if let pixels { fixture.pixels[0] = pixels }
        return InstanceSummary(file: try DICOMFile(header: MemoryByteSource(fixture.files[0] + behind))).obstacle
    }

    private func rescaled(
        _ family: ConversionFamily, _ intercept: String?, _ slope: String?
    ) throws -> ConversionReason? {
        try obstacle(family) { slice in
            slice.remove(.rescaleIntercept)
            slice.remove(.rescaleSlope)
            if let intercept { slice.set(.rescaleIntercept, intercept) }
            if let slope { slice.set(.rescaleSlope, slope) }
        }
    }

    // MARK: Frame of Reference

    @Test(
        "slices that do not say that they lie in one Frame of Reference are not brought together, an image is taken apart"
    )
    func frameOfReference() throws {
        #expect(try obstacle { $0.remove(.frameOfReferenceUID) }?.tag == .frameOfReferenceUID)
        var image = ClassicFixture(ConversionFamily.mr.enhanced, modality: "MR", frameCount: 2)
        image.topLevel.remove(.frameOfReferenceUID)
        let summary = InstanceSummary(file: try DICOMFile(header: MemoryByteSource(image.bytes)))
        #expect(summary.obstacle == nil)
        let source = try #require(try image.materialization())
        let slice = try source.classic(frameIndex: 1).dataSet
        #expect(slice[.frameOfReferenceUID] == nil && slice[.positionReferenceIndicator] != nil)
    }

    // MARK: Rescale

    @Test("half a rescaling is none that could be told: CT and MR have both or neither")
    func half() throws {
        for family in [ConversionFamily.ct, .mr] {
            #expect(try rescaled(family, "-1024", nil)?.tag == .rescaleSlope)
            #expect(try rescaled(family, "-1024", " ")?.code == .missingAttribute)
            #expect(try rescaled(family, nil, "2")?.tag == .rescaleIntercept)
            #expect(try rescaled(family, nil, nil) == nil)
            #expect(try rescaled(family, "-1024", "2") == nil)
        }
    }

    @Test("PET has a slope; its intercept, always zero (PS3.3 C.8.9.4), may be missing")
    func pet() throws {
        #expect(try rescaled(.pet, nil, nil)?.tag == .rescaleSlope)
        #expect(try rescaled(.pet, "0", nil)?.tag == .rescaleSlope)
        #expect(try rescaled(.pet, "abc", "1.5")?.tag == .rescaleIntercept)
        #expect(try rescaled(.pet, nil, "1.5") == nil)
        #expect(try rescaled(.pet, "0", "1.5") == nil)
    }

    @Test("what is no number, no one number, or zero as a slope, is not copied")
    func numbers() throws {
        for slope in ["abc", "0", "1\\2", "inf", "0.0"] {
            #expect(try rescaled(.ct, "-1024", slope)?.code == .unsupportedValue, "\(slope)")
        }
        #expect(try rescaled(.ct, "-1024\\0", "1")?.code == .unsupportedValue)
        let binary = try obstacle { $0.set(.rescaleSlope, [1.0], vr: .FD) }
        #expect(binary?.tag == .rescaleSlope)
    }

    @Test("a Modality LUT has no place in the target")
    func table() throws {
        let reason = try obstacle { slice in
            slice.setMacro(.modalityLUTSequence) { $0.set(.modalityLUTType, "HU") }
        }
        #expect(reason?.tag == .modalityLUTSequence)
    }

    // MARK: Elements

    @Test("Number of Frames is one whole number")
    func numberOfFrames() throws {
        for text in ["abc", "1\\2", "1.4", "0", "-1"] {
            let reason = try obstacle { $0.set(.numberOfFrames, text) }
            #expect(reason?.code == .unsupportedValue && reason?.tag == .numberOfFrames, "\(text)")
        }
        #expect(try obstacle { $0.set(.numberOfFrames, "2") }?.code == .multiFrameClassic)
        for text in ["1", "", "01 "] { #expect(try obstacle { $0.set(.numberOfFrames, text) } == nil, "\(text)") }
    }

    @Test("an element that stands twice with different values has none that counts; pixels and places have their VR")
    func elements() throws {
        func element(_ tag: Tag, _ vr: VR, _ value: [UInt8]) -> [UInt8] {
            var builder = DataSetBuilder()
            builder.set(tag, vr: vr, bytes: value)
            return Encoder.encode(builder)
        }
        #expect(try obstacle(behind: element(.rows, .US, [9, 0]))?.tag == .rows)
        #expect(try obstacle(behind: element(.rows, .US, [2, 0])) == nil)
        #expect(try obstacle(behind: element(.pixelData, .OW, [2, 0]))?.tag == .pixelData)
        #expect(try obstacle { $0.set(.rows, vr: .IS, bytes: [0x32, 0x20]) }?.tag == .rows)
        #expect(try obstacle { $0.set(.imagePositionPatient, [0.0, 0, 1], vr: .FD) }?.tag == .imagePositionPatient)
        #expect(try obstacle { $0.set(.rows, vr: .UN, bytes: [2, 0]) } == nil)
    }

    @Test("a sequence in UN counts as what it is, or stands in the way")
    func unknownSequence() throws {
        let items: [UInt8] =
            [0xFE, 0xFF, 0, 0xE0, 12, 0, 0, 0] + [8, 0, 0x55, 0x11, 4, 0, 0, 0] + Array("1.9\0".utf8)
        func summary(_ bytes: [UInt8]) throws -> InstanceSummary {
            var fixture = EnhancedFixture(1)
            fixture.slices[0].set(.referencedImageSequence, vr: .UN, bytes: bytes)
            return InstanceSummary(file: try DICOMFile(header: MemoryByteSource(fixture.files[0])))
        }
        let right = try summary(items)
        #expect(right.obstacle == nil && right.references.map(\.sopInstanceUID) == ["1.9"])
        #expect(try summary([1, 2, 3, 4]).obstacle?.tag == .referencedImageSequence)
    }

    // MARK: Pixel data

    @Test("pixel data are as long as the image, and one byte longer where that makes them even")
    func length() throws {
        let image = EnhancedFixture(1).pixels[0]
        #expect(try obstacle(pixels: image + [0, 0])?.code == .inconsistentFrames)
        #expect(try obstacle(pixels: image + image)?.code == .inconsistentFrames)
        func small(_ pixels: [UInt8]) throws -> ConversionReason? {
            try obstacle(.mr, pixels: pixels) { slice in
                for (tag, number) in [(Tag.rows, 1), (.bitsAllocated, 8), (.bitsStored, 8), (.highBit, 7)] {
                    slice.set(tag, number)
                }
            }
        }
        #expect(try small([1, 2, 3, 0]) == nil)
        #expect(try small([1, 2, 3, 0, 0, 0])?.code == .inconsistentFrames)
    }

    @Test("fragments that are no frames")
    func fragments() throws {
        func reason(_ fragments: [[UInt8]]) throws -> ConversionReason? {
            var fixture = EnhancedFixture(1)
            fixture.transferSyntax = TransferSyntax(uid: "1.2.840.10008.1.2.4.70")
            fixture.encapsulated = [fragments]
            return InstanceSummary(file: try DICOMFile(header: MemoryByteSource(fixture.files[0]))).obstacle
        }
        #expect(try reason([[0xFF, 0xD8, 1, 1], [0xFF, 0xD8, 1, 1]])?.code == .inconsistentFrames)
        #expect(try reason([[1, 2, 3, 4]])?.code == .inconsistentFrames)
        #expect(try reason([[0xFF, 0xD8, 1, 1], [2, 2]]) == nil)
    }
}
