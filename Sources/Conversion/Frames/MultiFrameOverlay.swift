internal import DICOM

/// An overlay with a plane for each of several frames (PS3.3 C.9.3), and what is left of it where some of them are taken.
struct MultiFrameOverlay: Sendable {
    private let dataSet: DataSet
    private let group: UInt16
    private let numberOfPlanes: Int
    /// The frame that the first plane lies over, from 1.
    private let origin: Int
    private let bitsOfPlane: Int
    let tags: Set<Tag>

    /// - Throws: `unsupportedValue` if an overlay's planes cannot be told apart.
    static func all(in dataSet: DataSet) throws(ConversionReason) -> [MultiFrameOverlay] {
        var overlays: [MultiFrameOverlay] = []
        for group in stride(from: UInt16(0x6000), through: 0x601E, by: 2) where dataSet[Tag(group, 0x0015)] != nil {
            overlays.append(try MultiFrameOverlay(dataSet, group))
        }
        return overlays
    }

    private init(_ dataSet: DataSet, _ group: UInt16) throws(ConversionReason) {
        self.dataSet = dataSet
        self.group = group
        numberOfPlanes = dataSet.integer(Tag(group, 0x0015)) ?? 1
        origin = dataSet.integer(Tag(group, 0x0051)) ?? 1
        let rows = dataSet.integer(.overlayRows(inGroup: group)) ?? 0
        let columns = dataSet.integer(.overlayColumns(inGroup: group)) ?? 0
        let dataTag = Tag.overlayData(inGroup: group)
        guard (1...0xFFFF).contains(rows), (1...0xFFFF).contains(columns), (1...0xFFFFFF).contains(numberOfPlanes),
            origin >= 1
        else { throw ConversionReason(.unsupportedValue, tag: Tag(group, 0x0015)) }
        bitsOfPlane = rows * columns
        if let data = dataSet[dataTag] {
            let bits = bitsOfPlane.multipliedReportingOverflow(by: numberOfPlanes)
            guard data.deferredFileOffset == nil, !bits.overflow, data.length >= (bits.partialValue + 7) / 8 else {
                throw ConversionReason(.unsupportedValue, tag: dataTag, "\(data.length) bytes")
            }
        }
        tags = Set(dataSet.lazy.map(\.tag).filter { $0.group == group })
    }

    func write(to attributes: inout DataSetBuilder, _ subset: FrameSubset) throws(ConversionReason) {
        guard let range = subset.newRange(from: origin, to: origin + numberOfPlanes - 1) else { return }
        for element in dataSet where element.tag.group == group && !element.tag.isGroupLength {
            attributes.copy(element)
        }
        attributes.set(Tag(group, 0x0015), vr: .IS, bytes: Array(String(range.count).utf8))
        attributes.set(Tag(group, 0x0051), [range.lowerBound], vr: .US)
        guard let data = dataSet[.overlayData(inGroup: group)] else { return }
        let planes = range.map { subset.list.frameNumbers[$0 - 1] - origin }
        var bytes = data.valueBytes
        if data.valueEncoding.isBigEndian, data.effectiveVR == .OW {
            for index in stride(from: 0, to: bytes.count - 1, by: 2) { bytes.swapAt(index, index + 1) }
        }
        attributes.set(data.tag, vr: .OB, bytes: bits(of: planes, bytes))
    }

    /// The planes one after the other without padding between them (PS3.5 8.1.2).
    private func bits(of planes: [Int], _ bytes: [UInt8]) -> [UInt8] {
        var taken = [UInt8](repeating: 0, count: (planes.count * bitsOfPlane + 7) / 8)
        var target = 0
        for plane in planes {
            for source in plane * bitsOfPlane..<(plane + 1) * bitsOfPlane {
                if bytes[source >> 3] & (1 << UInt8(source & 7)) != 0 { taken[target >> 3] |= 1 << UInt8(target & 7) }
                target += 1
            }
        }
        return taken
    }
}
