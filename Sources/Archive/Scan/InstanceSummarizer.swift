public import DICOM

/// Makes of a file's header what conversion will need of it, in a form that only it understands.
public protocol InstanceSummarizer: Sendable {
    /// Another version reads every file again. At most 65535.
    var version: Int { get }

    /// Called by many threads at once.
    ///
    /// - Parameter facts: What the file was when `file` was read of it.
    func summarize(_ file: DICOMFile, facts: FileFacts) -> [UInt8]
}
