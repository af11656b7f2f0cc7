/// What `stat` tells of a file, as far as it shows whether the file changed.
public struct FileFacts: Hashable, Sendable {
    /// In bytes.
    public var size: UInt64
    public var modificationTime: FileTime
    public var changeTime: FileTime
    public var inode: UInt64
    public var device: UInt64

    public init(size: UInt64, modificationTime: FileTime, changeTime: FileTime, inode: UInt64, device: UInt64) {
        self.size = size
        self.modificationTime = modificationTime
        self.changeTime = changeTime
        self.inode = inode
        self.device = device
    }

    /// True if size and modification time agree: the bytes are taken to be the same.
    public func hasSameContent(as other: FileFacts) -> Bool {
        size == other.size && modificationTime == other.modificationTime
    }
}

/// One file of the archive.
public struct FileRow: Hashable, Sendable {
    public var id: Int64
    /// Beneath the archive's root, as the file system has it: any bytes but NUL.
    public var path: [UInt8]
    public var facts: FileFacts
    /// Of what was read of an instance (`HeaderDigest`); empty if the file is none.
    public var headerDigest: [UInt8]
    /// Why the file is no instance; nil if it is one.
    public var skipReason: SkipReason?

    public init(
        id: Int64, path: [UInt8], facts: FileFacts, headerDigest: [UInt8] = [], skipReason: SkipReason? = nil
    ) {
        self.id = id
        self.path = path
        self.facts = facts
        self.headerDigest = headerDigest
        self.skipReason = skipReason
    }
}

/// Why a file of the archive is not shown as an instance.
public struct SkipReason: Hashable, Sendable, CustomStringConvertible {
    public enum Code: String, Sendable, CaseIterable {
        /// Not the bytes of a DICOM file.
        case notDICOM
        /// A DICOMDIR (Media Storage Directory Storage, PS3.10 8.6).
        case mediaStorageDirectory
        /// A DICOM file without a UID that names the instance or its class.
        case missingIdentification
        /// The system refused to open or to read it.
        case unreadable
        /// A symbolic link out of the archive, to a directory, or to nothing.
        case symbolicLink
        /// A socket, device or pipe.
        case notARegularFile
    }

    public var code: Code
    public var detail: String

    public init(_ code: Code, _ detail: String = "") {
        self.code = code
        self.detail = detail
    }

    public var description: String { detail.isEmpty ? code.rawValue : "\(code.rawValue): \(detail)" }
}
