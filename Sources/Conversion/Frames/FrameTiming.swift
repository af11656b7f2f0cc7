internal import DICOM

/// When the frames of a cine were taken (PS3.3 C.7.6.5), and how that reads where only some of them are there.
struct FrameTiming: Sendable {
    private let dataSet: DataSet
    /// Milliseconds of each frame from the first; empty if nothing says.
    private let offsets: [Double]
    private let isVector: Bool

    /// The tags that may differ.
    let tags: Set<Tag>

    init(_ dataSet: DataSet, numberOfFrames: Int) {
        self.dataSet = dataSet
        let increments = dataSet.doubles(.frameTimeVector)
        if increments.count == numberOfFrames {
            isVector = true
            var sum = 0.0
            // The first is no increment (C.7.6.5.1.2).
            offsets = increments.indices.map { index in
                if index > 0 { sum += increments[index] }
                return sum
            }
        } else if let frameTime = dataSet.double(.frameTime) {
            isVector = false
            offsets = (0..<numberOfFrames).map { Double($0) * frameTime }
        } else {
            isVector = false
            offsets = []
        }
        var tags: Set<Tag> = []
        for tag in Self.known where dataSet[tag] != nil { tags.insert(tag) }
        if !offsets.isEmpty { tags.formUnion([.frameTimeVector, .frameIncrementPointer]) }
        self.tags = tags
    }

    private static let known: [Tag] = [
        .frameTime, .frameTimeVector, .frameIncrementPointer, .frameDelay, .cineRate, .recommendedDisplayFrameRate,
        .startTrim, .stopTrim,
    ]

    func write(to attributes: inout DataSetBuilder, _ subset: FrameSubset) {
        for tag in Self.known { attributes.copy(tag, from: dataSet) }
        writeTrims(to: &attributes, subset)
        guard !subset.isWhole else { return }
        let frames = subset.list.frameNumbers
        let step = subset.list.step
        if frames.first != 1, dataSet[.frameDelay] != nil {
            if let delay = dataSet.double(.frameDelay), !offsets.isEmpty {
                attributes.set(.frameDelay, delay + offsets[frames[0] - 1])
            } else {
                attributes.remove(.frameDelay)
            }
        }
        // Rates of showing all frames.
        if step != 1 {
            attributes.remove(.cineRate)
            attributes.remove(.recommendedDisplayFrameRate)
        }
        guard !offsets.isEmpty else { return }
        if isVector {
            writeVector(to: &attributes, frames)
        } else if let step, step > 1, let frameTime = dataSet.double(.frameTime) {
            attributes.set(.frameTime, frameTime * Double(step))
        } else if step == nil {
            // No longer regular.
            attributes.remove(.frameTime)
            writeVector(to: &attributes, frames)
            let pointers = (dataSet[.frameIncrementPointer]?.tags ?? []).map {
                $0 == .frameTime ? .frameTimeVector : $0
            }
            if !pointers.isEmpty {
                attributes.set(
                    .frameIncrementPointer, vr: .AT,
                    bytes: pointers.flatMap { tag -> [UInt8] in
                        [tag.group, tag.element].flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] }
                    })
            }
        }
    }

    private func writeVector(to attributes: inout DataSetBuilder, _ frames: [Int]) {
        let isContiguous = isVector && frames.count > 1
        let increments = frames.indices.map { index -> Double in
            index == 0 ? 0 : offsets[frames[index] - 1] - offsets[frames[index - 1] - 1]
        }
        guard isContiguous, let element = dataSet[.frameTimeVector] else {
            attributes.set(.frameTimeVector, increments)
            return
        }
        // The times between neighbors as they are written.
        let texts = element.strings
        let values = frames.indices.map { index -> String in
            let frame = frames[index]
            if index > 0, frame - frames[index - 1] == 1, texts.indices.contains(frame - 1) { return texts[frame - 1] }
            return DecimalString.format(increments[index]) ?? ""
        }
        attributes.set(.frameTimeVector, values)
    }

    private func writeTrims(to attributes: inout DataSetBuilder, _ subset: FrameSubset) {
        guard dataSet[.startTrim] != nil || dataSet[.stopTrim] != nil else { return }
        let first = dataSet.integer(.startTrim) ?? 1
        let last = dataSet.integer(.stopTrim) ?? subset.numberOfFrames
        let range = subset.newRange(from: first, to: last)
        for (tag, number) in [(Tag.startTrim, range?.lowerBound), (.stopTrim, range?.upperBound)]
        where dataSet[tag] != nil {
            if let number { attributes.set(tag, number) } else { attributes.remove(tag) }
        }
    }
}
