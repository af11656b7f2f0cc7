/// Frames of one multi-frame instance: ascending, each once (PS3.4 Y.3.2). However a list was written, the same frames are the
/// same list, and make the same instance.
public struct FrameList: Hashable, Sendable {
    /// Count from 1.
    public let frameNumbers: [Int]

    /// Nil for no frame at all, or one below 1.
    public init?(_ frameNumbers: some Sequence<Int>) {
        var numbers = Array(frameNumbers)
        if zip(numbers, numbers.dropFirst()).contains(where: { $0 >= $1 }) {
            numbers = Set(numbers).sorted()
        }
        guard let first = numbers.first, first >= 1 else { return nil }
        self.frameNumbers = numbers
    }

    public var count: Int { frameNumbers.count }
    public var last: Int { frameNumbers.last ?? 0 }

    /// From each frame to the next, if that is the same everywhere; 1 for a single frame.
    var step: Int? {
        guard count > 1 else { return 1 }
        let step = frameNumbers[1] - frameNumbers[0]
        return zip(frameNumbers, frameNumbers.dropFirst()).allSatisfy { $1 - $0 == step } ? step : nil
    }

    /// As Calculated Frame List (0008,1162) has it: first, last and increment of each run, runs as long as they go.
    var calculated: [Int] {
        var triplets: [Int] = []
        var start = 0
        while start < count {
            guard start + 1 < count else {
                triplets += [frameNumbers[start], frameNumbers[start], 1]
                break
            }
            let increment = frameNumbers[start + 1] - frameNumbers[start]
            var end = start + 1
            while end + 1 < count, frameNumbers[end + 1] - frameNumbers[end] == increment { end += 1 }
            triplets += [frameNumbers[start], frameNumbers[end], increment]
            start = end + 1
        }
        return triplets
    }
}

/// Which of an instance's frames are taken, and where each comes to stand.
struct FrameSubset {
    let list: FrameList
    /// Frames of the instance they are taken from.
    let numberOfFrames: Int

    var isWhole: Bool { list.count == numberOfFrames }

    /// The number that a frame gets, counted from 1 as the old one; nil if it is not taken.
    func newNumber(of frameNumber: Int) -> Int? {
        let index = position(of: frameNumber)
        return index < list.count && list.frameNumbers[index] == frameNumber ? index + 1 : nil
    }

    /// The new numbers of the frames from one to another that are taken; nil if none is.
    func newRange(from first: Int, to last: Int) -> ClosedRange<Int>? {
        let start = position(of: first)
        let end = position(of: last + 1)
        return start < end ? start + 1...end : nil
    }

    /// How many of the frames taken come before `frameNumber`.
    private func position(of frameNumber: Int) -> Int {
        var low = 0
        var high = list.count
        while low < high {
            let middle = (low + high) / 2
            if list.frameNumbers[middle] < frameNumber { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
