public import DICOM

/// What the Image Pixel Module says of the pixels of one instance (PS3.3 C.7.6.3).
public struct ImagePixel: Sendable, Hashable {
    public let samplesPerPixel: Int
    public let photometricInterpretation: String
    public let rows: Int
    public let columns: Int
    public let bitsAllocated: Int
    public let bitsStored: Int
    public let highBit: Int
    /// Pixel Representation (0028,0103) is 1: two's complement.
    public let isSigned: Bool
    /// Number of Frames (0028,0008), 1 where it is absent.
    public let numberOfFrames: Int

    /// - Throws: `missingAttribute` with the tag, where there is no value that pixels could be found by.
    public init(_ dataSet: DataSet) throws(ConversionReason) {
        samplesPerPixel = dataSet.integer(.samplesPerPixel) ?? 1
        photometricInterpretation = dataSet.string(.photometricInterpretation) ?? ""
        rows = try Self.positive(.rows, in: dataSet)
        columns = try Self.positive(.columns, in: dataSet)
        bitsAllocated = try Self.positive(.bitsAllocated, in: dataSet)
        bitsStored = dataSet.integer(.bitsStored) ?? bitsAllocated
        highBit = dataSet.integer(.highBit) ?? bitsStored - 1
        isSigned = dataSet.integer(.pixelRepresentation) == 1
        numberOfFrames = try Self.numberOfFrames(dataSet)
        guard (1...4).contains(samplesPerPixel) else {
            throw ConversionReason(.unsupportedValue, tag: .samplesPerPixel, "\(samplesPerPixel)")
        }
    }

    /// Number of Frames (0028,0008), 1 where it has no value.
    ///
    /// - Throws: `unsupportedValue` where it is not one whole number above zero.
    static func numberOfFrames(_ dataSet: DataSet) throws(ConversionReason) -> Int {
        guard let element = dataSet[.numberOfFrames], !element.rawString.isEmpty else { return 1 }
        let numbers = element.doubles
        guard numbers.count == 1, let count = Int(exactly: numbers[0]), (1...Int(Int32.max)).contains(count) else {
            throw ConversionReason(.unsupportedValue, tag: .numberOfFrames, element.rawString)
        }
        return count
    }

    private static func positive(_ tag: Tag, in dataSet: DataSet) throws(ConversionReason) -> Int {
        guard let value = dataSet.integer(tag) else { throw ConversionReason(.missingAttribute, tag: tag) }
        guard (1...0xFFFF).contains(value) else { throw ConversionReason(.unsupportedValue, tag: tag, "\(value)") }
        return value
    }

    /// Bytes of one native frame (PS3.5 8.1.1); nil where pixels are no whole bytes.
    public var nativeFrameLength: UInt64? {
        guard bitsAllocated % 8 == 0 else { return nil }
        // At most 65535 * 65535 * 4 * 8191 bytes: no overflow in 64 bits.
        return UInt64(rows) * UInt64(columns) * UInt64(samplesPerPixel) * UInt64(bitsAllocated / 8)
    }
}
