internal import DICOM

/// What the index stores of an instance, taken from its header.
struct ScannedInstance: Sendable {
    var sopInstanceUID: String
    var sopClassUID: String
    var studyInstanceUID: String
    var seriesInstanceUID: String
    var transferSyntaxUID: String
    /// `HeaderDigest` of the file.
    var headerDigest: [UInt8]
    var damage: String?
    var attributes: NamingAttributes
    var summary: [UInt8]

    var patientID: String { attributes[.patientID] ?? "" }
    var issuerOfPatientID: String { attributes[.issuerOfPatientID] ?? "" }

    /// Takes from `file` what the index wants.
    ///
    /// - Throws: `SkipReason` if it is not an instance that can be told apart from others.
    init(
        _ file: DICOMFile, facts: FileFacts, summarizer: some InstanceSummarizer
    ) throws(Refusal) {
        let dataSet = file.dataSet
        let mediaStorageClass = file.fileMeta.string(Tag(0x0002, 0x0002))
        if mediaStorageClass == Self.mediaStorageDirectory || dataSet[Tag(0x0004, 0x1220)] != nil {
            throw Refusal(reason: SkipReason(.mediaStorageDirectory))
        }
        var missing: [String] = []
        func uid(_ tag: Tag, _ keyword: String) -> String {
            if let value = dataSet.string(tag) { return value }
            missing.append(keyword)
            return ""
        }
        sopClassUID = uid(Tag(0x0008, 0x0016), "SOP Class UID")
        sopInstanceUID = uid(Tag(0x0008, 0x0018), "SOP Instance UID")
        // Instances that belong to no patient have neither (hanging protocols, palettes), and damaged ones may lack them.
        studyInstanceUID = dataSet.string(Tag(0x0020, 0x000D)) ?? ""
        seriesInstanceUID = dataSet.string(Tag(0x0020, 0x000E)) ?? ""
        if !missing.isEmpty {
            let damage = file.damage.map { "; \($0)" } ?? ""
            throw Refusal(
                reason: SkipReason(
                    .missingIdentification, "no \(missing.joined(separator: ", ")) (PS3.3 C.12.1)\(damage)"))
        }
        transferSyntaxUID = file.transferSyntax.uid
        headerDigest = HeaderDigest.make(file)
        damage = file.damage.map { "\($0)" } ?? Self.truncation(of: file.pixelData)
        attributes = NamingAttributes(dataSet)
        summary = summarizer.summarize(file, facts: facts)
    }

    /// Pixel data that end with the file before their length says so.
    private static func truncation(of pixelData: PixelData?) -> String? {
        switch pixelData?.form {
        case .native(_, let length, let available) where available < length:
            "the pixel data break off after \(available) of \(length) bytes"
        case .encapsulated(let pixels) where !pixels.isComplete: "the pixel data break off"
        default: nil
        }
    }

    /// Why the file is no instance.
    struct Refusal: Error {
        var reason: SkipReason
    }

    /// Media Storage Directory Storage (PS3.4 B.5), the class of a DICOMDIR.
    private static let mediaStorageDirectory = "1.2.840.10008.1.3.10"
}
