/// One data element or sequence item as it stands in a buffer: what it is and where. Holds no reference.
struct ElementRecord: Sendable {
    struct Flags: OptionSet, Sendable {
        let rawValue: UInt16
        /// Length FFFFFFFF: the value ends with a delimiter (PS3.5 7.5).
        static let undefinedLength = Flags(rawValue: 1)
        /// The value was not read; `DataSetStorage.deferred` says where it is.
        static let deferred = Flags(rawValue: 2)
        /// The value is in Implicit VR Little Endian whatever the data set is in: UN (PS3.5 6.2.2).
        static let implicitValue = Flags(rawValue: 4)
        /// The whole element is, for it stands within such a value.
        static let withinImplicit = Flags(rawValue: 8)
    }

    let tag: Tag
    let vr: VR
    var flags: Flags
    /// Position of the element's tag in the buffer.
    let start: UInt32
    /// Position of the first byte of the value in the buffer.
    let valueStart: UInt32
    /// Bytes of the value, without a delimiter.
    var length: UInt32
    /// Index of the record that follows this one and all that is nested in it.
    var next: Int32
    /// Position in the buffer behind the value and its delimiter.
    var end: UInt32
}

/// How values are encoded.
public struct Encoding: Hashable, Sendable {
    public var isExplicitVR: Bool
    public var isBigEndian: Bool

    public init(isExplicitVR: Bool, isBigEndian: Bool) {
        self.isExplicitVR = isExplicitVR
        self.isBigEndian = isBigEndian
    }

    public static let explicitLittleEndian = Encoding(isExplicitVR: true, isBigEndian: false)
    public static let implicitLittleEndian = Encoding(isExplicitVR: false, isBigEndian: false)
    public static let explicitBigEndian = Encoding(isExplicitVR: true, isBigEndian: true)
}

/// The bytes of a data set and the records of all its elements, nested ones included, in the order of the file. Immutable
/// once made, so that any number of data sets and elements can be views of it.
final class DataSetStorage: Sendable {
    let bytes: [UInt8]
    let records: [ElementRecord]
    /// Indices of the records at the top level, ascending by tag.
    let topLevel: [Int32]
    let encoding: Encoding
    /// Where values are that were not read, by record index: offset in the file.
    let deferred: [Int32: UInt64]
    /// Where runs of the file were left out of `bytes`, ascending.
    let gaps: [HeaderGap]

    init(
        bytes: [UInt8], records: [ElementRecord], topLevel: [Int32], encoding: Encoding, deferred: [Int32: UInt64],
        gaps: [HeaderGap]
    ) {
        self.bytes = bytes
        self.records = records
        self.topLevel = topLevel
        self.encoding = encoding
        self.deferred = deferred
        self.gaps = gaps
    }

    static let empty = DataSetStorage(
        bytes: [], records: [], topLevel: [], encoding: .explicitLittleEndian, deferred: [:], gaps: [])
}
