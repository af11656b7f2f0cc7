public import DICOM

extension NamingAttributes {
    /// Takes the attributes from a data set, decoded by its character set.
    public init(_ dataSet: DataSet) {
        self.init()
        // Made only for the rare value that is not plain ASCII.
        var characterSet: SpecificCharacterSet?
        for (keyword, tag) in Self.tags {
            guard let element = dataSet[tag], !element.isEmpty else { continue }
            let isPlain = element.withValueBytes { bytes in
                guard bytes.allSatisfy({ $0 < 0x80 && $0 != 0x1B }) else { return false }
                append(keyword, Self.trimmed(bytes))
                return true
            }
            if isPlain { continue }
            let decoder = characterSet ?? dataSet.specificCharacterSet ?? SpecificCharacterSet([])
            characterSet = decoder
            self[keyword] = dataSet.text(tag, in: decoder)
        }
    }

    private static func trimmed(_ bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        var (start, end) = (0, bytes.count)
        while end > start, bytes[end - 1] == 0x20 || bytes[end - 1] == 0 { end -= 1 }
        while start < end, bytes[start] == 0x20 { start += 1 }
        return UnsafeRawBufferPointer(rebasing: bytes[start..<end])
    }

    private static let tags: [(Keyword, Tag)] = [
        (.patientID, Tag(0x0010, 0x0020)),
        (.issuerOfPatientID, Tag(0x0010, 0x0021)),
        (.patientName, Tag(0x0010, 0x0010)),
        (.patientBirthDate, Tag(0x0010, 0x0030)),
        (.patientSex, Tag(0x0010, 0x0040)),
        (.studyDate, Tag(0x0008, 0x0020)),
        (.studyTime, Tag(0x0008, 0x0030)),
        (.studyID, Tag(0x0020, 0x0010)),
        (.accessionNumber, Tag(0x0008, 0x0050)),
        (.studyDescription, Tag(0x0008, 0x1030)),
        (.modality, Tag(0x0008, 0x0060)),
        (.seriesNumber, Tag(0x0020, 0x0011)),
        (.seriesDescription, Tag(0x0008, 0x103E)),
        (.seriesDate, Tag(0x0008, 0x0021)),
        (.seriesTime, Tag(0x0008, 0x0031)),
        (.protocolName, Tag(0x0018, 0x1030)),
        (.instanceNumber, Tag(0x0020, 0x0013)),
        (.numberOfFrames, Tag(0x0028, 0x0008)),
        (.clinicalTrialProtocolID, Tag(0x0012, 0x0020)),
        (.clinicalTrialSiteID, Tag(0x0012, 0x0030)),
        (.clinicalTrialSubjectID, Tag(0x0012, 0x0040)),
        (.clinicalTrialTimePointID, Tag(0x0012, 0x0050)),
        (.institutionName, Tag(0x0008, 0x0080)),
        (.stationName, Tag(0x0008, 0x1010)),
        (.manufacturer, Tag(0x0008, 0x0070)),
        (.manufacturerModelName, Tag(0x0008, 0x1090)),
        (.bodyPartExamined, Tag(0x0018, 0x0015)),
        (.acquisitionDate, Tag(0x0008, 0x0022)),
        (.acquisitionTime, Tag(0x0008, 0x0032)),
        (.acquisitionNumber, Tag(0x0020, 0x0012)),
    ]
}
