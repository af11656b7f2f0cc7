internal import DICOM

/// Attributes of the classic MR Image Module (PS3.3 C.8.3.1) that Enhanced MR says in other words (digest 2.5). Those that
/// both have under one name are at the top level already.
enum MRAttributes {
    /// - Parameters:
    ///   - echoTimes: the distinct Effective Echo Times of all frames, ascending.
    ///   - temporalPositions: how many temporal positions the frames have; 0 if that is not stated.
    static func derive(in attributes: inout DataSetBuilder, echoTimes: [Double], temporalPositions: Int) {
        completeCodes(.scanningSequence, scanningSequence(attributes), in: &attributes)
        completeCodes(.sequenceVariant, sequenceVariant(attributes), in: &attributes)
        completeCodes(.scanOptions, scanOptions(attributes), in: &attributes)
        if let type = attributes.string(.mrAcquisitionType), !["2D", "3D"].contains(type) {
            attributes.setEmpty(.mrAcquisitionType)
        }
        deriveTimes(in: &attributes, echoTimes: echoTimes)
        deriveGeometry(in: &attributes)
        if temporalPositions > 0, !attributes.hasValue(.numberOfTemporalPositions) {
            attributes.set(.numberOfTemporalPositions, temporalPositions)
        }
        deriveEquipment(in: &attributes)
        if let gradient = attributes.items(.diffusionGradientDirectionSequence).first?[.diffusionGradientOrientation] {
            attributes.copy(gradient)
        }
        if attributes.string(.timeOfFlightContrast) != nil || attributes.string(.phaseContrast) != nil {
            let isAngiography = [Tag.timeOfFlightContrast, .phaseContrast].contains { attributes.string($0) == "YES" }
            attributes.complete(.angioFlag, isAngiography ? "Y" : "N")
        }
    }

    private static func completeCodes(_ tag: Tag, _ codes: [String], in attributes: inout DataSetBuilder) {
        guard !attributes.hasValue(tag), !codes.isEmpty else { return }
        attributes.set(tag, codes)
    }

    // MARK: Pulse sequence

    /// Scanning Sequence (0018,0020): RM, research mode, where nothing is known.
    private static func scanningSequence(_ attributes: DataSetBuilder) -> [String] {
        var codes: [String] = []
        switch attributes.string(.echoPulseSequence) {
        case "SPIN": codes = ["SE"]
        case "GRADIENT": codes = ["GR"]
        case "BOTH": codes = ["SE", "GR"]
        default: break
        }
        if attributes.string(.inversionRecovery) == "YES" { codes.append("IR") }
        if attributes.string(.echoPlanarPulseSequence) == "YES" { codes.append("EP") }
        return codes.isEmpty ? ["RM"] : codes
    }

    /// Sequence Variant (0018,0021).
    private static func sequenceVariant(_ attributes: DataSetBuilder) -> [String] {
        func isOther(_ tag: Tag, than none: String) -> Bool {
            attributes.string(tag).map { $0 != none } ?? false
        }
        var codes: [String] = []
        if isOther(.segmentedKSpaceTraversal, than: "SINGLE") { codes.append("SK") }
        if isOther(.magnetizationTransfer, than: "NONE") { codes.append("MTC") }
        switch attributes.string(.steadyStatePulseSequence) {
        case "TIME_REVERSED": codes.append("TRSS")
        // Of the longitudinal magnetisation alone: what scanners that write both forms call SP, not SS.
        case "NONE", "LONGITUDINAL", nil: break
        default: codes.append("SS")
        }
        if isOther(.spoiling, than: "NONE") { codes.append("SP") }
        let isPreparedByInversion =
            attributes.string(.inversionRecovery) == "YES"
            && ["GRADIENT", "BOTH"].contains(attributes.string(.echoPulseSequence))
        if attributes.string(.t2Preparation) == "YES" || isPreparedByInversion { codes.append("MP") }
        if isOther(.oversamplingPhase, than: "NONE") { codes.append("OSP") }
        return codes.isEmpty ? ["NONE"] : codes
    }

