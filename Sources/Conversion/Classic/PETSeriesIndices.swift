internal import DICOM

/// The array that the frames of an Enhanced PET instance form, as a classic PET Series describes it: Series Type
/// (0054,1000), the counts of its dimensions, and the Image Index (0054,1330) of each frame (PS3.3 C.8.9.4.1.9).
struct PETSeriesIndices: Sendable {
    enum SeriesType: String {
        case gated = "GATED"
        case dynamic = "DYNAMIC"
        case wholeBody = "WHOLE BODY"
        case `static` = "STATIC"
    }

    /// Where one frame stands along each dimension; nil where it is not stated.
    struct Place {
        /// In mm along the normal of the plane.
        var position: Double?
        var temporalPosition: Double?
        /// Delay after the trigger in ms.
        var triggerDelay: Double?
        /// R-R interval in ms.
        var rrInterval: Double?
        /// Table position in mm.
        var table: Double?
    }

    let type: SeriesType
    let numberOfSlices: Int
    let numberOfTimeSlices: Int
    let numberOfTimeSlots: Int
    let numberOfRRIntervals: Int
    /// By frameIndex from 0; values from 1.
    let imageIndices: [Int]

    /// - Parameter isGated: true if a cardiac or respiratory technique is stated.
    init(places: [Place], isGated: Bool) {
        let slices = Ranks(places.map { $0.position ?? 0 }, tolerance: 0.01)
        let times = Ranks(places.map { $0.temporalPosition ?? 0 }, tolerance: 0)
        let slots = Ranks(places.map { $0.triggerDelay ?? 0 }, tolerance: 0.001)
        let intervals = Ranks(places.map { $0.rrInterval ?? 0 }, tolerance: 0.001)
        let tables = Ranks(places.map { $0.table ?? 0 }, tolerance: 0.01)
        let (cells, overflow) = times.count.multipliedReportingOverflow(by: slices.count)
        if isGated {
            type = .gated
        } else if times.count > 1, !overflow, cells == places.count {
            type = .dynamic
        } else {
            type = tables.count > 1 || times.count > 1 ? .wholeBody : .static
        }
        numberOfSlices = slices.count
        numberOfTimeSlices = times.count
        numberOfTimeSlots = slots.count
        numberOfRRIntervals = intervals.count
        let type = type
        // Only frames without number could make these overflow; the result would then be no valid index in any case.
        imageIndices = places.indices.map { frame in
            switch type {
            case .gated:
                ((intervals.ranks[frame] &* slots.count &+ slots.ranks[frame]) &* slices.count)
                    &+ slices.ranks[frame] &+ 1
            case .dynamic: times.ranks[frame] &* slices.count &+ slices.ranks[frame] &+ 1
            case .wholeBody, .static: slices.ranks[frame] + 1
            }
        }
    }

    /// Whether the classic Series that the frames of an Enhanced or Legacy Converted PET image make is described by these frames,
    /// rather than by what the image kept of classic ones. Several such images in one Series would each describe their own.
    static func describe(_ dataSet: DataSet) -> Bool {
        let shared = dataSet.firstItem(.sharedFunctionalGroupsSequence)?
            .firstItem(.unassignedSharedConvertedAttributesSequence)
        let unassigned = dataSet.items(.perFrameFunctionalGroupsSequence).map {
            $0.firstItem(.unassignedPerFrameConvertedAttributesSequence)
        }
        let isOwn = shared != nil || unassigned.contains { $0 != nil }
        if isOwn, ContributingEquipment.isLastOurs(dataSet.items(.contributingEquipmentSequence)) { return false }
        return unassigned.contains { frame in
            [Tag.seriesType, .imageIndex].contains { frame?[$0] ?? shared?[$0] ?? dataSet[$0] == nil }
        }
    }

    /// The rank of each of many numbers among the distinct ones, from 0.
    private struct Ranks {
        let ranks: [Int]
        /// How many distinct numbers there are.
        let count: Int

        init(_ numbers: [Double], tolerance: Double) {
            var ranks = [Int](repeating: 0, count: numbers.count)
            var rank = -1
            var last = -Double.infinity
            for index in numbers.indices.sorted(by: { numbers[$0] < numbers[$1] }) {
                if rank < 0 || numbers[index] - last > tolerance {
                    rank += 1
                    last = numbers[index]
                }
                ranks[index] = rank
            }
            self.ranks = ranks
            count = rank + 1
        }
    }
}
