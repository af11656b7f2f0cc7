internal import DICOM

/// What classic attributes of one frame need to know of all others, gathered in one pass.
struct FrameSurvey {
    /// The distinct Effective Echo Times, ascending.
    private(set) var echoTimes: [Double] = []
    /// The highest Temporal Position Index; 0 if there is none.
    private(set) var temporalPositions = 0
    /// By frameIndex.
    private(set) var places: [PETSeriesIndices.Place] = []

    /// - Parameter members: the data sets that make up the image: one, or the members of a concatenation in order.
    init(_ members: [DataSet]) {
        var distinct: Set<Double> = []
        for member in members {
            add(
                member.items(.perFrameFunctionalGroupsSequence),
                shared: member.firstItem(.sharedFunctionalGroupsSequence), &distinct)
        }
        echoTimes = distinct.sorted()
    }

    private mutating func add(_ perFrame: [DataSet], shared: DataSet?, _ distinct: inout Set<Double>) {
        places.reserveCapacity(places.count + perFrame.count)
        for frame in perFrame {
            func number(_ tag: Tag, _ macro: Tag) -> Double? {
                (frame.firstItem(macro) ?? shared?.firstItem(macro))?.double(tag)
            }
            if let echoTime = number(.effectiveEchoTime, .mrEchoSequence), echoTime > 0, echoTime.isFinite {
                distinct.insert(echoTime)
            }
            let temporalPosition = number(.temporalPositionIndex, .frameContentSequence)
            if let temporalPosition, let index = Int(exactly: temporalPosition) {
                temporalPositions = max(temporalPositions, index)
            }
            let cardiac = frame.firstItem(.cardiacSynchronizationSequence)
            let respiratory = frame.firstItem(.respiratorySynchronizationSequence)
            places.append(
                PETSeriesIndices.Place(
                    position: Self.position(frame, shared), temporalPosition: temporalPosition,
                    triggerDelay: cardiac?.double(.nominalCardiacTriggerDelayTime)
                        ?? respiratory?.double(.nominalRespiratoryTriggerDelayTime),
                    rrInterval: cardiac?.double(.rrIntervalTimeNominal),
                    table: number(.tablePosition, .petPositionSequence)))
        }
    }

    /// The position of the plane along its normal, in mm.
    private static func position(_ frame: DataSet, _ shared: DataSet?) -> Double? {
        func numbers(_ tag: Tag, _ macro: Tag) -> [Double] {
            (frame.firstItem(macro) ?? shared?.firstItem(macro))?.doubles(tag) ?? []
        }
        let position = numbers(.imagePositionPatient, .planePositionSequence)
        let axes = numbers(.imageOrientationPatient, .planeOrientationSequence)
        guard position.count == 3, axes.count == 6 else { return nil }
        let distance =
            position[0] * (axes[1] * axes[5] - axes[2] * axes[4])
            + position[1] * (axes[2] * axes[3] - axes[0] * axes[5])
            + position[2] * (axes[0] * axes[4] - axes[1] * axes[3])
        return distance.isFinite ? distance : nil
    }

    /// Whether a cardiac or respiratory technique is stated (PS3.3 C.7.6.18).
    static func isGated(_ dataSet: DataSet) -> Bool {
        [Tag.cardiacSynchronizationTechnique, .respiratoryMotionCompensationTechnique].contains { tag in
            dataSet.string(tag).map { $0 != "NONE" } ?? false
        }
    }
}
