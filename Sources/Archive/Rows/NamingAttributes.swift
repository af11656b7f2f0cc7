/// The attributes of an instance that names in trees are made of, decoded to UTF-8, in one run of bytes.
///
/// The form, which is that of the index: for each attribute that has a value its number (one byte), the count of its bytes
/// (two bytes, little endian) and its text. Only what is asked for is ever made a String.
public struct NamingAttributes: Hashable, Sendable {
    /// The attributes, by their keywords in PS3.6. Raw values stand in indexes and are never given another meaning.
    public enum Keyword: UInt8, Sendable, CaseIterable {
        case patientID = 1
        case issuerOfPatientID = 2
        case patientName = 3
        case patientBirthDate = 4
        case patientSex = 5
        case clinicalTrialProtocolID = 6
        case clinicalTrialSiteID = 7
        case clinicalTrialSubjectID = 8
        case clinicalTrialTimePointID = 9
        case studyDate = 10
        case studyTime = 11
        case studyID = 12
        case accessionNumber = 13
        case studyDescription = 14
        case institutionName = 15
        case modality = 20
        case seriesNumber = 21
        case seriesDescription = 22
        case seriesDate = 23
        case seriesTime = 24
        case protocolName = 25
        case stationName = 26
        case manufacturer = 27
        case manufacturerModelName = 28
        case bodyPartExamined = 29
        case instanceNumber = 30
        case numberOfFrames = 31
        case acquisitionDate = 32
        case acquisitionTime = 33
        case acquisitionNumber = 34
    }

    /// The form that is stored.
    public private(set) var bytes: [UInt8]

    /// No attribute has a value.
    public init() {
        bytes = []
    }

    /// Takes over what `bytes` of another `NamingAttributes` hold. Bytes that are not of the form end the attributes.
    public init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// The value, nil if it is absent or empty. Setting it to nil or "" removes it.
    public subscript(keyword: Keyword) -> String? {
        get {
            range(of: keyword).map { String(decoding: bytes[$0], as: UTF8.self) }
        }
        set {
            if let range = range(of: keyword) { bytes.removeSubrange(range.lowerBound - 3..<range.upperBound) }
            guard let newValue, !newValue.isEmpty else { return }
            var text = newValue
            text.withUTF8 { append(keyword, UnsafeRawBufferPointer($0)) }
        }
    }

    /// The value as UTF-8, without making a String.
    public func utf8(_ keyword: Keyword) -> ArraySlice<UInt8>? {
        range(of: keyword).map { bytes[$0] }
    }

    /// Adds an attribute that is not there yet. `text` is UTF-8; what exceeds 65535 bytes is cut.
    mutating func append(_ keyword: Keyword, _ text: UnsafeRawBufferPointer) {
        guard !text.isEmpty else { return }
        let count = min(text.count, Int(UInt16.max))
        bytes.append(keyword.rawValue)
        bytes.append(UInt8(truncatingIfNeeded: count))
        bytes.append(UInt8(truncatingIfNeeded: count >> 8))
        bytes.append(contentsOf: text.prefix(count))
    }

    private func range(of keyword: Keyword) -> Range<Int>? {
        var position = 0
        while position + 3 <= bytes.count {
            let start = position + 3
            let end = start + Int(bytes[position + 1]) + Int(bytes[position + 2]) << 8
            guard end <= bytes.count else { return nil }
            if bytes[position] == keyword.rawValue { return start..<end }
            position = end
        }
        return nil
    }
}
