public import DICOM

/// What the value of an attribute of VR UI identifies, which decides whether conversion rewrites it (digest section 5).
public enum UIDAttribute: String, CaseIterable, Sendable {
    /// The SOP Class of the instance itself.
    case ownSOPClass
    /// The instance itself.
    case ownSOPInstance
    /// The SOP Class of an instance that is referred to.
    case referencedSOPClass
    /// An instance that is referred to.
    case referencedSOPInstance
    /// A Series: the instance's own at the top level, one that is referred to in a sequence.
    case series
    /// A Study, which conversion never changes.
    case study
    /// A Frame of Reference, which conversion never changes.
    case frameOfReference
    /// Anything at all: rewritten only if it equals a converted SOP Instance or Series UID.
    case genericValue
    /// An instance of the past, which conversion leaves as it is.
    case history
    /// A color palette, by its instance or its own UID; never converted.
    case palette
    /// A Dimension Organization: made anew in images that conversion builds, else kept.
    case dimensionOrganization
    /// A concatenation, which conversion removes.
    case concatenation
    /// Part of a signature or of encrypted content, which any edit makes stale.
    case staleAfterEdit
    /// Nothing that conversion makes.
    case unrelated

    /// What the value of `tag` identifies; nil if the tag is no UI attribute of the standard.
    public static func of(_ tag: Tag) -> UIDAttribute? {
        byTag[tag]
    }

    private static let byTag: [Tag: UIDAttribute] = {
        var result: [Tag: UIDAttribute] = [:]
        for line in UIDAttributeTable.text.description.split(separator: "\n") {
            let fields = line.split(separator: "|")
            guard fields.count == 2, let tag = UInt32(fields[0], radix: 16) else { continue }
            result[Tag(rawValue: tag)] = UIDAttribute(rawValue: String(fields[1]))
        }
        return result
    }()
}
