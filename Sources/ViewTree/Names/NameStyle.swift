/// Which characters names are made of, and how long they get.
public enum NameStyle: String, Hashable, Sendable, CaseIterable {
    /// Letters, digits, "-", "_" and ".": safe for old tools, shells and other file systems.
    case portable
    /// Components of a DICOM File ID: at most eight of them, of at most eight characters, capital letters, digits and "_"
    /// (PS3.10 8.2, 8.5). There is no extension.
    case fileID = "file-id"

    /// Bytes of a component unless said otherwise.
    public var maximumLength: Int {
        switch self {
        case .portable: 64
        case .fileID: 8
        }
    }

    /// The most that may be said: NAME_MAX, or what the standard says.
    var lengthLimit: Int {
        switch self {
        case .portable: 255
        case .fileID: 8
        }
    }

    /// Levels of a path at most.
    var levelLimit: Int {
        switch self {
        case .portable: 16
        case .fileID: 8
        }
    }

    /// `byte` as it stands in a name: itself, its capital, or "_".
    func mapped(_ byte: UInt8) -> UInt8 {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): byte
        case UInt8(ascii: "a")...UInt8(ascii: "z"): self == .portable ? byte : byte - 0x20
        case UInt8(ascii: "-"), UInt8(ascii: "."): self == .portable ? byte : SafeText.underscore
        default: SafeText.underscore
        }
    }
}
