internal import ByteLayout
internal import DICOM

/// Frames of packed pixels of one bit that do not all begin at a byte: each begins where the one before ends (PS3.5 8.1.1).
struct BitFrames: Sendable {
    /// The number of the first bit of the first frame in its file (`PackedBits`).
    let firstBit: UInt64
    /// More than 8, so that no byte is made of more than two frames that lie apart.
    let bitsOfFrame: UInt64
    /// True if offsets are those in the inflated data set of a deflated file.
    let isInflated: Bool

    /// The bits of the frames taken, those of frames that follow each other as one run.
    func runs(of list: FrameList) -> [(firstBit: UInt64, count: UInt64)] {
        var runs: [(firstBit: UInt64, count: UInt64)] = []
        for number in list.frameNumbers {
            let first = firstBit + UInt64(number - 1) * bitsOfFrame
            if let last = runs.last, last.firstBit + last.count == first {
                runs[runs.count - 1].count += bitsOfFrame
            } else {
                runs.append((first, bitsOfFrame))
            }
        }
        return runs
    }
}

extension SynthesizedFile {
    /// Adds native Pixel Data of frames of source 0 that are packed bits: one after the other without padding between them, and
    /// zeros behind the last up to an even number of bytes (PS3.5 8.1.1, 8.2).
    mutating func appendPackedPixelData(_ list: FrameList, of frames: BitFrames) throws(ConversionReason) {
        let (bits, overflow) = frames.bitsOfFrame.multipliedReportingOverflow(by: UInt64(list.count))
        guard !overflow, bits / 8 < UInt64(UInt32.max) - 2 else { throw ConversionReason(.tooLarge, tag: .pixelData) }
        let length = (bits + 7) / 8
        let padding = length & 1
        if frames.isInflated { layout.inflate(source: 0) }
        var encoder = Encoder(encoding: .explicitLittleEndian)
        encoder.appendHeader(tag: .pixelData, vr: .OW, length: UInt32(length + padding))
        append(encoder.bytes)
        // The bits of the run before that did not fill a byte.
        var rest = BitJoint(lowBit: 0, lowCount: 0)
        for run in frames.runs(of: list) {
            var (bit, count) = run
            if rest.lowCount > 0 {
                rest.highBit = bit
                rest.highCount = 8 - rest.lowCount
                layout.append(length: 1, from: .sourceJoint(0, rest))
                bit += UInt64(rest.highCount)
                count -= UInt64(rest.highCount)
            }
            let origin: Origin =
                bit % 8 == 0
                ? .source(0, offset: bit / 8, transform: .identity) : .sourceShifted(0, firstBit: bit)
            layout.append(length: count / 8, from: origin)
            rest = BitJoint(lowBit: bit + count / 8 * 8, lowCount: UInt8(count % 8))
        }
        if rest.lowCount > 0 { layout.append(length: 1, from: .sourceJoint(0, rest)) }
        if padding == 1 { append([0]) }
    }
}
