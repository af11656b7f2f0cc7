/// Where the pixel data of a file are. They are never read with the header.
public struct PixelData: Sendable {
    public enum Form: Sendable {
        /// One run of bytes (PS3.5 A.1 to A.3). `length` is what the element states, `available` what the file has.
        case native(offset: UInt64, length: UInt64, available: UInt64)
        /// Fragments (PS3.5 A.4).
        case encapsulated(EncapsulatedPixelData)
    }

    /// Pixel Data (7FE0,0010), Float Pixel Data (7FE0,0008) or Double Float Pixel Data (7FE0,0009).
    public let tag: Tag
    public let vr: VR
    /// Where the element itself begins, in bytes from the beginning of the file (of the inflated data set if deflated).
    public let elementOffset: UInt64
    public let form: Form
    /// True if there is another element of pixel data behind this one, which the standard forbids.
    public var isRepeated = false

    public init(tag: Tag, vr: VR, elementOffset: UInt64, form: Form) {
        self.tag = tag
        self.vr = vr
        self.elementOffset = elementOffset
        self.form = form
    }
}

/// One fragment of encapsulated pixel data (PS3.5 A.4).
public struct Fragment: Sendable, Hashable {
    /// Of its first byte of data, behind the item header, in bytes from the beginning of the file.
    public let offset: UInt64
    /// Bytes of data, padding included.
    public let length: UInt32
    /// True if a codestream begins here: JPEG SOI, JPEG 2000 SOC, JPEG XL signature.
    public let startsCodestream: Bool

    public init(offset: UInt64, length: UInt32, startsCodestream: Bool) {
        self.offset = offset
        self.length = length
        self.startsCodestream = startsCodestream
    }
}

/// The fragments of encapsulated pixel data and the table that stands before them.
public struct EncapsulatedPixelData: Sendable {
    /// Offsets of the first item of each frame, from the first item behind the table (PS3.5 A.4); often empty.
    public var basicOffsetTable: [UInt32]
    public var fragments: [Fragment]
    /// False if the sequence delimiter is missing, as in a file cut short.
    public var isComplete: Bool

    public init(basicOffsetTable: [UInt32], fragments: [Fragment], isComplete: Bool) {
        self.basicOffsetTable = basicOffsetTable
        self.fragments = fragments
        self.isComplete = isComplete
    }
}
