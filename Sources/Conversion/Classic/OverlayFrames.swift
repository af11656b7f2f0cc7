internal import DICOM

/// The overlays of a multi-frame image that have planes for some of its frames (Multi-frame Overlay, PS3.3 C.9.3, retired):
/// each frame takes the plane that lies over it (C-4). An overlay of one plane that names no frame lies over all.
struct OverlayFrames: Sendable {
    private struct Overlay {
        let tags: [Tag]
        /// Counted from 1: the frames of the image that have a plane.
        let frameNumbers: ClosedRange<Int>
        /// Overlay Data; nil if the planes are bits of the pixels.
        let data: Element?
        let bitsOfPlane: Int
    }

    private let overlays: [Overlay]

    /// - Throws: why planes cannot be told apart: counts that contradict each other, or data too long to be at hand.
    init(_ dataSet: DataSet) throws(ConversionReason) {
        var tagsOfGroup: [UInt16: [Tag]] = [:]
        for element in dataSet where element.tag.group & 0xFF00 == 0x6000 && !element.tag.isPrivate {
            tagsOfGroup[element.tag.group, default: []].append(element.tag)
        }
        var overlays: [Overlay] = []
        for (group, tags) in tagsOfGroup.sorted(by: { $0.key < $1.key }) {
            if let overlay = try Self.overlay(group, tags, dataSet) { overlays.append(overlay) }
        }
        self.overlays = overlays
    }

    private static func overlay(_ group: UInt16, _ tags: [Tag], _ dataSet: DataSet) throws(ConversionReason) -> Overlay?
    {
        let (countTag, originTag) = (Tag(group, 0x0015), Tag(group, 0x0051))
        let count = try number(countTag, dataSet) ?? 1
        let origin = try number(originTag, dataSet)
        guard origin != nil || count > 1 else { return nil }
        let first = origin ?? 1
        let dataTag = Tag.overlayData(inGroup: group)
        let data = dataSet[dataTag].flatMap { $0.isEmpty ? nil : $0 }
        var bitsOfPlane = 0
        if let data {
            guard data.deferredFileOffset == nil else {
                throw ConversionReason(.tooLarge, tag: dataTag, "\(data.length) bytes of overlay")
            }
            let rows = dataSet.integer(.overlayRows(inGroup: group)) ?? 0
            let columns = dataSet.integer(.overlayColumns(inGroup: group)) ?? 0
            // At most 65535 * 65535 * 2 ** 31.
            let (needed, overflow) = (rows * columns).multipliedReportingOverflow(by: count)
            guard !overflow, needed > 0, needed <= data.length * 8 else {
                throw ConversionReason(.unsupportedValue, tag: dataTag, "\(data.length) bytes for \(count) planes")
            }
            bitsOfPlane = rows * columns
        }
        return Overlay(tags: tags, frameNumbers: first...first + count - 1, data: data, bitsOfPlane: bitsOfPlane)
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

    /// Leaves in `attributes`, which have all overlays, what lies over the frame.
    ///
    /// - Parameter frameNumber: from 1.
    func choose(frameNumber: Int, in attributes: inout DataSetBuilder) {
        for overlay in overlays {
            guard overlay.frameNumbers.contains(frameNumber) else {
                for tag in overlay.tags { attributes.remove(tag) }
                continue
            }
            for tag in overlay.tags where tag.element == 0x0015 || tag.element == 0x0051 { attributes.remove(tag) }
            guard let data = overlay.data else { continue }
            let index = frameNumber - overlay.frameNumbers.lowerBound
            attributes.set(
                data.tag, vr: data.effectiveVR, bytes: Self.plane(index, bits: overlay.bitsOfPlane, of: data))
        }
    }

    /// One of the planes, which follow each other without padding between them, the first pixel in the lowest bit (PS3.5 8.1.2).
    private static func plane(_ index: Int, bits: Int, of data: Element) -> [UInt8] {
        var source = data.valueBytes
        if data.valueEncoding.isBigEndian, data.effectiveVR == .OW {
            for word in stride(from: 0, to: source.count - 1, by: 2) { source.swapAt(word, word + 1) }
        }
        let start = index * bits
        let shift = start % 8
        var plane = (0..<(bits + 7) / 8).map { byte -> UInt8 in
            let position = start / 8 + byte
            let low = source[position] >> UInt8(shift)
            guard shift > 0, position + 1 < source.count else { return low }
            return low | source[position + 1] << UInt8(8 - shift)
        }
        if bits % 8 != 0 { plane[plane.count - 1] &= 1 << UInt8(bits % 8) &- 1 }
        return plane
    }
}
