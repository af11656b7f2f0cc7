internal import DICOM

/// Attributes of a multi-frame instance that are not carried to classic (digest C-6).
enum ExcludedAttributes {
    /// Those that only make sense beside several frames, that describe how the instance was split or organised, or that
    /// conversion writes itself.
    private static let tags: Set<Tag> = [
        // Identity: written anew (G-1, G-3, G-6, G-13, G-14).
        .sopClassUID, .sopInstanceUID, .seriesInstanceUID, .contributingEquipmentSequence, .queryRetrieveView,
        .conversionSourceAttributesSequence,
        // Functional groups, taken apart; frames and their order.
        .sharedFunctionalGroupsSequence, .perFrameFunctionalGroupsSequence,
        .unassignedSharedConvertedAttributesSequence,
        .unassignedPerFrameConvertedAttributesSequence, .numberOfFrames, .frameIncrementPointer,
        .dimensionOrganizationSequence, .dimensionIndexSequence, .dimensionOrganizationType, .dimensionIndexValues,
        .representativeFrameNumber, .frameNumbersOfInterest, .frameOfInterestDescription, .frameOfInterestType,
        // Concatenation (C-9).
        .concatenationUID, .sopInstanceUIDOfConcatenationSource, .inConcatenationNumber, .inConcatenationTotalNumber,
        .concatenationFrameOffsetNumber,
        // Evidence lists repeat what the references themselves say.
        .referencedImageEvidenceSequence, .sourceImageEvidenceSequence,
        // An icon shows one frame; on any other it would be wrong.
        .iconImageSequence,
        // Signatures do not survive a change; pixel data and its tables are laid out anew.
        .digitalSignaturesSequence, .macParametersSequence, .dataSetTrailingPadding, .pixelDataProviderURL,
        .extendedOffsetTable, .extendedOffsetTableLengths, .pixelData, .floatPixelData, .doubleFloatPixelData,
    ]

    /// Whether the top-level attribute stays behind.
    static func contains(_ tag: Tag) -> Bool {
        tags.contains(tag) || tag.isGroupLength
    }

    /// Whether an attribute within a functional group or among the unassigned ones stays behind: as at the top level; and
    /// Specific Character Set, which holds for the whole data set.
    static func containsNested(_ tag: Tag) -> Bool {
        tag == .specificCharacterSet || contains(tag)
    }
}
