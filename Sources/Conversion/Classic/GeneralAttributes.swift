internal import DICOM

/// What classic CT, MR and PET instances have in common that Enhanced ones say in other words (digest 2.5). All of it is
/// derived from attributes that were brought to the top level already.
enum GeneralAttributes {
    /// - Parameter isLegacy: true for a Legacy Converted instance, whose Content Date and Time are those of its sources.
    static func derive(
        in attributes: inout DataSetBuilder, modality: ConversionFamily.Modality, isLegacy: Bool,
        _ times: AcquisitionTimes
    ) {
        if let values = ClassicImageType.values(frameType: attributes.strings(.frameType), modality: modality) {
            attributes.set(.imageType, values)
        }
        deriveTimes(in: &attributes, isLegacy: isLegacy, times)
        if let number = attributes.double(.frameAcquisitionNumber) {
            attributes.set(.acquisitionNumber, rounding: number)
        }
        // Comments on the whole image stay; those on the frame are then under their own name alone.
        if let comments = attributes.element(.frameComments), !comments.isEmpty, !attributes.hasValue(.imageComments) {
            attributes.set(.imageComments, textOf: comments)
        }
        if let laterality = attributes.string(.frameLaterality), ["R", "L", "U", "B"].contains(laterality) {
            attributes.set(.imageLaterality, laterality)
        }
        deriveSynchronization(in: &attributes)
        deriveContrast(in: &attributes)
    }

    /// Acquisition Date, Time and DateTime of the frame; Content Date and Time where the frame's own are not known. A time
    /// zone in the value stays with Acquisition DateTime: DA and TM have no place for one, and are in that of the data set.
    private static func deriveTimes(in attributes: inout DataSetBuilder, isLegacy: Bool, _ times: AcquisitionTimes) {
        attributes.complete(.timezoneOffsetFromUTC, times.zone)
        let frameText = attributes.string(.frameAcquisitionDateTime)
        if let frameText, let acquisition = times.local(frameText) {
            attributes.set(.acquisitionDateTime, frameText)
            attributes.set(.acquisitionDate, acquisition.date)
            if !acquisition.time.isEmpty { attributes.set(.acquisitionTime, acquisition.time) }
            if isLegacy, attributes.hasValue(.contentDate) { return }
            attributes.set(.contentDate, acquisition.date)
            if !acquisition.time.isEmpty { attributes.set(.contentTime, acquisition.time) }
        } else if let text = attributes.string(.acquisitionDateTime), let acquisition = times.local(text) {
            attributes.complete(.acquisitionDate, acquisition.date)
            attributes.complete(.acquisitionTime, acquisition.time)
        }
    }

    /// Cardiac Synchronization and Temporal Position macros.
    private static func deriveSynchronization(in attributes: inout DataSetBuilder) {
        let delay =
            attributes.double(.nominalCardiacTriggerDelayTime) ?? attributes.double(.actualCardiacTriggerDelayTime)
        if let delay, delay.isFinite { attributes.set(.triggerTime, [delay]) }
        if let interval = attributes.double(.rrIntervalTimeNominal) {
            attributes.set(.nominalInterval, rounding: interval)
        }
        if let index = attributes.double(.temporalPositionIndex) {
            attributes.set(.temporalPositionIdentifier, rounding: index)
        }
    }

    /// Contrast/Bolus Agent and Route are text in classic; Enhanced has codes (PS3.3 C.7.6.4, C.7.6.4b).
    private static func deriveContrast(in attributes: inout DataSetBuilder) {
        guard let agent = attributes.items(.contrastBolusAgentSequence).first else { return }
        if !attributes.hasValue(.contrastBolusAgent) {
            if let meaning = agent[.codeMeaning] {
                attributes.set(.contrastBolusAgent, textOf: meaning)
            } else {
                attributes.setEmpty(.contrastBolusAgent)
            }
        }
        let route = agent.firstItem(.contrastBolusAdministrationRouteSequence)?[.codeMeaning]
        if let route, !attributes.hasValue(.contrastBolusRoute) { attributes.set(.contrastBolusRoute, textOf: route) }
        if let volume = agent[.contrastBolusVolume], !attributes.hasValue(.contrastBolusVolume) {
            attributes.copy(volume)
        }
    }
}
