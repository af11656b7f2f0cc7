internal import DICOM

/// Attributes of the classic PET Series, Isotope and Image Modules (PS3.3 C.8.9) that Enhanced PET says in other words
/// (digest 2.5). Those that both have under one name are at the top level already.
enum PETAttributes {
    /// - Parameters:
    ///   - indices: the array that all frames form.
    ///   - frameIndex: from 0.
    ///   - notes: gains what a reader should know of.
    static func derive(
        in attributes: inout DataSetBuilder, indices: PETSeriesIndices, frameIndex: Int, _ times: AcquisitionTimes,
        notes: inout [ConversionReason]
    ) {
        deriveSeries(in: &attributes, indices: indices, frameIndex: frameIndex)
        if !attributes.hasValue(.correctedImage) { attributes.set(.correctedImage, correctedImage(attributes)) }
        deriveTimes(in: &attributes, times)
        deriveDecayCorrection(in: &attributes, times)
        deriveIsotope(in: &attributes, times)
        removeTableDirection(in: &attributes, notes: &notes)
    }

    /// Slice Progression Direction (0054,0500) of an Enhanced image may say how the table moved; the classic attribute knows
    /// only the directions along a heart (PS3.3 C.8.9.4), so such a value cannot be taken over into a valid instance (G-2).
    private static func removeTableDirection(in attributes: inout DataSetBuilder, notes: inout [ConversionReason]) {
        guard let direction = attributes.string(.sliceProgressionDirection),
            direction != "APEX_TO_BASE", direction != "BASE_TO_APEX"
        else { return }
        attributes.remove(.sliceProgressionDirection)
        notes.append(ConversionReason(.unsupportedValue, tag: .sliceProgressionDirection, direction))
    }

    // MARK: Series

    private static func deriveSeries(in attributes: inout DataSetBuilder, indices: PETSeriesIndices, frameIndex: Int) {
        // One without the others would describe another array.
        guard !attributes.hasValue(.seriesType), !attributes.hasValue(.imageIndex) else { return }
        attributes.set(.seriesType, [indices.type.rawValue, "IMAGE"])
        attributes.set(.numberOfSlices, indices.numberOfSlices)
        // Image Index is a 16-bit number; without a valid one there is no classic instance.
        if indices.imageIndices.indices.contains(frameIndex), (1...0xFFFF).contains(indices.imageIndices[frameIndex]) {
            attributes.set(.imageIndex, indices.imageIndices[frameIndex])
        }
        switch indices.type {
        case .dynamic: attributes.set(.numberOfTimeSlices, indices.numberOfTimeSlices)
        case .gated:
            attributes.set(.numberOfTimeSlots, indices.numberOfTimeSlots)
            attributes.set(.numberOfRRIntervals, indices.numberOfRRIntervals)
            deriveGating(in: &attributes, timeSlots: indices.numberOfTimeSlots)
        case .wholeBody, .static: break
        }
    }

    /// PET Multi-gated Acquisition Module (PS3.3 C.8.9.3) and the times of a gated image.
    private static func deriveGating(in attributes: inout DataSetBuilder, timeSlots: Int) {
        if !attributes.hasValue(.beatRejectionFlag) {
            switch attributes.string(.cardiacBeatRejectionTechnique) {
            case "NONE": attributes.set(.beatRejectionFlag, "N")
            case nil: attributes.setEmpty(.beatRejectionFlag)
            default: attributes.set(.beatRejectionFlag, "Y")
            }
        }
        attributes.complete(.triggerTime, attributes.double(.nominalRespiratoryTriggerDelayTime))
        let interval = attributes.double(.rrIntervalTimeNominal) ?? attributes.double(.respiratoryIntervalTime)
        if let interval, timeSlots > 0 { attributes.complete(.frameTime, interval / Double(timeSlots)) }
    }

    /// Corrected Image (0028,0051): one term for each correction that was made.
    private static func correctedImage(_ attributes: DataSetBuilder) -> [String] {
        let terms: [(Tag, String)] = [
            (.decayCorrected, "DECY"), (.attenuationCorrected, "ATTN"), (.scatterCorrected, "SCAT"),
            (.deadTimeCorrected, "DTIM"), (.gantryMotionCorrected, "MOTN"), (.patientMotionCorrected, "PMOT"),
            (.countLossNormalizationCorrected, "CLN"), (.randomsCorrected, "RAN"),
            (.nonUniformRadialSamplingCorrected, "RADL"), (.sensitivityCalibrated, "DCAL"),
            (.detectorNormalizationCorrection, "NORM"),
        ]
        return terms.filter { attributes.string($0.0) == "YES" }.map(\.1)
    }

    // MARK: Times

