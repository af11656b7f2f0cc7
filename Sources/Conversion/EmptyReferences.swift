internal import DICOM

/// Referenced Image and Source Image Sequence without items, as some scanners write them: they refer to nothing, and the standard
/// allows neither (PS3.3 C.12.4). Where one stands in Unassigned, readers ask for macros and evidence of what it refers to; so
/// their tags alone are kept there, in a private block, and classic images get them back (C-8).
enum EmptyReferences {
    static let creator = "DICOMVIEWFS EMPTY"
    static let group: UInt16 = 0x0009
    private static let tagsElement: UInt8 = 0x01

    /// Whether an element of that tag is one.
    static func contains(_ element: Element, as tag: Tag) -> Bool {
        isKnown(tag) && element.itemCount == 0 && (element.isSequence || element.isEmpty)
    }

    private static func isKnown(_ tag: Tag) -> Bool {
        tag == .referencedImageSequence || tag == .sourceImageSequence
    }

    /// Writes the tags into an item of Unassigned.
    ///
    /// - Parameter block: which the creator reserves there.
    static func keep(_ tags: [Tag], block: UInt16, in item: inout DataSetBuilder) {
        item.set(Tag(group, block), vr: .LO, bytes: Array(creator.utf8))
        let bytes = tags.flatMap { tag in
            [tag.group, tag.element].flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] }
        }
        item.set(Tag(group, block << 8 | UInt16(tagsElement)), vr: .AT, bytes: bytes)
    }

    /// Gives back what an item of Unassigned of our own making keeps.
    static func restore(_ item: DataSet, in attributes: inout DataSetBuilder) {
        guard let kept = item.privateElement(group: group, creator: creator, element: tagsElement) else { return }
        attributes.removePrivateBlocks(group: group, creator: creator)
        for tag in kept.tags where isKnown(tag) && !attributes.contains(tag) { attributes.setEmpty(tag) }
    }
}
