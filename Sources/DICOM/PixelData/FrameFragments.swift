extension EncapsulatedPixelData {
    /// Which fragments make up each frame (PS3.5 A.4): by frameIndex, counted from 0, a range of indices into `fragments`.
    /// Nil where it cannot be told.
    ///
    /// - Parameter extendedOffsets: the values of Extended Offset Table (7FE0,0001), empty if there is none.
    public func fragmentsOfFrames(
        numberOfFrames: Int, transferSyntax: TransferSyntax, extendedOffsets: [UInt64]
    ) -> [Range<Int>]? {
        guard numberOfFrames > 0, fragments.count >= numberOfFrames, isComplete else { return nil }
        if fragments.count == numberOfFrames {
            return fragments.indices.map { $0..<$0 + 1 }
        }
        if transferSyntax.frameEncoding == .oneFragmentPerFrame { return nil }
        if numberOfFrames == 1 { return [0..<fragments.count] }
        if extendedOffsets.count == numberOfFrames { return frames(beginningAt: extendedOffsets) }
        if basicOffsetTable.count == numberOfFrames { return frames(beginningAt: basicOffsetTable.map(UInt64.init)) }
        let starts = fragments.indices.filter { fragments[$0].startsCodestream }
        guard starts.count == numberOfFrames, starts.first == 0 else { return nil }
        return ranges(beginningAt: starts)
    }

    private func frames(beginningAt offsets: [UInt64]) -> [Range<Int>]? {
        guard let base = fragments.first?.offset else { return nil }
        var starts: [Int] = []
        var next = 0
        for offset in offsets {
            // Offsets are those of items; fragments are known by the data behind the item's eight bytes of header.
            while next < fragments.count, fragments[next].offset - base < offset { next += 1 }
            guard next < fragments.count, fragments[next].offset - base == offset else { return nil }
            starts.append(next)
            next += 1
        }
        return starts.first == 0 ? ranges(beginningAt: starts) : nil
    }

    private func ranges(beginningAt starts: [Int]) -> [Range<Int>] {
        starts.indices.map { starts[$0]..<($0 + 1 < starts.count ? starts[$0 + 1] : fragments.count) }
    }
}
