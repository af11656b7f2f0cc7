internal import DICOM

/// Which sequences hold references, and of which kind.
enum ReferenceSequences {
    /// What is never rewritten: Conversion Source, which names the other view (G-10), the past, signatures, and references to
    /// what is no composite instance, that is Study, Performed Procedure Step, Patient and Visit.
    static func isPassedOver(_ tag: Tag) -> Bool {
        switch tag {
        case .conversionSourceAttributesSequence, .originalAttributesSequence, .digitalSignaturesSequence,
            .macParametersSequence, Tag(0x0008, 0x1110), Tag(0x0008, 0x1111), Tag(0x0008, 0x1120), Tag(0x0008, 0x1125):
            true
        default: false
        }
    }

    /// Items in which Series Instance UID is that of a source of conversion, no reference (E-13).
    static func isUnassigned(_ tag: Tag) -> Bool {
        tag == Tag(0x0020, 0x9170) || tag == Tag(0x0020, 0x9171)
    }

    /// Within an item for a Series: lists that name instances, never frames of them.
    static func isList(_ tag: Tag) -> Bool {
        tag == .referencedSOPSequence || tag == .referencedInstanceSequence
    }

    /// Sequences of one item that stands for an image: of the frames it becomes, the first stands for it. Referenced
    /// First Frame, Left Image, Right Image.
    static func holdsOneItem(_ tag: Tag) -> Bool {
        tag == .referencedFirstFrameSequence || tag == .leftImageSequence || tag == .rightImageSequence
    }
}
