internal import DICOM

/// Sequences of references that stand within another one.
enum NestedReferences {
    /// All sequences with `tag` at any depth in the items of `sequence`, but for what is never rewritten.
    static func all(_ tag: Tag, in sequence: Element) -> [Element] {
        guard sequence.nests(tag), !ReferenceSequences.isPassedOver(sequence.tag) else { return [] }
        return sequence.items.flatMap { item in
            item.sequences.flatMap { nested in
                (nested.tag == tag ? [nested] : []) + all(tag, in: nested)
            }
        }
    }
}
