import DICOM

/// Files of which the data set is deflated (PS3.5 A.5), and back.
enum Deflated {
    /// A file of Explicit VR Little Endian with its data set deflated, in stored blocks.
    static func file(_ bytes: [UInt8]) throws -> [UInt8] {
        let file = try DICOMFile(header: MemoryByteSource(bytes))
        let header = FileHeader.encode(
            mediaStorageSOPClassUID: file.fileMeta.string(.mediaStorageSOPClassUID) ?? "",
            mediaStorageSOPInstanceUID: file.fileMeta.string(.mediaStorageSOPInstanceUID) ?? "",
            transferSyntax: .deflatedExplicitVRLittleEndian, implementationClassUID: "1.4",
            implementationVersionName: "TEST")
        return header + blocks(Array(bytes[file.dataSetOffset...]))
    }

    /// RFC 1951 3.2.4: a byte that says whether it is the last, the length, and its complement.
    private static func blocks(_ bytes: [UInt8], length: Int = 1000) -> [UInt8] {
        var result: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: length) {
            let block = bytes[start..<min(start + length, bytes.count)]
            let count = UInt16(block.count)
            result.append(block.endIndex == bytes.count ? 1 : 0)
            for word in [count, ~count] { result += [UInt8(word & 0xFF), UInt8(word >> 8)] }
            result += block
        }
        return result
    }

    /// The inflated data set of a file.
    static func dataSet(of file: [UInt8]) throws -> [UInt8] {
        let source = try InflatedSource(ofFile: MemoryByteSource(file))
        var result: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = try buffer.withUnsafeMutableBytes { try source.read(into: $0, at: result.count) }
            if count == 0 { return result }
            result += buffer[..<count]
        }
    }
}
