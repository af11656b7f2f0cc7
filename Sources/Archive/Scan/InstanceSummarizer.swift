public import DICOM

/// Makes of a file's header what conversion will need of it, in a form that only it understands.
public protocol InstanceSummarizer: Sendable {
    /// Another version reads every file again. At most 65535.
    var version: Int { get }

    /// Called by many threads at once.
    ///
    /// - Parameter fileSize: In bytes.
    func summarize(_ file: DICOMFile, fileSize: UInt64) -> [UInt8]
}
