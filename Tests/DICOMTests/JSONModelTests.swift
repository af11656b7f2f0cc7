import Foundation
import Testing

@testable import DICOM

@Suite("The DICOM JSON Model")
struct JSONModelTests {
    /// A file of these elements, and its JSON read back.
    private func json(
        transferSyntax: TransferSyntax = .explicitVRLittleEndian, pixels: [UInt8] = [],
        _ fill: (inout DataSetBuilder) -> Void
    ) throws -> (bytes: [UInt8], elements: [String: [String: Any]]) {
        var builder = DataSetBuilder()
        builder.set(.sopInstanceUID, "1.2.3")
        fill(&builder)
        let bytes =
            FileHeader.encode(
                mediaStorageSOPClassUID: "1.2", mediaStorageSOPInstanceUID: "1.2.3", transferSyntax: transferSyntax,
                implementationClassUID: "1.2", implementationVersionName: "TEST")
            + Encoder.encode(builder, encoding: transferSyntax.encoding) + pixels
        let text = JSONModelWriter.json(
            of: try DICOMFile(header: MemoryByteSource(bytes)), bulkDataURI: "../a%20b.dcm")
        let object = try JSONSerialization.jsonObject(with: Data(text))
        return (bytes, try #require(object as? [String: [String: Any]]))
    }

    private func value(_ element: [String: Any]?) -> NSArray? { element?["Value"] as? NSArray }

    @Test("each element is there by its tag, with its VR, in order, and without File Meta")
    func structure() throws {
        let (_, elements) = try json {
            $0.set(.patientID, "12 ")
            $0.setEmpty(.patientBirthDate)
            $0.set(.imageType, "ORIGINAL\\\\AXIAL")
        }
        #expect(elements.keys.sorted() == ["00080008", "00080018", "00100020", "00100030"])
        #expect(elements["00100020"]?["vr"] as? String == "LO")
        #expect(value(elements["00100020"]) == ["12"])
        #expect(elements["00100030"]?.keys.sorted() == ["vr"])
        #expect(value(elements["00080008"]) == ["ORIGINAL", NSNull(), "AXIAL"])
    }

    @Test("a person's name has its three forms, in UTF-8 whatever it came in")
    func names() throws {
        let (_, elements) = try json {
            $0.set(.specificCharacterSet, "\\ISO 2022 IR 87")
            let kanji: [UInt8] = [0x1B, 0x24, 0x42, 0x3B, 0x33, 0x45, 0x44, 0x1B, 0x28, 0x42]
            $0.set(.patientName, vr: .PN, bytes: Array("Yamada^Tarou=".utf8) + kanji + Array("=^\\Doe".utf8))
        }
        #expect(value(elements["00080005"]) == ["ISO_IR 192"])
        #expect(
            value(elements["00100010"]) == [
                ["Alphabetic": "Yamada^Tarou", "Ideographic": "山田", "Phonetic": "^"], ["Alphabetic": "Doe"],
            ])
    }

    @Test("numbers are numbers with their own digits; what is none is text")
    func numbers() throws {
        let (_, elements) = try json {
            $0.set(.sliceThickness, "+01.50")
            $0.set(.pixelSpacing, ".5\\-5.\\1E+2\\x")
            $0.set(.instanceNumber, "007 ")
            $0.set(.rows, [512], vr: .US)
            $0.set(Tag(0x0018, 0x9306), [0.1], vr: .FD)
            $0.set(Tag(0x0018, 0x9307), vr: .FD, bytes: [0, 0, 0, 0, 0, 0, 0xF8, 0x7F])
            $0.set(Tag(0x0072, 0x0082), [-5], vr: .SV)
            $0.set(.frameIncrementPointer, vr: .AT, bytes: [0x18, 0, 0x63, 0x10])
        }
        #expect(value(elements["00180050"]) == [1.5])
        #expect(value(elements["00280030"]) == [0.5, -5, 100, "x"])
        #expect(value(elements["00200013"]) == [7])
        #expect(value(elements["00280010"]) == [512])
        #expect(value(elements["00189306"]) == [0.1])
        #expect(value(elements["00189307"]) == ["NaN"])
        #expect(value(elements["00720082"]) == [-5])
        #expect(value(elements["00280009"]) == ["00181063"])
    }