    /// Series Date and Time are the zero of Frame Reference Time (PS3.3 C.8.9.1.1.2, G-7): one for all frames.
    private static func deriveTimes(in attributes: inout DataSetBuilder, _ times: AcquisitionTimes) {
        if !attributes.hasValue(.seriesDate) || !attributes.hasValue(.seriesTime), let start = times.earliest {
            attributes.set(.seriesDate, start.date)
            attributes.set(.seriesTime, start.time)
        }
        let duration = attributes.double(.frameAcquisitionDuration)
        if let duration, !attributes.hasValue(.actualFrameDuration) {
            attributes.set(.actualFrameDuration, rounding: duration)
        }
        guard !attributes.hasValue(.frameReferenceTime) else { return }
        if let reference = millisecondsSinceSeries(.frameReferenceDateTime, in: attributes) {
            attributes.complete(.frameReferenceTime, reference)
        } else if let start = millisecondsSinceSeries(.frameAcquisitionDateTime, in: attributes) {
            // Not stated: the middle of the frame.
            attributes.complete(.frameReferenceTime, start + (duration ?? 0) / 2)
        }
    }

    /// From Series Date and Time to the DT value of `tag`.
    private static func millisecondsSinceSeries(_ tag: Tag, in attributes: DataSetBuilder) -> Double? {
        guard let value = attributes.string(tag).flatMap({ DateTimeValue($0) }), value.time != nil else { return nil }
        return millisecondsSinceSeries(value, in: attributes)
    }

    private static func millisecondsSinceSeries(_ value: DateTimeValue, in attributes: DataSetBuilder) -> Double? {
        guard let date = attributes.string(.seriesDate).flatMap({ DateValue($0) }),
            let time = attributes.string(.seriesTime).flatMap({ TimeValue($0) }),
            let zero = DateTimeValue(date: date, time: time)
        else { return nil }
        // A series time without an offset is in the same local time.
        let zone = attributes.string(.timezoneOffsetFromUTC).flatMap { DateTimeValue("20000101000000" + $0) }?.offset
        let offset = zone ?? value.offset ?? 0
        let difference =
            value.microsecondsSince1970(defaultOffset: offset) - zero.microsecondsSince1970(defaultOffset: offset)
        return Double(difference) / 1000
    }

    /// Decay Correction (0054,1102): to which time values were corrected. Classic images know the start of the acquisition and the
    /// administration alone; called either, values corrected to another time would be wrong by the decay in between.
    private static func deriveDecayCorrection(in attributes: inout DataSetBuilder, _ times: AcquisitionTimes) {
        guard !attributes.hasValue(.decayCorrection) else { return }
        switch attributes.string(.decayCorrected) {
        case "NO": attributes.set(.decayCorrection, "NONE")
        case "YES":
            guard let corrected = millisecondsSinceSeries(.decayCorrectionDateTime, in: attributes) else { return }
            let administration = attributes.items(.radiopharmaceuticalInformationSequence).first?
                .string(.radiopharmaceuticalStartDateTime).flatMap { DateTimeValue($0) }
                .flatMap { millisecondsSinceSeries($0, in: attributes) }
            let acquisition = times.earliest.flatMap { DateTimeValue($0.date + $0.time) }
                .flatMap { millisecondsSinceSeries($0, in: attributes) }
            if let administration, isSame(corrected, administration) {
                attributes.set(.decayCorrection, "ADMIN")
            } else if isSame(corrected, 0) || acquisition.map({ isSame(corrected, $0) }) ?? false {
                attributes.set(.decayCorrection, "START")
            }
        default: break
        }
    }

    /// Why there is no Decay Correction, if that is what is `missing`.
    static func unknownDecayCorrection(_ missing: Tag, _ attributes: DataSetBuilder) -> ConversionReason? {
        guard missing == .decayCorrection, attributes.string(.decayCorrected) == "YES" else { return nil }
        guard attributes.hasValue(.decayCorrectionDateTime) else {
            return ConversionReason(.missingAttribute, tag: .decayCorrectionDateTime)
        }
        return ConversionReason(
            .unsupportedValue, tag: .decayCorrectionDateTime,
            "neither the start of the acquisition nor the administration, which is all that classic images can name")
    }

    /// To the second: writers differ in how many of its fractions they write.
    private static func isSame(_ left: Double, _ right: Double) -> Bool { abs(left - right) < 1000 }

    /// Radiopharmaceutical Start Time and Stop Time (0018,1072), (0018,1073) beside their DateTimes.
    private static func deriveIsotope(in attributes: inout DataSetBuilder, _ times: AcquisitionTimes) {
        let items = attributes.items(.radiopharmaceuticalInformationSequence)
        guard !items.isEmpty else { return }
        let completed = items.map { item in
            var item = DataSetBuilder(copying: item)
            for (dateTime, time) in [
                (Tag.radiopharmaceuticalStartDateTime, Tag.radiopharmaceuticalStartTime),
                (.radiopharmaceuticalStopDateTime, .radiopharmaceuticalStopTime),
            ] {
                item.complete(time, item.string(dateTime).flatMap { times.local($0) }?.time)
            }
            return item
        }
        attributes.set(.radiopharmaceuticalInformationSequence, items: completed)
    }
}
