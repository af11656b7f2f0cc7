internal import DICOM
internal import Digests

/// What tells one header from another: by it a file is known again whose size and modification time stayed while it was
/// written to, or whose inode changed although nothing in it did.
enum HeaderDigest {
    static let byteCount = 16

    /// The leading bytes of a SHA-256 over File Meta and data set as they were read, pixel data apart.
    static func make(_ file: DICOMFile) -> [UInt8] {
        let parts = sha256(file.fileMeta.encodedBytes) + sha256(file.dataSet.encodedBytes)
        return Array(sha256(parts).prefix(byteCount))
    }
}