    @Test("sequences nest, and items inherit the character set")
    func sequences() throws {
        let (_, elements) = try json {
            $0.set(.specificCharacterSet, "ISO_IR 100")
            var item = DataSetBuilder()
            item.set(.codeMeaning, vr: .LO, bytes: [0x4B, 0xF6, 0x6C, 0x6E])
            $0.set(.procedureCodeSequence, items: [item, DataSetBuilder()])
            $0.set(.anatomicRegionSequence, items: [])
        }
        let items = try #require(value(elements["00081032"]) as? [[String: [String: Any]]])
        #expect(items.count == 2)
        #expect(value(items[0]["00080104"]) == ["Köln"])
        #expect(items[1].isEmpty)
        #expect(elements["00082218"]?.keys.sorted() == ["vr"])
    }

    @Test("small binary values stand in the text, little-endian; control characters and quotes are escaped")
    func inline() throws {
        let (_, elements) = try json(transferSyntax: .explicitVRBigEndian) {
            $0.set(Tag(0x0028, 0x3006), vr: .OW, bytes: [1, 2, 3, 4])
            $0.set(Tag(0x0011, 0x0010), vr: .LO, bytes: Array("ACME".utf8))
            $0.set(Tag(0x0011, 0x1001), vr: .UN, bytes: [0xFF])
            $0.set(.imageComments, "a\"b\\c\r\n\u{1}")
        }
        #expect(elements["00283006"]?["InlineBinary"] as? String == "AQIDBA==")
        #expect(elements["00111001"]?["InlineBinary"] as? String == "/wA=")
        #expect(value(elements["00110010"]) == ["ACME"])
        #expect(value(elements["00204000"]) == ["a\"b\\c\r\n\u{1}"])
    }

    /// The bytes that a BulkDataURI names.
    private func bulk(_ element: [String: Any]?, of bytes: [UInt8]) throws -> [UInt8] {
        let uri = try #require(element?["BulkDataURI"] as? String)
        let parts = uri.split(whereSeparator: { "?=&".contains($0) })
        #expect(parts[0] == "../a%20b.dcm")
        let (offset, length) = (try #require(Int(parts[2])), try #require(Int(parts[4])))
        return Array(bytes[offset..<offset + length])
    }

    @Test("bulk data are named by where they are, behind what was not read and inside sequences too")
    func bulkData() throws {
        let long = [UInt8](repeating: 7, count: (1 << 20) + 2)
        let waveform = (0..<6).map { UInt8($0) }
        var pixels = Encoder(encoding: .explicitLittleEndian)
        pixels.append(.value(.OW, [9, 8, 7, 6]), tag: .pixelData)
        pixels.append(.value(.OB, Array(repeating: 5, count: 2000)), tag: Tag(0x7FE1, 0x1001))
        let (bytes, elements) = try json(pixels: pixels.bytes) {
            $0.set(Tag(0x0029, 0x1001), vr: .OB, bytes: long)
            $0.set(Tag(0x0029, 0x1002), vr: .OB, bytes: Array(repeating: 3, count: 1025))
            var item = DataSetBuilder()
            item.set(Tag(0x5400, 0x1010), vr: .OW, bytes: waveform)
            $0.set(Tag(0x5400, 0x0100), items: [item])
            $0.set(.overlayData(inGroup: 0x6000), vr: .OW, bytes: [1, 2])
        }
        #expect(try bulk(elements["00291001"], of: bytes) == long)
        #expect(try bulk(elements["00291002"], of: bytes) == Array(repeating: 3, count: 1025) + [0])
        let items = try #require(value(elements["54000100"]) as? [[String: [String: Any]]])
        #expect(try bulk(items[0]["54001010"], of: bytes) == waveform)
        #expect(try bulk(elements["60003000"], of: bytes) == [1, 2])
        #expect(try bulk(elements["7FE00010"], of: bytes) == [9, 8, 7, 6])
        #expect(try bulk(elements["7FE11001"], of: bytes) == Array(repeating: 5, count: 2000))
    }

    @Test("encapsulated pixels are named whole")
    func encapsulated() throws {
        let item: [UInt8] = [0xFE, 0xFF, 0x00, 0xE0]
        let value = item + [0, 0, 0, 0] + item + [2, 0, 0, 0, 1, 2] + [0xFE, 0xFF, 0xDD, 0xE0, 0, 0, 0, 0]
        var header = Encoder(encoding: .explicitLittleEndian)
        header.appendHeader(tag: .pixelData, vr: .OB, length: .max)
        let (bytes, elements) = try json(transferSyntax: .jpeg2000Lossless, pixels: header.bytes + value) { _ in }
        #expect(try bulk(elements["7FE00010"], of: bytes) == value)
    }
}
