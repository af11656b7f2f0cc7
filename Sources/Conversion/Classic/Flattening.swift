internal import DICOM

/// Brings the attributes of functional groups to the top level (digest C-4, C-6).
enum Flattening {
    /// Macros of the standard whose one item describes the frame as a whole. Others, and these with several items, have no
    /// place at the top level and stay sequences.
    private static let macros: Set<Tag> = [
        .pixelMeasuresSequence, .frameContentSequence, .planePositionSequence, .planeOrientationSequence,
        .frameAnatomySequence, .frameVOILUTSequence, .pixelValueTransformationSequence,
        .irradiationEventIdentificationSequence, .cardiacSynchronizationSequence, .respiratorySynchronizationSequence,
        .temporalPositionSequence, .frameDisplayShutterSequence, .patientOrientationInFrameSequence,
        // CT
        .ctImageFrameTypeSequence, .ctAcquisitionTypeSequence, .ctAcquisitionDetailsSequence, .ctTableDynamicsSequence,
        .ctPositionSequence, .ctGeometrySequence, .ctReconstructionSequence, .ctExposureSequence,
        .ctxRayDetailsSequence,
        // MR
        .mrImageFrameTypeSequence, .mrTimingAndRelatedParametersSequence, .mrfovGeometrySequence, .mrEchoSequence,
        .mrModifierSequence, .mrImagingModifierSequence, .mrReceiveCoilSequence, .mrTransmitCoilSequence,
        .mrDiffusionSequence, .mrAveragesSequence, .mrSpatialSaturationSequence, .mrMetaboliteMapSequence,
        .mrVelocityEncodingSequence, .functionalMRSequence,
        // PET
        .petFrameTypeSequence, .petFrameAcquisitionSequence, .petDetectorMotionDetailsSequence, .petPositionSequence,
        .petTableDynamicsSequence, .petFrameCorrectionFactorsSequence, .radiopharmaceuticalUsageSequence,
        .petReconstructionSequence,
    ]

    /// Adds the contents of one item of the Shared or Per-Frame Functional Groups Sequence.
    ///
    /// Private groups stay sequences, and private elements never reach standard attributes: Philips repeats half the image
    /// in (2005,xx0F), with other positions.
    static func merge(_ groups: DataSet, into attributes: inout DataSetBuilder, where isTaken: (Tag) -> Bool) {
        for element in groups where !element.tag.isPrivate && !ExcludedAttributes.containsNested(element.tag) {
            merge(element, into: &attributes, where: isTaken)
        }
        attributes.merge(groups, unitesPrivateSequences: true) { _ in false }
    }

    private static func merge(
        _ element: Element, into attributes: inout DataSetBuilder, where isTaken: (Tag) -> Bool
    ) {
        let tag = element.tag
        guard element.isSequence else {
            // An attribute outside of any macro, against the standard: kept where nothing better is known.
            if isTaken(tag), !attributes.contains(tag) { attributes.copy(element) }
            return
        }
        // A macro without items says only that other frames have some (E-15).
        if element.itemCount == 0, tag == .referencedImageSequence || tag == .derivationImageSequence { return }
        if tag == .derivationImageSequence {
            mergeDerivations(element, into: &attributes, where: isTaken)
        } else if tag == .irradiationEventIdentificationSequence, element.itemCount > 1 {
            let uids = element.items.flatMap { $0.strings(.irradiationEventUID) }
            if isTaken(.irradiationEventUID) { attributes.set(.irradiationEventUID, uids) }
        } else if macros.contains(tag), element.itemCount < 2 {
            guard let item = element.items.first else { return }
            attributes.merge(item) { isTaken($0.tag) && !ExcludedAttributes.containsNested($0.tag) }
        } else if isTaken(tag) {
            attributes.copy(element)
        }
    }

    /// Derivation Image Sequence. Several derivations stay a sequence, which alone tells what each was made from (C-6); beside it
    /// stands what classic images have one place for: the images of all, and the codes of all in their order, for successive steps
    /// (PS3.3 C.12.4); as text the description of the last (digest 2.5).
    private static func mergeDerivations(
        _ element: Element, into attributes: inout DataSetBuilder, where isTaken: (Tag) -> Bool
    ) {
        let derivations = element.items
        if derivations.count == 1, let only = derivations.first {
            attributes.merge(only) { isTaken($0.tag) && !ExcludedAttributes.containsNested($0.tag) }
            return
        }
        // Of an instance of our own making the sources' are in Unassigned, the sequence too.
        guard isTaken(.derivationImageSequence) else { return }
        attributes.copy(element)
        for tag in [Tag.sourceImageSequence, .derivationCodeSequence] {
            let items = derivations.flatMap { $0.items(tag) }
            if !items.isEmpty { attributes.set(tag, items: items.map { DataSetBuilder(copying: $0) }) }
        }
        if let last = derivations.last { attributes.copy(.derivationDescription, from: last) }
    }
}
