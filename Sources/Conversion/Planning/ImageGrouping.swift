/// Which classic images are candidates for one multi-frame instance: alike in all but position, echo, b-value and time
/// (digest section 3).
struct ImageGrouping {
    let summaries: [InstanceSummary]

    /// - Parameter images: indices, ascending by SOP Instance UID; each has `image`.
    /// - Returns: the candidates, each ascending by SOP Instance UID; the order of groups is that of their first members.
    func candidates(among images: [Int]) -> [[Int]] {
        var order: [Key] = []
        var groups: [Key: [Int]] = [:]
        for index in images {
            guard let facts = summaries[index].image else { continue }
            let key = Key(summaries[index], facts)
            if groups[key] == nil { order.append(key) }
            groups[key, default: []].append(index)
        }
        return order.flatMap { splitByOrientation(groups[$0] ?? []) }
            .sorted {
                ($0.first.map { uid($0) } ?? "").utf8.lexicographicallyPrecedes(($1.first.map { uid($0) } ?? "").utf8)
            }
    }

    private func uid(_ index: Int) -> String { summaries[index].sopInstanceUID }

    private struct Key: Hashable {
        let hardKey: UInt128
        let spacing: [Int64]
        let thickness: Int64?
        let texts: [String]
        let bitsStored: Int
        let hasRescale: Bool

        init(_ summary: InstanceSummary, _ facts: ImageFacts) {
            hardKey = summary.hardKey
            spacing = facts.pixelSpacing.map(Self.rounded)
            thickness = facts.sliceThickness.map(Self.rounded)
            texts = [facts.imageType, facts.convolutionKernel, facts.protocolName, facts.receiveCoilName]
            bitsStored = facts.bitsStored
            hasRescale = facts.hasRescale
        }

        /// To a tenth of a micrometre: writers differ in how many digits they write.
        private static func rounded(_ millimetres: Double) -> Int64 {
            Int64(exactly: (millimetres * 1e4).rounded()) ?? 0
        }
    }

    /// Direction cosines that differ by less are one orientation (three significant digits).
    private static let orientationTolerance = 1e-3

    private func splitByOrientation(_ members: [Int]) -> [[Int]] {
        let orientations = members.map { summaries[$0].image?.orientation ?? [] }
        let distinct = Set(orientations).sorted { $0.lexicographicallyPrecedes($1) }
        guard distinct.count > 1 else { return [members] }
        // Comparing all with all would be slow for radial acquisitions, where every image has its own.
        var cluster: [[Double]: Int] = [:]
        var representatives: [[Double]] = []
        for orientation in distinct {
            let near = distinct.count > 2048 ? nil : representatives.firstIndex { Self.isNear($0, orientation) }
            cluster[orientation] = near ?? representatives.count
            if near == nil { representatives.append(orientation) }
        }
        var parts = [[Int]](repeating: [], count: representatives.count)
        for (index, orientation) in zip(members, orientations) {
            parts[cluster[orientation] ?? 0].append(index)
        }
        return parts.filter { !$0.isEmpty }
    }

    private static func isNear(_ left: [Double], _ right: [Double]) -> Bool {
        left.count == right.count && zip(left, right).allSatisfy { abs($0 - $1) < orientationTolerance }
    }
}