    /// Scan Options (0018,0022).
    private static func scanOptions(_ attributes: DataSetBuilder) -> [String] {
        func isUsed(_ tag: Tag) -> Bool {
            attributes.string(tag).map { $0 != "NONE" && $0 != "NO" } ?? false
        }
        var codes: [String] = []
        if let order = attributes.string(.rectilinearPhaseEncodeReordering), order != "LINEAR" { codes.append("PER") }
        if isUsed(.respiratoryMotionCompensationTechnique) { codes.append("RG") }
        if isUsed(.cardiacSynchronizationTechnique) {
            codes.append(attributes.string(.cardiacSignalSource) == "PP" ? "PPG" : "CG")
        }
        if isUsed(.flowCompensation) { codes.append("FC") }
        if attributes.string(.partialFourier) == "YES" {
            let direction = attributes.string(.partialFourierDirection)
            if direction == "FREQUENCY" || direction == "COMBINATION" { codes.append("PFF") }
            if direction == "PHASE" || direction == "COMBINATION" { codes.append("PFP") }
        }
        if isUsed(.spatialPresaturation) { codes.append("SP") }
        if attributes.string(.spectrallySelectedSuppression)?.hasPrefix("FAT") ?? false { codes.append("FS") }
        return codes
    }

    // MARK: Times and geometry

    private static func deriveTimes(in attributes: inout DataSetBuilder, echoTimes: [Double]) {
        // Zero stands for "none", as in maps computed from several echoes: then Echo Time has no value.
        if let echoTime = attributes.double(.effectiveEchoTime) {
            if echoTime > 0, echoTime.isFinite {
                attributes.set(.echoTime, [echoTime])
                if let index = echoTimes.firstIndex(of: echoTime), !attributes.hasValue(.echoNumbers) {
                    attributes.set(.echoNumbers, index + 1)
                }
            } else {
                attributes.setEmpty(.echoTime)
            }
        }
        // Some writers give a time where nothing is inverted, which classic forbids.
        if !attributes.strings(.scanningSequence).contains("IR") {
            attributes.remove(.inversionTime)
        } else if let inversionTime = attributes.double(.inversionTimes), inversionTime.isFinite {
            attributes.set(.inversionTime, [inversionTime])
        }
    }

    private static func deriveGeometry(in attributes: inout DataSetBuilder) {
        let frequencySteps = attributes.double(.mrAcquisitionFrequencyEncodingSteps)
        let phaseSteps = attributes.double(.mrAcquisitionPhaseEncodingStepsInPlane)
        if let phaseSteps, !attributes.hasValue(.numberOfPhaseEncodingSteps) {
            attributes.set(.numberOfPhaseEncodingSteps, rounding: phaseSteps)
        }
        // The terms differ: COLUMN in Enhanced MR, COL in classic.
        let direction = attributes.string(.inPlanePhaseEncodingDirection)
        switch direction {
        case "COLUMN": attributes.set(.inPlanePhaseEncodingDirection, "COL")
        case "ROW", "COL", nil: break
        default: attributes.remove(.inPlanePhaseEncodingDirection)
        }
        guard let frequencySteps, let phaseSteps, !attributes.hasValue(.acquisitionMatrix) else { return }
        guard let frequency = UInt16(exactly: frequencySteps), let phase = UInt16(exactly: phaseSteps) else { return }
        // Frequency rows, frequency columns, phase rows, phase columns.
        switch direction {
        case "COLUMN", "COL": attributes.set(.acquisitionMatrix, [Int(frequency), 0, 0, Int(phase)])
        case "ROW": attributes.set(.acquisitionMatrix, [0, Int(frequency), Int(phase), 0])
        default: break
        }
    }

    // MARK: Equipment

    private static func deriveEquipment(in attributes: inout DataSetBuilder) {
        attributes.complete(.imagingFrequency, attributes.double(.transmitterFrequency))
        if let nucleus = attributes.element(.resonantNucleus), !nucleus.isEmpty, !attributes.hasValue(.imagedNucleus) {
            attributes.set(.imagedNucleus, textOf: nucleus)
        }
        if let name = attributes.element(.pulseSequenceName), !name.isEmpty, !attributes.hasValue(.sequenceName) {
            attributes.set(.sequenceName, textOf: name)
        }
        let absorption = attributes.items(.specificAbsorptionRateSequence).first?.double(.specificAbsorptionRateValue)
        attributes.complete(.sar, absorption ?? attributes.double(.specificAbsorptionRateValue))
        if attributes.string(.gradientOutputType) == "DB_DT" {
            attributes.complete(.dBdt, attributes.double(.gradientOutput))
        }
    }
}
