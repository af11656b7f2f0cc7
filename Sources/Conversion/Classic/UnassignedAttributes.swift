internal import DICOM

/// The originals of classic attributes that a Legacy Converted Enhanced instance carries in Unassigned Shared (0020,9170)
/// and Unassigned Per-Frame Converted Attributes Sequence (0020,9171).
enum UnassignedAttributes {
    /// Adds the originals over what functional groups and top level say (digest C-5 with the exceptions of X-4).
    ///
    /// - Parameters:
    ///   - item: the item of either sequence.
    ///   - isOwn: true if this software wrote the instance; then all that conversion changed is given back.
    ///   - notes: gains a reason for each top-level value that stands against a different original.
    static func merge(
        _ item: DataSet, into attributes: inout DataSetBuilder, isOwn: Bool, notes: inout [ConversionReason]
    ) {
        var differing: [Tag] = []
        let present = attributes
        let pixelsMayDiffer = !isOwn && hasOtherPixels(item, than: present)
        attributes.merge(item) { original in
            let tag = original.tag
            // The icon here is the frame's own.
            if ExcludedAttributes.containsNested(tag), tag != .iconImageSequence { return false }
            if isPatientOrStudy(tag), present.hasValue(tag) {
                if !hasSameValue(present, original) { differing.append(tag) }
                return false
            }
            if tag == .lossyImageCompression, present.string(tag) == "01" { return false }
            if isOwn { return true }
            if describesPixelLayout(tag) { return false }
            if describesStoredValues(tag) { return !present.hasValue(tag) }
            if tag == .smallestImagePixelValue || tag == .largestImagePixelValue { return !pixelsMayDiffer }
            return true
        }
        for tag in differing { notes.append(ConversionReason(.differingTopLevelValue, tag: tag)) }
    }

    private static func hasSameValue(_ attributes: DataSetBuilder, _ original: Element) -> Bool {
        attributes.element(original.tag)?.hasSameValue(as: original) ?? false
    }

    /// Patient, Study and Clinical Trial attributes and de-identification flags: who changed them at the top level, as
    /// de-identification does, meant all of the instance.
    private static func isPatientOrStudy(_ tag: Tag) -> Bool {
        tag.group == 0x0010 || tag.group == 0x0012 || studyTags.contains(tag)
    }

    private static let studyTags: Set<Tag> = [
        .studyInstanceUID, .studyDate, .studyTime, .accessionNumber, .issuerOfAccessionNumberSequence,
        .referringPhysicianName, .referringPhysicianIdentificationSequence, .consultingPhysicianName,
        .consultingPhysicianIdentificationSequence, .studyDescription, .procedureCodeSequence, .physiciansOfRecord,
        .physiciansOfRecordIdentificationSequence, .nameOfPhysiciansReadingStudy,
        .physiciansReadingStudyIdentificationSequence, .admittingDiagnosesDescription,
        .admittingDiagnosesCodeSequence, .referencedStudySequence, .studyID, .requestingService,
        .longitudinalTemporalInformationModified, .burnedInAnnotation, .recognizableVisualFeatures,
    ]

    /// How pixels are laid out, which only the instance at hand can know of its own Pixel Data.
    private static func describesPixelLayout(_ tag: Tag) -> Bool {
        switch tag {
        case .samplesPerPixel, .photometricInterpretation, .planarConfiguration, .rows, .columns, .bitsAllocated,
            .bitsStored, .highBit, .pixelRepresentation:
            true
        default: (0x0028_1101...0x0028_1223).contains(tag.rawValue)  // palettes
        }
    }

    /// What stored values mean: the instance's own word stands where it has one.
    private static func describesStoredValues(_ tag: Tag) -> Bool {
        switch tag {
        case .pixelPaddingValue, .pixelPaddingRangeLimit, .rescaleIntercept, .rescaleSlope, .rescaleType, .windowCenter,
            .windowWidth, .windowCenterWidthExplanation, .voilutFunction, .voilutSequence, .modalityLUTSequence,
            .realWorldValueMappingSequence:
            true
        default: false
        }
    }

    /// Whether the originals had other pixels than the converted instance has.
    private static func hasOtherPixels(_ item: DataSet, than attributes: DataSetBuilder) -> Bool {
        [Tag.bitsStored, .highBit, .pixelRepresentation, .photometricInterpretation].contains { tag in
            item[tag].map { !hasSameValue(attributes, $0) } ?? false
        }
    }
}
