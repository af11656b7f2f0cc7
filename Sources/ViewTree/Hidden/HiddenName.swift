import Archive

/// Names in and of the directories that can be entered but are not listed.
enum HiddenName {
    static let frames = Array(".frames".utf8)
    static let metadata = Array(".metadata".utf8)
    private static let json = Array(".json".utf8)
    private static let extensions = [Array(".dcm".utf8), Array(".DCM".utf8)]

    /// The name of an instance's file without what says that it is DICOM.
    static func stem(_ name: some Collection<UInt8>) -> [UInt8] {
        for suffix in extensions where name.count > suffix.count && name.suffix(suffix.count).elementsEqual(suffix) {
            return Array(name.dropLast(suffix.count))
        }
        return Array(name)
    }

    static func metadata(of name: some Collection<UInt8>) -> [UInt8] { stem(name) + json }

    /// The stem that the name of a metadata file has; nil if it is none.
    static func stem(ofMetadata name: some Collection<UInt8>) -> [UInt8]? {
        guard name.count > json.count, name.suffix(json.count).elementsEqual(json) else { return nil }
        return Array(name.dropLast(json.count))
    }

    /// The names that the file of an instance with this stem can have.
    static func files(_ stem: [UInt8]) -> [[UInt8]] { extensions.map { stem + $0 } + [stem] }

    /// What names the file of an instance from its metadata (RFC 3986): characters that a reference gives a meaning to are escaped.
    static func bulkDataURI(_ name: [UInt8]) -> String {
        var uri = "../"
        for byte in name {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E:
                uri.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                uri += digits.utf8.count == 1 ? "%0\(digits)" : "%\(digits)"
            }
        }
        return uri
    }
}
