import VFS

/// Names of files in `.frames/<instance>/`: `0001.dcm`, or frames as a person writes them: `5-20.dcm`, `1,3,7-9.dcm`,
/// `1-100+10.dcm` (every tenth).
enum FrameListName {
    static let suffix: StaticString = ".dcm"
    static let longest = 255

    /// The frame numbers that `name` says, ascending, each once; nil if it is no list of frames among the first `count`.
    static func frames(_ name: NameBytes, count: Int) -> [Int]? {
        let suffix = suffix.withUTF8Buffer { Array($0) }
        guard name.count > suffix.count, name.count <= longest, name.suffix(suffix.count).elementsEqual(suffix) else {
            return nil
        }
        var numbers: [Int] = []
        for part in name.dropLast(suffix.count).split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false) {
            guard let run = run(part, count: count) else { return nil }
            numbers.append(contentsOf: run)
            // What is said again and again is not worth room without end.
            if numbers.count > 2 * count { numbers = Set(numbers).sorted() }
        }
        return zip(numbers, numbers.dropFirst()).allSatisfy { $0 < $1 } ? numbers : Set(numbers).sorted()
    }

    /// `first`, `first-last` or `first-last+step`.
    private static func run(_ text: Slice<NameBytes>, count: Int) -> StrideThrough<Int>? {
        let bounds = text.split(separator: UInt8(ascii: "-"), maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = number(bounds[0]), (1...max(1, count)).contains(first), first <= count else { return nil }
        guard bounds.count == 2 else { return stride(from: first, through: first, by: 1) }
        let end = bounds[1].split(separator: UInt8(ascii: "+"), maxSplits: 1, omittingEmptySubsequences: false)
        guard let last = number(end[0]), (first...count).contains(last) else { return nil }
        guard end.count == 2 else { return stride(from: first, through: last, by: 1) }
        guard let step = number(end[1]), step >= 1 else { return nil }
        return stride(from: first, through: last, by: step)
    }

    private static func number(_ digits: Slice<NameBytes>) -> Int? {
        guard (1...10).contains(digits.count) else { return nil }
        var number = 0
        for digit in digits {
            guard (0x30...0x39).contains(digit) else { return nil }
            number = number * 10 + Int(digit - 0x30)
        }
        return number
    }

    /// The name under which one of `count` frames is listed: four digits, or as many as the last one has.
    static func name(of frameNumber: Int, count: Int) -> [UInt8] {
        let digits = String(frameNumber)
        let width = max(4, String(count).utf8.count)
        return Array(repeating: 0x30, count: max(0, width - digits.utf8.count)) + digits.utf8
            + suffix.withUTF8Buffer { Array($0) }
    }
}
