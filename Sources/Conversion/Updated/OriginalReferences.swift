internal import DICOM

/// The sequences of a slice that its references lose something of in a multi-frame instance: lists that name each instance
/// once, frame numbers of images that have one frame. With them a frame that becomes its slice again has them as they were (C-8).
///
/// They are a private block in group 0009 of the items of Unassigned Converted Attributes, beside what the sources say: from
/// element 10 on a data set (`EmbeddedDataSet`), in the Shared item what is the same in all slices, else in Per-Frame items.
struct OriginalReferences {
    static let creator = "DICOMVIEWFS REFERENCES"
    private static let group: UInt16 = 0x0009

    private var shared = DataSetBuilder()
    /// By frameIndex.
    private var perFrame: [DataSetBuilder]

    init(frameCount: Int) {
        perFrame = Array(repeating: DataSetBuilder(), count: frameCount)
    }

    /// - Parameters:
    ///   - tag: that the element has in the multi-frame instance.
    ///   - privateCreator: what reserves its block there.
    ///   - frameIndex: nil for what all slices have.
    mutating func keep(_ element: Element, as tag: Tag, privateCreator: Element?, frameIndex: Int?) {
        func keep(in dataSet: inout DataSetBuilder) {
            if let privateCreator { dataSet.copy(privateCreator, as: PrivateBlocks.creatorTag(of: tag)) }
            dataSet.copy(element, as: tag)
        }
        if let frameIndex { keep(in: &perFrame[frameIndex]) } else { keep(in: &shared) }
    }

    /// Writes the blocks.
    ///
    /// - Parameters:
    ///   - sources: whose private blocks are left alone.
    ///   - otherBlock: that is taken as well.
    func write(
        shared item: inout DataSetBuilder, perFrame items: inout [DataSetBuilder], beside sources: SourceAttributes,
        notIn otherBlock: UInt16?
    ) throws(ConversionReason) {
        if shared.isEmpty, perFrame.allSatisfy(\.isEmpty) { return }
        let taken = Set(
            sources.columns.lazy.map(\.tag).filter { $0.group == Self.group }.map {
                $0.element >= 0x100 ? $0.element >> 8 : $0.element
            } + sources.blocks.creators.keys.lazy.filter { $0.group == Self.group }.map(\.element))
        guard let number = (UInt16(0x10)...0xFF).first(where: { !taken.contains($0) && $0 != otherBlock }) else {
            return
        }
        let block = Tag(Self.group, number)
        try Self.write(shared, block, to: &item)
        for frameIndex in items.indices { try Self.write(perFrame[frameIndex], block, to: &items[frameIndex]) }
    }

    private static func write(
        _ dataSet: DataSetBuilder, _ block: Tag, to item: inout DataSetBuilder
    ) throws(ConversionReason) {
        if dataSet.isEmpty { return }
        item.set(block, vr: .LO, bytes: Array(creator.utf8))
        try EmbeddedDataSet.write(dataSet, in: block, of: &item)
    }

    /// Puts back what the items of Unassigned Converted Attributes keep.
    ///
    /// - Throws: `damaged` if there is something that cannot be read.
    static func restore(from items: [DataSet], in attributes: inout DataSetBuilder) throws(ConversionReason) {
        for item in items {
            let first = EmbeddedDataSet.firstElement
            guard item.privateElement(group: group, creator: creator, element: first) != nil else { continue }
            guard let kept = EmbeddedDataSet.read(from: item, group: group, creator: creator) else {
                throw ConversionReason(.damaged, tag: Tag(group, 0x10))
            }
            attributes.merge(kept)
        }
    }

    /// Drops the blocks: a slice has its references by itself.
    static func removeBlocks(from attributes: inout DataSetBuilder) {
        attributes.removePrivateBlocks(group: Self.group, creator: creator)
    }
}
