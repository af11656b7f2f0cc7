/// Which bytes a file had when it was opened, or when its attributes were told: any change of bytes changes size or a time.
public struct FileVersion: Hashable, Sendable {
    /// In bytes.
    public var size: UInt64
    public var modificationTime: Timestamp
    public var changeTime: Timestamp

    public init(size: UInt64, modificationTime: Timestamp, changeTime: Timestamp) {
        self.size = size
        self.modificationTime = modificationTime
        self.changeTime = changeTime
    }
}

extension Attributes {
    /// The version of the file that these tell of.
    public var version: FileVersion {
        FileVersion(size: size, modificationTime: modificationTime, changeTime: changeTime)
    }
}
