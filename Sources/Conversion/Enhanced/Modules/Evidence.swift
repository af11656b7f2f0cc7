internal import DICOM

/// The evidence sequences of an enhanced image: by Study and Series all instances that its macros refer to (PS3.3 C.8.13.1,
/// Table 10-11; digest X-8).
struct Evidence {
    private struct Series {
        let studyInstanceUID: String
        let seriesInstanceUID: String
        var instances: [(sopClassUID: String, sopInstanceUID: String)]
    }

    private var series: [Series] = []
    private var seen: Set<String> = []
    /// What could not be found, by the target, in the order in which they were met.
    private var unresolved: [(uid: String, first: String, referrers: Set<String>)] = []
    private var unresolvedIndices: [String: Int] = [:]
    private let map: ReferenceMap
    private let studyInstanceUID: String

    /// - Parameter studyInstanceUID: that of the referring instance, for targets of which no Study is known.
    init(_ map: ReferenceMap, studyInstanceUID: String) {
        self.map = map
        self.studyInstanceUID = studyInstanceUID
    }

    /// What could not be found in the archive: which sources name it in `sequence`, and what.
    func notes(of sequence: Tag) -> [ConversionReason] {
        unresolved.map { target in
            let others = target.referrers.count - 1
            let more = others == 0 ? "" : others == 1 ? " and one other slice" : " and \(others) other slices"
            let verb = others == 0 ? "names" : "name"
            return ConversionReason(
                .unresolvedReference, tag: sequence,
                "\(target.first)\(more) \(verb) \(target.uid), which no file of the archive is or lists: "
                    + "it led nowhere as received")
        }
    }

    /// Adds the targets of a sequence of references as it stands in the source of that SOP Instance UID.
    mutating func add(_ references: Element, of source: String) {
        for item in references.items {
            guard let uid = item.string(.referencedSOPInstanceUID) else { continue }
            switch map[uid] {
            case .unchanged(let target), .one(let target): add(target)
            case .frames(let targets):
                let numbers = item.integers(.referencedFrameNumber)
                for (frameIndex, target) in targets.enumerated()
                where numbers.isEmpty || numbers.contains(frameIndex + 1) { add(target) }
            case nil:
                let listing = map.listing(of: uid)
                if listing == nil { addUnresolved(uid, of: source) }
                add(
                    ReferenceMap.Target(
                        sopClassUID: item.string(.referencedSOPClassUID) ?? "", sopInstanceUID: uid,
                        seriesInstanceUID: listing?.seriesInstanceUID
                            ?? Listing.placeholderSeries(for: uid, in: map.view),
                        studyInstanceUID: listing?.studyInstanceUID ?? studyInstanceUID))
            }
        }
    }

    private mutating func addUnresolved(_ uid: String, of source: String) {
        if let known = unresolvedIndices[uid] {
            unresolved[known].referrers.insert(source)
        } else {
            unresolvedIndices[uid] = unresolved.count
            unresolved.append((uid, source, [source]))
        }
    }

    mutating func add(_ target: ReferenceMap.Target) {
        guard seen.insert(target.sopInstanceUID).inserted else { return }
        let index =
            series.firstIndex {
                $0.seriesInstanceUID == target.seriesInstanceUID && $0.studyInstanceUID == target.studyInstanceUID
            } ?? series.count
        if index == series.count {
            series.append(
                Series(
                    studyInstanceUID: target.studyInstanceUID, seriesInstanceUID: target.seriesInstanceUID,
                    instances: []))
        }
        series[index].instances.append((target.sopClassUID, target.sopInstanceUID))
    }

    /// The items of the evidence sequence, one for each Study; none if nothing was added.
    var items: [DataSetBuilder] {
        var studies: [String] = []
        for entry in series where !studies.contains(entry.studyInstanceUID) { studies.append(entry.studyInstanceUID) }
        return studies.map { study in
            var item = DataSetBuilder()
            item.set(.studyInstanceUID, study)
            item.set(
                .referencedSeriesSequence, items: series.filter { $0.studyInstanceUID == study }.map(Self.seriesItem))
            return item
        }
    }

    private static func seriesItem(_ series: Series) -> DataSetBuilder {
        var item = DataSetBuilder()
        item.set(.seriesInstanceUID, series.seriesInstanceUID)
        item.set(
            .referencedSOPSequence,
            items: series.instances.map { instance in
                var reference = DataSetBuilder()
                reference.set(.referencedSOPClassUID, instance.sopClassUID)
                reference.set(.referencedSOPInstanceUID, instance.sopInstanceUID)
                return reference
            })
        return item
    }
}
