extension GroupAttributes {
    /// How members that fill no grid are parted. Always at least two parts, so that splitting ends.
    ///
    /// What the images state parts them, as far as it does; then the order in which they were made, where it shows volumes. What
    /// volume an image is of is never guessed: an image there twice, or one missing, must not put images of different times
    /// into one volume.
    func split() -> Ranks {
        if positions.hasLayers {
            return Ranks(indices: positions.layers, count: (positions.layers.max() ?? 0) + 1)
        }
        let marks = volumeMarks
        if let copies = copies(marks) { return copies }
        for ranks in [echoes, bValues] + timings where ranks.count > 1 { return ranks }
        let telling = (statedTimes + [directions] + marks).filter { isTelling($0) }
        // What leaves whole grids, and of these the fewest; else what leaves the fewest images of one place together.
        let whole = telling.filter { leavesGrids($0) }
        if let best = whole.min(by: { $0.count < $1.count }) { return best }
        if let best = telling.min(by: { repetitions(within: $0) < repetitions(within: $1) }) { return best }
        if isMostlySingle { return firstAtEachPlace }
        let orders = [order(acquisitionTimes), order(instanceNumbers)]
        for order in orders { if let volumes = order.nthOfEachPlace { return volumes } }
        for order in orders { if let volumes = order.runs { return volumes } }
        return places
    }

    private func leavesGrids(_ ranks: Ranks) -> Bool {
        var parts = [[Int]](repeating: [], count: ranks.count)
        for (member, rank) in ranks.indices.enumerated() { parts[rank].append(member) }
        return parts.allSatisfy { part in
            part.isEmpty || GroupAttributes(part.map { images[$0] }, part.map { summaries[$0] }).grid() != nil
        }
    }

    /// Images that are alike in all that could tell them apart, where that is the exception: the first of each together, the
    /// second, ...
    private func copies(_ marks: [Ranks]) -> Ranks? {
        let attributes = [echoes, bValues] + timings + statedTimes + [directions] + marks
        var classes: [[Int]: [Int]] = [:]
        for member in images.indices {
            classes[[positions.indices[member]] + attributes.map { $0.indices[member] }, default: []].append(member)
        }
        let singles = classes.values.filter { $0.count == 1 }.count
        guard singles < classes.count, singles * 2 > classes.count else { return nil }
        return ordinals(classes.values)
    }

    /// Most places have one image: what other places have more of is no volume.
    private var isMostlySingle: Bool {
        imagesAtPlaces.filter { $0 == 1 }.count * 2 > positions.count
    }

    /// The first image of each place, the second, ...
    private var firstAtEachPlace: Ranks {
        ordinals(Dictionary(grouping: images.indices) { positions.indices[$0] }.values)
    }

    /// Which each member is in its class: by acquisition time, Instance Number, SOP Instance UID.
    private func ordinals(_ classes: some Sequence<[Int]>) -> Ranks {
        let times = acquisitionTimes
        var ordinals = [Int](repeating: 0, count: images.count)
        var most = 1
        for members in classes {
            let sorted = members.sorted {
                (times.indices[$0], summaries[$0].instanceNumber ?? .max, $0)
                    < (times.indices[$1], summaries[$1].instanceNumber ?? .max, $1)
            }
            for (ordinal, member) in sorted.enumerated() { ordinals[member] = ordinal }
            most = max(most, members.count)
        }
        return Ranks(indices: ordinals, count: most)
    }

    /// Places with equally many images, else each place, else each image.
    private var places: Ranks {
        let counts = imagesAtPlaces
        if Set(counts).count > 1 { return Ranks(positions.indices.map { Double(counts[$0]) }) }
        if positions.count > 1 { return Ranks(indices: positions.indices, count: positions.count) }
        return Ranks(indices: Array(images.indices), count: images.count)
    }
}
