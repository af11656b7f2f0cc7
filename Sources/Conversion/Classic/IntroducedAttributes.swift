internal import DICOM

/// What of an Enhanced instance of our own making is not the originals': it keeps in Unassigned the original of every
/// attribute that its making sets, changes or derives; where there is none there, classic has none.
enum IntroducedAttributes {
    /// Attributes of Enhanced modules that classic images have no other use for.
    private static let enhanced: Set<Tag> = [
        .pixelPresentation, .volumetricProperties, .volumeBasedCalculationTechnique, .complexImageComponent,
        .acquisitionContrast, .referencedPresentationStateSequence,
    ]

    /// Attributes that macros take over as they are, without a copy in Unassigned.
    private static let moved: Set<Tag> = [
        .pixelSpacing, .imagePositionPatient, .imageOrientationPatient, .irradiationEventUID,
        .referencedImageSequence, .sourceImageSequence, .derivationDescription, .derivationCodeSequence, .frameComments,
    ]

    /// Whether the top-level `element` is what the originals said. Attributes without a value are in Unassigned if they
    /// were the originals'.
    static func isOriginal(topLevel element: Element) -> Bool {
        let tag = element.tag
        if tag.isPrivate { return true }
        if element.isSequence ? element.itemCount == 0 : element.isEmpty { return false }
        return !TopLevelAttributes.set.contains(tag) && !enhanced.contains(tag)
    }

    /// Whether an attribute within a functional group is what the original said.
    static func isOriginal(inFunctionalGroup tag: Tag) -> Bool {
        moved.contains(tag)
    }

    /// Gives attributes back that a macro took over under another name.
    ///
    /// - Parameter unassigned: the originals' other attributes; Frame Comments among them were no Image Comments.
    static func restore(_ attributes: inout DataSetBuilder, unassigned: [DataSet]) {
        let isOwn = unassigned.contains { $0[.frameComments]?.isEmpty == false }
        if let comments = attributes.element(.frameComments), !isOwn {
            attributes.set(.imageComments, textOf: comments)
        }
        attributes.remove(.frameComments)
    }
}
