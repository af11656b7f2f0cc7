internal import DICOM

/// An attribute with several values, of which some are taken, each as it is written.
enum FrameVector {
    /// How many values it has.
    static func count(of element: Element) -> Int {
        if element.isEmpty { return 0 }
        if let length = element.effectiveVR.fixedValueLength { return element.length / length }
        return element.withValueBytes { bytes in bytes.count { $0 == separator } + 1 }
    }

    private static let separator = UInt8(ascii: "\\")

    /// The values at these indices, which are below `count`.
    static func content(of element: Element, at indices: [Int]) -> DataSetBuilder.Content {
        let vr = element.effectiveVR
        let bytes = element.valueBytes
        if let length = vr.fixedValueLength {
            var taken: [UInt8] = []
            for index in indices where (index + 1) * length <= bytes.count {
                var value = Array(bytes[index * length..<(index + 1) * length])
                if element.valueEncoding.isBigEndian { reverseWords(&value, of: vr.wordSize) }
                taken += value
            }
            return .value(vr, taken)
        }
        var end = bytes.count
        while end > 0, bytes[end - 1] == 0 || bytes[end - 1] == 0x20 { end -= 1 }
        let values = bytes[..<end].split(separator: separator, omittingEmptySubsequences: false)
        return .value(
            vr, Array(indices.filter { values.indices.contains($0) }.map { values[$0] }.joined(separator: [separator])))
    }

    private static func reverseWords(_ value: inout [UInt8], of size: Int) {
        for start in stride(from: 0, to: value.count - size + 1, by: size) { value[start..<start + size].reverse() }
    }
}
