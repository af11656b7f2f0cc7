/// One data element of a data set (PS3.5 7.1), as a view of the bytes it was read from.
public struct Element: Sendable {
    let storage: DataSetStorage
    let index: Int32

    var record: ElementRecord { storage.records[Int(index)] }

    public var tag: Tag { record.tag }

    /// The VR as encoded, or by the dictionary where the encoding is implicit.
    public var vr: VR { record.vr }

    /// Bytes of the value.
    public var length: Int { Int(record.length) }

    public var isEmpty: Bool { record.length == 0 }

    /// Where the value begins in the file, if it was too long to be read with the header.
    public var deferredFileOffset: UInt64? {
        record.flags.contains(.deferred) ? storage.deferred[index] : nil
    }

    /// Where the value begins in the file (in the inflated data set if that was deflated), whether it was read or not.
    public var fileOffset: UInt64 {
        if let deferredFileOffset { return deferredFileOffset }
        let record = record
        let gap = storage.gaps.last { $0.position <= Int(record.start) }
        return UInt64(record.valueStart) + UInt64(gap?.skipped ?? 0)
    }

    /// How this element's value is encoded.
    public var valueEncoding: Encoding {
        record.flags.isDisjoint(with: [.implicitValue, .withinImplicit]) ? storage.encoding : .implicitLittleEndian
    }

    /// The bytes of the value as encoded. Empty for a value that was not read.
    public func withValueBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        let range = valueRange
        return try storage.bytes.withUnsafeBytes { try body(UnsafeRawBufferPointer(rebasing: $0[range])) }
    }

    private var valueRange: Range<Int> {
        let record = record
        if record.flags.contains(.deferred) { return Int(record.valueStart)..<Int(record.valueStart) }
        return Int(record.valueStart)..<Int(record.valueStart) + Int(record.length)
    }

    /// A copy of the bytes of the value as encoded.
    public var valueBytes: [UInt8] {
        Array(storage.bytes[valueRange])
    }

    /// True if the value is a sequence of items.
    public var isSequence: Bool {
        record.vr == .SQ || (record.next > index + 1)
    }

    /// The items of a sequence (PS3.5 7.5), none for other values.
    public var items: [DataSet] {
        var items: [DataSet] = []
        var child = index + 1
        let end = record.next
        while child < end {
            let item = storage.records[Int(child)]
            items.append(DataSet(storage: storage, range: child + 1..<item.next, isTopLevel: false))
            child = item.next
        }
        return items
    }

    /// Whether an element with `tag` stands anywhere within the items of this sequence.
    public func nests(_ tag: Tag) -> Bool {
        var nested = index + 1
        let end = record.next
        while nested < end {
            if storage.records[Int(nested)].tag == tag { return true }
            nested += 1
        }
        return false
    }

    /// How many items a sequence has.
    public var itemCount: Int {
        var count = 0
        var child = index + 1
        let end = record.next
        while child < end {
            count += 1
            child = storage.records[Int(child)].next
        }
        return count
    }
}
