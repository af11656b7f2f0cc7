internal import DICOM

/// How long native pixel data must be, by Rows, Columns, Samples per Pixel and Bits Allocated (PS3.5 8.1.1).
struct PixelLength {
    /// Bytes of one frame, rounded up; 0 if the data set does not say.
    let frame: Int
    private let bitsOfFrame: Int

    init(_ dataSet: DataSet) {
        let factors = [
            dataSet.integer(Tag(0x0028, 0x0010)) ?? 0, dataSet.integer(Tag(0x0028, 0x0011)) ?? 0,
            dataSet.integer(Tag(0x0028, 0x0002)) ?? 1, dataSet.integer(Tag(0x0028, 0x0100)) ?? 0,
        ]
        var bits = 1
        for factor in factors {
            let (product, overflow) = bits.multipliedReportingOverflow(by: factor)
            bits = overflow || factor < 0 || product > 1 << 50 ? 0 : product
        }
        bitsOfFrame = bits
        frame = (bits + 7) / 8
    }

    /// Bytes of all frames; nil if that is beyond any file.
    func bytes(frames: Int) -> UInt64? {
        let (bits, overflow) = bitsOfFrame.multipliedReportingOverflow(by: frames)
        guard !overflow, bits >= 0, bits < Int.max - 7 else { return nil }
        return UInt64((bits + 7) / 8)
    }
}
