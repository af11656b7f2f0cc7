internal import DICOM

/// Where each attribute of the sources goes that no macro takes over: to the top level, to Unassigned Shared, or to
/// Unassigned Per-Frame (E-13, X-1, X-4, X-12).
struct AttributePlacement {
    private(set) var topLevel = DataSetBuilder()
    private(set) var shared = DataSetBuilder()
    /// By frameIndex.
    private(set) var perFrame: [DataSetBuilder]
    private(set) var notes: [ConversionReason] = []
    /// Sequences in Unassigned in which references to images are nested, and the source that has them.
    private(set) var nestedReferences: [(sequence: Element, sopInstanceUID: String)] = []

    private enum Place {
        case nowhere
        case perFrame
        /// Per frame, where the macro does not take it over.
        case perFrameUnlessMoved(any FunctionalGroup.Type, isShared: Bool)
    }

    private var originals: OriginalReferences
    private let rewriting: ReferenceRewriting
    /// SOP Instance UID of the first source.
    private let firstSource: String
    private let creators: [Tag: Element]
    /// Of `EmptyReferences`.
    private let emptyReferencesBlock: UInt16?

    init(
        _ attributes: SourceAttributes, _ context: SynthesisContext, topLevel: TopLevelAttributes,
        macros: [any FunctionalGroup.Type]
    ) throws(ConversionReason) {
        originals = OriginalReferences(frameCount: context.frames.count)
        rewriting = context.rewriting
        firstSource = context.frames.first?.sopInstanceUID ?? ""
        creators = attributes.blocks.creators
        var blocks = attributes.blocks
        emptyReferencesBlock = blocks.block(group: EmptyReferences.group, creator: EmptyReferences.creator)
        perFrame = Array(repeating: DataSetBuilder(), count: context.frames.count)
        var movers: [Tag: any FunctionalGroup.Type] = [:]
        for macro in macros {
            for tag in macro.movedTags(context.family) { movers[tag] = macro }
        }
        let forced = Dimensions.perFrameTags(context.plan)
        var places: [Place] = []
        places.reserveCapacity(attributes.columns.count)
        for column in attributes.columns {
            places.append(
                place(column, attributes, topLevel, mover: movers[column.tag], isForced: forced.contains(column.tag)))
        }
        for (frame, row) in zip(context.frames, attributes.rows) {
            fill(frame, row, attributes.columns, places)
            for tag in forced where !perFrame[frame.frameIndex].contains(tag) {
                perFrame[frame.frameIndex].setEmpty(tag)
            }
        }
        try originals.write(
            shared: &shared, perFrame: &perFrame, beside: attributes, notIn: emptyReferencesBlock)
    }

    /// Puts an attribute to the top level or into Unassigned Shared; if it belongs there, says that it is not per frame.
    private mutating func place(
        _ column: SourceAttributes.Column, _ attributes: SourceAttributes, _ top: TopLevelAttributes,
        mover: (any FunctionalGroup.Type)?, isForced: Bool
    ) -> Place {
        let tag = column.tag
        let hasOwner = !tag.isPrivate || tag.isPrivateCreator || creators[PrivateBlocks.creatorTag(of: tag)] != nil
        let isEmpty = column.valueCount == 0 && column.presentCount == attributes.sourceCount
        let isShared = isEmpty || column.isSame && column.valueCount == attributes.sourceCount
        if let mover {
            if isShared { keepOriginal(column.element, as: tag, frameIndex: nil) }
            return .perFrameUnlessMoved(mover, isShared: isShared)
        }
        if TopLevelAttributes.common.contains(tag) {
            copy(column.element, as: tag, to: \.topLevel)
            if column.valueCount > 0 {
                if isShared {
                    keepOriginal(column.element, as: tag, frameIndex: nil)
                    return .nowhere
                }
                notes.append(ConversionReason(.differingTopLevelValue, tag: tag))
                return .perFrame
            }
            // Without a value it stands there and, as what the sources said, in Unassigned.
        }
        // One frame's number is its own, though it be the only one; and dciodvfy wants something in Unassigned Per-Frame.
        guard isShared, hasOwner, !isForced, tag != .instanceNumber else { return .perFrame }
        if !isEmpty, top.contains(tag) {
            copy(column.element, as: tag, to: \.topLevel)
        } else {
            copy(column.element, as: tag, to: \.shared)
            note(column.element, of: firstSource)
        }
        keepOriginal(column.element, as: tag, frameIndex: nil)
        return .nowhere
    }

    private mutating func fill(
        _ frame: SourceFrame, _ row: [SourceAttributes.Entry], _ columns: [SourceAttributes.Column], _ places: [Place]
    ) {
        var index = 0
        var item = DataSetBuilder()
        var empty: [Tag] = []
        for entry in row {
            while index < columns.count, columns[index].tag < entry.tag { index += 1 }
            guard index < columns.count, columns[index].tag == entry.tag else { continue }
            switch places[index] {
            case .nowhere: continue
            case .perFrame: keepOriginal(entry.element, as: entry.tag, frameIndex: frame.frameIndex)
            case .perFrameUnlessMoved(let macro, let isShared):
                if !isShared { keepOriginal(entry.element, as: entry.tag, frameIndex: frame.frameIndex) }
                if !entry.element.isEmpty, macro.moves(entry.tag, from: frame) { continue }
            }
            if emptyReferencesBlock != nil, EmptyReferences.contains(entry.element, as: entry.tag) {
                empty.append(entry.tag)
                continue
            }
            copy(entry.element, as: entry.tag, to: &item)
            note(entry.element, of: frame.sopInstanceUID)
        }
        if let block = emptyReferencesBlock, !empty.isEmpty { EmptyReferences.keep(empty, block: block, in: &item) }
        perFrame[frame.frameIndex] = item
    }

    private mutating func note(_ element: Element, of sopInstanceUID: String) {
        if element.nests(.referencedImageSequence) || element.nests(.sourceImageSequence) {
            nestedReferences.append((element, sopInstanceUID))
        }
    }

    /// Keeps a sequence as it is if its references lose something.
    private mutating func keepOriginal(_ element: Element, as tag: Tag, frameIndex: Int?) {
        guard element.isSequence, rewriting.isLossy(element) else { return }
        let creator = tag.isPrivate ? creators[PrivateBlocks.creatorTag(of: tag)] : nil
        // Without its creator nobody could tell where it belongs.
        if tag.isPrivate, creator == nil { return }
        originals.keep(element, as: tag, privateCreator: creator, frameIndex: frameIndex)
    }

    private mutating func copy(
        _ element: Element, as tag: Tag, to part: WritableKeyPath<AttributePlacement, DataSetBuilder>
    ) {
        copy(element, as: tag, to: &self[keyPath: part])
    }

    /// Copies an element with its references changed, and before it the creator of its private block.
    private func copy(_ element: Element, as tag: Tag, to builder: inout DataSetBuilder) {
        if tag.isPrivate, !tag.isPrivateCreator {
            let creatorTag = PrivateBlocks.creatorTag(of: tag)
            if let creator = creators[creatorTag], !builder.contains(creatorTag) {
                builder.copy(creator, as: creatorTag)
            }
        }
        if element.isSequence, let content = rewriting.content(of: element) {
            builder[tag] = content
        } else {
            builder.copy(element, as: tag)
        }
    }
}
