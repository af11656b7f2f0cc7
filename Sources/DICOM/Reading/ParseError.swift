/// Why bytes could not be read as DICOM, and where.
public struct ParseError: Error, Sendable, CustomStringConvertible {
    public enum Reason: Sendable, Equatable {
        /// Neither a "DICM" prefix nor a first element that a DICOM data set could begin with (PS3.10 7.1).
        case notDICOM
        /// The bytes end before the value does.
        case truncated(needed: Int, available: Int)
        /// A length that cannot be, such as one that leaves the sequence item it stands in.
        case badLength(UInt32)
        /// Something else stands where a sequence item or its delimiter must be (PS3.5 7.5).
        case itemExpected(found: Tag)
        /// Sequences nested deeper than any object defined by the standard.
        case nestedTooDeep
        /// The deflated stream cannot be inflated (PS3.5 A.5); zlib's code.
        case deflate(code: Int32)
        /// Larger than this software holds in memory.
        case tooLarge(Int)
        /// The source could not be read; the system's error number.
        case unreadable(errno: Int32)
    }

    public var reason: Reason
    /// Bytes from the beginning of the file (of the inflated data set, where it is deflated).
    public var offset: Int
    /// The element that was being read, if known.
    public var tag: Tag?

    public init(_ reason: Reason, offset: Int, tag: Tag? = nil) {
        self.reason = reason
        self.offset = offset
        self.tag = tag
    }

    public var description: String {
        let place = tag.map { "\($0) at byte \(offset)" } ?? "byte \(offset)"
        switch reason {
        case .notDICOM: return "not a DICOM file: no DICM prefix and no plausible first element"
        case .truncated(let needed, let available):
            return
                "\(place): cut short, \(needed) bytes needed, \(available) there; copy the file again from its source"
        case .badLength(let length): return "\(place): impossible length \(length)"
        case .itemExpected(let found): return "\(place): a sequence item was expected, found \(found)"
        case .nestedTooDeep: return "\(place): sequences nested too deeply"
        case .deflate(let code): return "\(place): the deflated data set is damaged (zlib \(code))"
        case .tooLarge(let size): return "\(place): \(size) bytes are more than can be held"
        case .unreadable(let errno): return "\(place): cannot be read (errno \(errno))"
        }
    }
}
