extension EncapsulatedPixelData {
    /// Which fragments make up each frame (PS3.5 A.4): by frameIndex, counted from 0, a range of indices into `fragments`.
    /// Nil where it cannot be told.
    ///
    /// - Parameter extendedOffsets: the values of Extended Offset Table (7FE0,0001), empty if there is none.
    public func fragmentsOfFrames(
        numberOfFrames: Int, transferSyntax: TransferSyntax, extendedOffsets: [UInt64]
    ) -> [Range<Int>]? {
        guard numberOfFrames > 0, fragments.count >= numberOfFrames, isComplete else { return nil }
        if transferSyntax.frameEncoding == .oneFragmentPerFrame {
            return fragments.count == numberOfFrames ? fragments.indices.map { $0..<$0 + 1 } : nil
        }
        // Each frame is a codestream of its own, and each begins a fragment: whatever a table says must agree with them. (A
        // later fragment of JPEG 2000 may look like a beginning, one in 65536: better not told apart than cut wrongly.)
        let starts = fragments.indices.filter { fragments[$0].startsCodestream }
        guard starts.count == numberOfFrames, starts.first == 0 else { return nil }
        if fragments.count > numberOfFrames, numberOfFrames > 1 {
            if extendedOffsets.count == numberOfFrames {
                guard self.starts(at: extendedOffsets) == starts else { return nil }
            } else if basicOffsetTable.count == numberOfFrames {
                guard self.starts(at: basicOffsetTable.map(UInt64.init)) == starts else { return nil }
            }
        }
        return ranges(beginningAt: starts)
    }

    /// The fragments at `offsets`; nil if there is none at one of them.
    private func starts(at offsets: [UInt64]) -> [Int]? {
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
        return starts
    }

    private func ranges(beginningAt starts: [Int]) -> [Range<Int>] {
        starts.indices.map { starts[$0]..<($0 + 1 < starts.count ? starts[$0 + 1] : fragments.count) }
    }
}
