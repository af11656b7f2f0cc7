public import DICOM

/// An instance of the archive as conversion takes it up: its header and where its pixel data are.
public struct SourceInstance: Sendable {
    public let file: DICOMFile

    public init(file: DICOMFile) {
        self.file = file
    }

    public var dataSet: DataSet { file.dataSet }
}

/// One frame of one archived instance.
public struct FrameReference: Sendable, Hashable {
    public let sopInstanceUID: String
    /// Counts from 1; nil for the whole of a single-frame instance.
    public let frameNumber: Int?

    public init(sopInstanceUID: String, frameNumber: Int? = nil) {
        self.sopInstanceUID = sopInstanceUID
        self.frameNumber = frameNumber
    }
}
