internal import ByteLayout
internal import DICOM

/// An overlay that has planes for some frames of a multi-frame image (Multi-frame Overlay, PS3.3 C.9.3, retired).
///
/// An overlay of one plane that names no frame lies over all of them, and is none of these.
struct MultiFrameOverlay: Sendable {
    /// Of all its elements, ascending.
    let tags: [Tag]
    /// Counted from 1: the frames of the image that have a plane.
    let frameNumbers: ClosedRange<Int>
    /// Overlay Data; nil if the planes are bits of the pixels.
    private let data: Element?
    private let bitsOfPlane: Int

    /// Number of Frames in Overlay (60xx,0015) and Image Frame Origin (60xx,0051).
    static func isNumber(_ tag: Tag) -> Bool { tag.element == 0x0015 || tag.element == 0x0051 }

    /// - Throws: why planes cannot be told apart: counts that contradict each other, or data too long to be at hand.
    static func all(in dataSet: DataSet) throws(ConversionReason) -> [MultiFrameOverlay] {
        var tagsOfGroup: [UInt16: [Tag]] = [:]
        for element in dataSet where element.tag.group & 0xFF00 == 0x6000 && !element.tag.isPrivate {
            tagsOfGroup[element.tag.group, default: []].append(element.tag)
        }
        var overlays: [MultiFrameOverlay] = []
        for (group, tags) in tagsOfGroup.sorted(by: { $0.key < $1.key }) {
            if let overlay = try MultiFrameOverlay(group, tags, dataSet) { overlays.append(overlay) }
        }
        return overlays
    }

    private init?(_ group: UInt16, _ tags: [Tag], _ dataSet: DataSet) throws(ConversionReason) {
        let count = try Self.number(Tag(group, 0x0015), dataSet) ?? 1
        let origin = try Self.number(Tag(group, 0x0051), dataSet)
        guard origin != nil || count > 1 else { return nil }
        let first = origin ?? 1
        self.tags = tags
        frameNumbers = first...first + count - 1
        let dataTag = Tag.overlayData(inGroup: group)
        data = dataSet[dataTag].flatMap { $0.isEmpty ? nil : $0 }
        guard let data else {
            bitsOfPlane = 0
            return
        }
        guard data.deferredFileOffset == nil else {
            throw ConversionReason(.tooLarge, tag: dataTag, "\(data.length) bytes of overlay")
        }
        let rows = dataSet.integer(.overlayRows(inGroup: group)) ?? 0
        let columns = dataSet.integer(.overlayColumns(inGroup: group)) ?? 0
        let (bits, isTooWide) = rows.multipliedReportingOverflow(by: columns)
        let (needed, overflow) = bits.multipliedReportingOverflow(by: count)
        guard !isTooWide, !overflow, rows > 0, columns > 0, needed <= data.length * 8 else {
            throw ConversionReason(.unsupportedValue, tag: dataTag, "\(data.length) bytes for \(count) planes")
        }
        bitsOfPlane = bits
    }

    /// The one whole number above zero that `tag` is; nil if it has no value.
    private static func number(_ tag: Tag, _ dataSet: DataSet) throws(ConversionReason) -> Int? {
        guard let element = dataSet[tag], !element.isEmpty else { return nil }
        let numbers = element.doubles
        guard numbers.count == 1, let number = Int(exactly: numbers[0]), (1...Int(Int32.max)).contains(number) else {
            throw ConversionReason(.unsupportedValue, tag: tag, "\(numbers)")
        }
        return number
    }

    /// Sets Overlay Data, where there are any, to the planes of frames that have one.
    func setData(of frameNumbers: some Collection<Int>, in attributes: inout DataSetBuilder) {
        guard let data else { return }
        attributes.set(data.tag, vr: data.effectiveVR, bytes: planes(of: frameNumbers, data))
    }

    /// The planes one after the other without padding between them, the first pixel in the lowest bit (PS3.5 8.1.2).
    private func planes(of frameNumbers: some Collection<Int>, _ data: Element) -> [UInt8] {
        var source = data.valueBytes
        if data.valueEncoding.isBigEndian, data.effectiveVR == .OW {
            for word in stride(from: 0, to: source.count - 1, by: 2) { source.swapAt(word, word + 1) }
        }
        var taken = [UInt8](repeating: 0, count: (frameNumbers.count * bitsOfPlane + 7) / 8)
        var target = 0
        for frameNumber in frameNumbers {
            let start = (frameNumber - self.frameNumbers.lowerBound) * bitsOfPlane
            for bit in stride(from: start, to: start + bitsOfPlane, by: 8) {
                let count = min(8, start + bitsOfPlane - bit)
                let next = bit / 8 + 1 < source.count ? source[bit / 8 + 1] : 0
                let value = PackedBits.value(source[bit / 8], next, firstBit: UInt64(bit), count: UInt8(count))
                taken[target / 8] |= value << UInt8(target % 8)
                if target % 8 + count > 8 { taken[target / 8 + 1] |= value >> UInt8(8 - target % 8) }
                target += count
            }
        }
        return taken
    }
}
