internal import DICOM
internal import Glibc

/// How much two files have in common.
enum ContentComparison {
    /// All bytes.
    case bytes
    /// The data set and its Transfer Syntax; what stands before it differs.
    case dataSet
    case nothing

    init(_ left: Descriptor, _ right: Descriptor) {
        self = .nothing
        guard let size = left.facts?.size, let other = right.facts?.size else { return }
        if size == other, Self.hasSameBytes(left, from: 0, right, from: 0) {
            self = .bytes
            return
        }
        guard let first = Self.header(of: left, size), let second = Self.header(of: right, other),
            first.transferSyntax == second.transferSyntax
        else { return }
        let starts = (UInt64(first.dataSetOffset), UInt64(second.dataSetOffset))
        guard size >= starts.0, other >= starts.1, size - starts.0 == other - starts.1 else { return }
        if Self.hasSameBytes(left, from: starts.0, right, from: starts.1) { self = .dataSet }
    }

    private static func header(of file: Descriptor, _ size: UInt64) -> DICOMFile? {
        do throws(ParseError) {
            return try DICOMFile(header: HeaderSource(descriptor: file.rawValue, size: size))
        } catch {
            return nil
        }
    }

    private static func hasSameBytes(
        _ left: Descriptor, from leftStart: UInt64, _ right: Descriptor, from rightStart: UInt64
    ) -> Bool {
        let chunk = 1 << 20
        let buffers = UnsafeMutableRawBufferPointer.allocate(byteCount: 2 * chunk, alignment: 4096)
        defer { buffers.deallocate() }
        let first = UnsafeMutableRawBufferPointer(rebasing: buffers[..<chunk])
        let second = UnsafeMutableRawBufferPointer(rebasing: buffers[chunk...])
        var done: UInt64 = 0
        while true {
            let count = left.read(into: first, at: leftStart + done)
            guard count >= 0, right.read(into: second, at: rightStart + done) == count else { return false }
            guard count > 0 else { return true }
            guard let bytes = first.baseAddress, let others = second.baseAddress, memcmp(bytes, others, count) == 0
            else { return false }
            done += UInt64(count)
        }
    }
}
