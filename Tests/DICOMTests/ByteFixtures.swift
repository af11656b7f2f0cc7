import DICOM

/// Elements of Explicit VR Little Endian by hand, independent of the writer under test.
enum Explicit {
    static func short(_ group: UInt16, _ element: UInt16, _ vr: String, _ value: [UInt8]) -> [UInt8] {
        tag(group, element) + Array(vr.utf8) + word16(UInt16(value.count)) + value
    }

    static func short(_ group: UInt16, _ element: UInt16, _ vr: String, _ value: String) -> [UInt8] {
        short(group, element, vr, Array(value.utf8))
    }

    static func long(_ group: UInt16, _ element: UInt16, _ vr: String, _ value: [UInt8], length: UInt32? = nil)
        -> [UInt8]
    {
        tag(group, element) + Array(vr.utf8) + [0, 0] + word32(length ?? UInt32(value.count)) + value
    }

    static func item(_ value: [UInt8], length: UInt32? = nil) -> [UInt8] {
        tag(0xFFFE, 0xE000) + word32(length ?? UInt32(value.count)) + value
    }

    static let itemDelimiter = tag(0xFFFE, 0xE00D) + word32(0)
    static let sequenceDelimiter = tag(0xFFFE, 0xE0DD) + word32(0)
    static let undefined: UInt32 = 0xFFFF_FFFF

    static func tag(_ group: UInt16, _ element: UInt16) -> [UInt8] { word16(group) + word16(element) }
    static func word16(_ word: UInt16) -> [UInt8] { [UInt8(word & 0xFF), UInt8(word >> 8)] }
    static func word32(_ word: UInt32) -> [UInt8] { word16(UInt16(word & 0xFFFF)) + word16(UInt16(word >> 16)) }

    /// A file of Explicit VR Little Endian, or of `transferSyntax`, around `dataSet`.
    static func file(_ dataSet: [UInt8], transferSyntax: String = "1.2.840.10008.1.2.1") -> [UInt8] {
        var uid = Array(transferSyntax.utf8)
        if uid.count & 1 == 1 { uid.append(0) }
        return [UInt8](repeating: 0, count: 128) + Array("DICM".utf8) + short(2, 0x10, "UI", uid) + dataSet
    }

    /// SOP Class and Instance UID, which every data set begins with.
    static let identity =
        short(8, 0x16, "UI", "1.2.840.10008.5.1.4.1.1.2\0") + short(8, 0x18, "UI", "1.2.3.4\0")
}

func read(_ bytes: [UInt8]) throws -> DICOMFile {
    try DICOMFile(header: MemoryByteSource(bytes))
}
