/// The beginning of a DICOM file: preamble, prefix and File Meta Information (PS3.10 7.1).
public enum FileHeader {
    /// - Parameters:
    ///   - implementationClassUID: Implementation Class UID (0002,0012): who wrote the file.
    ///   - implementationVersionName: Implementation Version Name (0002,0013), at most 16 characters.
    /// - Returns: 132 bytes of preamble and prefix, then group 0002.
    public static func encode(
        mediaStorageSOPClassUID: String, mediaStorageSOPInstanceUID: String, transferSyntax: TransferSyntax,
        implementationClassUID: String, implementationVersionName: String
    ) -> [UInt8] {
        var meta = DataSetBuilder()
        meta.set(Tag(0x0002, 0x0001), vr: .OB, bytes: [0, 1])
        meta.set(Tag(0x0002, 0x0002), mediaStorageSOPClassUID)
        meta.set(Tag(0x0002, 0x0003), mediaStorageSOPInstanceUID)
        meta.set(Tag(0x0002, 0x0010), transferSyntax.uid)
        meta.set(Tag(0x0002, 0x0012), implementationClassUID)
        meta.set(Tag(0x0002, 0x0013), implementationVersionName)
        let group = Encoder.encode(meta)
        var length = DataSetBuilder()
        length.set(Tag(0x0002, 0x0000), group.count, vr: .UL)
        return [UInt8](repeating: 0, count: 128) + Array("DICM".utf8) + Encoder.encode(length) + group
    }
}
