public import Archive
internal import Conversion
public import DICOM

/// Makes what the index keeps of each instance for the conversion.
public struct ConversionSummarizer: InstanceSummarizer {
    public init() {}

    /// Changes whenever the summary of some file would.
    public var version: Int { Int(InstanceSummary.formatVersion) }

    public func summarize(_ file: DICOMFile, fileSize: UInt64) -> [UInt8] {
        InstanceSummary(file: file).encoded()
    }
}
