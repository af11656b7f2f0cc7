internal import DICOM

/// The attributes at the top level of a multi-frame instance that say something of each of its frames, or name frames of the
/// instance itself by number: how they read where only some of the frames are there (PS3.4 Y.3.3, PS3.17 MM.3).
struct FrameIndexedAttributes: Sendable {
    /// What to do with an attribute.
    private enum Rule: Sendable {
        /// One value for each frame: those of the frames taken.
        case vector
        /// Frame numbers of the image: those that are taken, as they are numbered now.
        case frameNumbers
        /// Values that run beside the frame numbers of another attribute.
        case beside(Tag)
        /// Holds of the whole only: not there if not all frames are taken.
        case whole
        /// As `whole` if it says that frames are arranged regularly (3D, 3D_TEMPORAL). TILED_FULL: `TiledFullFrames`.
        case regular
    }

    /// All that may differ in an extraction, whether it is there or not.
    let tags: Set<Tag>
    private let dataSet: DataSet
    private let rules: [(tag: Tag, rule: Rule)]
    private let timing: FrameTiming
    private let overlays: [MultiFrameOverlay]
    private let gridOffsets: GridFrameOffsets?
    private let nuclear: NuclearVectors

    /// - Throws: `unsupportedValue` where something says of the frames what cannot be said of some of them.
    init(_ dataSet: DataSet, numberOfFrames: Int) throws(ConversionReason) {
        self.dataSet = dataSet
        timing = FrameTiming(dataSet, numberOfFrames: numberOfFrames)
        gridOffsets = GridFrameOffsets(dataSet, numberOfFrames: numberOfFrames)
        nuclear = NuclearVectors(dataSet, numberOfFrames: numberOfFrames)
        overlays = try MultiFrameOverlay.all(in: dataSet)
        var rules = Self.rules
        let known = Set(rules.map(\.tag)).union(timing.tags).union(nuclear.tags).union(
            gridOffsets.map { _ in GridFrameOffsets.tags } ?? [])
        // Whatever frames are counted by has a value for each of them (PS3.3 C.7.6.6.1.2).
        for tag in dataSet[.frameIncrementPointer]?.tags ?? [] where !known.contains(tag) {
            rules.append((tag, .vector))
        }
        self.rules = rules.filter { tag, rule in
            guard let element = dataSet[tag] else { return false }
            guard case .vector = rule else { return true }
            return FrameVector.count(of: element) == numberOfFrames
        }
        var tags = Set(self.rules.map(\.tag)).union(timing.tags).union(nuclear.tags)
        for tag in Self.sequences.keys where dataSet[tag] != nil { tags.insert(tag) }
        if dataSet[.maskSubtractionSequence] != nil { tags.insert(.recommendedViewingMode) }
        if gridOffsets != nil { tags.formUnion(GridFrameOffsets.tags) }
        for overlay in overlays { tags.formUnion(overlay.tags) }
        self.tags = tags
    }

    private static let rules: [(tag: Tag, rule: Rule)] = {
        // Of the multi-frame images of radiography, secondary capture and nuclear medicine (PS3.3 C.8.6.3, C.8.7, C.8.4.8). Where
        // a frame was looked from is counted from the beginning of a rotation, so Angular View Vector stays as it is.
        let vectors: [Tag] = [
            .pageNumberVector, .frameLabelVector, .framePrimaryAngleVector, .frameSecondaryAngleVector,
            .sliceLocationVector, .displayWindowLabelVector, .angularViewVector,
            .positionerPrimaryAngleIncrement, .positionerSecondaryAngleIncrement, .tableVerticalIncrement,
            .tableLateralIncrement, .tableLongitudinalIncrement,
        ]
        let frameNumbers: [Tag] = [
            .representativeFrameNumber, .frameNumbersOfInterest, .maskPointers, .rWavePointer,
            .ivusPullbackStartFrameNumber, .ivusPullbackStopFrameNumber,
        ]
        return vectors.map { ($0, .vector) } + frameNumbers.map { ($0, .frameNumbers) } + [
            (.frameOfInterestDescription, .beside(.frameNumbersOfInterest)),
            (.frameOfInterestType, .beside(.frameNumbersOfInterest)),
            (.smallestImagePixelValue, .whole), (.largestImagePixelValue, .whole), (.effectiveDuration, .whole),
            // A regular arrangement of all frames need not be one of some.
            (.dimensionOrganizationType, .regular),
        ]
    }()

    /// Sequences whose items name frames, and whether they go with the last of their items.
    private static let sequences: [Tag: Bool] = [.maskSubtractionSequence: true, .frameDisplaySequence: true]

    /// The attributes of an extraction, of those in `tags`.
    func attributes(of subset: FrameSubset) throws(ConversionReason) -> DataSetBuilder {
        var attributes = DataSetBuilder()
        for (tag, rule) in rules {
            guard let element = dataSet[tag] else { continue }
            attributes[tag] = content(of: element, rule, subset)
        }
        timing.write(to: &attributes, subset)
        writeSequences(to: &attributes, subset)
        try nuclear.write(to: &attributes, subset)
        gridOffsets?.write(to: &attributes, subset)
        for overlay in overlays { overlay.write(from: dataSet, to: &attributes, subset) }
        return attributes
    }

    private func content(of element: Element, _ rule: Rule, _ subset: FrameSubset) -> DataSetBuilder.Content? {
        switch rule {
        case .whole: return subset.isWhole ? .copied(element) : nil
        case .regular:
            let isRegular = element.string?.hasPrefix("3D") ?? false
            return subset.isWhole || !isRegular ? .copied(element) : nil
        case .vector: return FrameVector.content(of: element, at: subset.list.frameNumbers.map { $0 - 1 })
        case .frameNumbers:
            let numbers = element.integers.compactMap { subset.newNumber(of: $0) }
            guard !numbers.isEmpty else { return nil }
            var value = DataSetBuilder()
            value.set(element.tag, numbers, vr: element.effectiveVR)
            return value[element.tag]
        case .beside(let tag):
            let numbers = dataSet.integers(tag)
            guard numbers.count == FrameVector.count(of: element) else { return nil }
            let kept = numbers.indices.filter { subset.newNumber(of: numbers[$0]) != nil }
            return kept.isEmpty ? nil : FrameVector.content(of: element, at: kept)
        }
    }

    private func writeSequences(to attributes: inout DataSetBuilder, _ subset: FrameSubset) {
        for tag in Self.sequences.keys {
            guard let element = dataSet[tag] else { continue }
            let items = element.items.compactMap { FrameRanges.renumbered($0, subset) }
            if !items.isEmpty || element.items.isEmpty { attributes.set(tag, items: items) }
        }
        // The mode says that frames are subtracted from one another: without masks there is none.
        if let mode = dataSet[.recommendedViewingMode], dataSet[.maskSubtractionSequence] != nil,
            attributes.contains(.maskSubtractionSequence)
        {
            attributes.copy(mode)
        }
    }
}
