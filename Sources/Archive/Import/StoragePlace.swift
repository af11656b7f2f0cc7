internal import Digests

/// Where an imported instance is stored beneath the archive's root: a function of its UIDs alone.
enum StoragePlace {
    static let directory = "imported"

    /// `imported/<Study Instance UID>/<Series Instance UID>/<SOP Instance UID>.dcm`.
    static func path(of instance: ScannedInstance) -> [UInt8] {
        let parts = [
            directory, component(instance.studyInstanceUID, absent: "no-study"),
            component(instance.seriesInstanceUID, absent: "no-series"),
            component(instance.sopInstanceUID, absent: "no-instance") + ".dcm",
        ]
        return Array(parts.joined(separator: "/").utf8)
    }

    /// A UID is digits and periods, at most 64 (PS3.5 9.1). What claims to be one may be anything; it is hashed then.
    private static func component(_ uid: String, absent: String) -> String {
        if uid.isEmpty { return absent }
        let isUID =
            uid.utf8.count <= 64 && uid.utf8.first != UInt8(ascii: ".")
            && uid.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || $0 == UInt8(ascii: ".") }
        if isUID { return uid }
        return "x" + sha256(uid).prefix(16).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
