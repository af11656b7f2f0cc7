public import Archive
internal import Conversion
public import DICOM

/// Makes what the index keeps of each instance for the conversion.
public struct ConversionSummarizer: InstanceSummarizer {
    private let headers: ScannedHeaders?

    public init() {
        self.init(keepingIn: nil)
    }

    /// - Parameter headers: Where what was read is kept for the settling that follows.
    init(keepingIn headers: ScannedHeaders?) {
        self.headers = headers
    }

    /// Changes whenever the summary of some file would.
    public var version: Int { Int(InstanceSummary.formatVersion) }

    public func summarize(_ file: DICOMFile, facts: FileFacts) -> [UInt8] {
        headers?.keep(file, of: facts)
        return InstanceSummary(file: file).encoded()
    }
}
