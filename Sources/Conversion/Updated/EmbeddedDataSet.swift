internal import DICOM

/// A data set in the elements from 10 on of a private block, in Explicit VR Little Endian and in pieces. Bytes, not a sequence:
/// to every reader but us what it names is no reference of the instance.
enum EmbeddedDataSet {
    static let firstElement: UInt8 = 0x10
    /// Values that are much longer are not read with their header.
    private static let pieceLength = 1 << 19

    /// - Parameter block: the tag of the Private Creator that reserves it.
    /// - Throws: `tooLarge` where a block has no room for it.
    static func write(
        _ dataSet: DataSetBuilder, in block: Tag, of attributes: inout DataSetBuilder
    ) throws(ConversionReason) {
        let bytes = Encoder.encode(dataSet)
        for (number, start) in stride(from: 0, to: bytes.count, by: pieceLength).enumerated() {
            guard let element = UInt8(exactly: Int(firstElement) + number) else {
                throw ConversionReason(.tooLarge, tag: dataSet.tags.first)
            }
            let piece = Array(bytes[start..<min(start + pieceLength, bytes.count)])
            attributes.set(Tag(block.group, block.element << 8 | UInt16(element)), vr: .OB, bytes: piece)
        }
    }

    /// What a block of `dataSet` holds; nil if there is none, or it cannot be read.
    static func read(from dataSet: DataSet, group: UInt16, creator: String) -> DataSet? {
        var bytes: [UInt8] = []
        for number in firstElement...0xFF {
            guard let piece = dataSet.privateElement(group: group, creator: creator, element: number) else { break }
            bytes += piece.valueBytes
        }
        return bytes.isEmpty ? nil : try? DataSet(bytes: bytes, encoding: .explicitLittleEndian)
    }
}
